"""The admin's own searches find Chinese inside words, and take any sign (P9): pages, images, documents."""

from collections.abc import Callable
from typing import Any

import pytest
from wagtail.documents import get_document_model

from foundation.core.models import PortalImage

pytestmark = [pytest.mark.row("P9"), pytest.mark.django_db]

WORDS = ("帮扶", "互助帮", "扶", 'a"b', "帮扶 服务")
ODD = ('"', "'", "%", "NEAR(", "帮*", "a & b | !c", "🙂", "帮" * 500)


@pytest.fixture
def office(
    client: Any, person: Callable, article: Callable, picture: Callable, portal: Any, drain: Callable
) -> Any:
    """The browser of somebody who does everything in the admin, among things with the same name."""
    name = '社区互助帮扶服务 a"b'
    article(name, summary="老年人优先")
    article("银杏黄了")
    PortalImage.objects.create(title=name, file=picture())
    PortalImage.objects.create(title="银杏", file=picture())
    documents = get_document_model().objects
    documents.create(title=name, file=picture("a.pdf"))
    documents.create(title="菜单", file=picture("b.pdf"))
    client.force_login(person("chief", roles=("administrator", "reviewer", "editor")))
    drain()
    return client


PLACES = {
    "pages": "/admin/pages/search/",
    "the page chooser": "/admin/choose-page/search/",
    "images": "/admin/images/",
    "documents": "/admin/documents/",
}
OTHER = {
    "images": "银杏",
    "documents": "菜单",
    "pages": "银杏黄了",
    "the page chooser": "银杏黄了",
}


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("place", PLACES)
def test_a_piece_of_a_word_is_found_and_nothing_that_lacks_it(office: Any, place: str, words: str) -> None:
    answer = office.get(PLACES[place], {"q": words})
    assert answer.status_code == 200, answer
    shown = answer.content.decode()
    assert "互助帮扶服务" in shown
    assert OTHER[place] not in shown.partition("<main")[2]


@pytest.mark.parametrize("words", ODD)
@pytest.mark.parametrize("place", PLACES)
def test_no_sign_is_an_error(office: Any, place: str, words: str) -> None:
    assert office.get(PLACES[place], {"q": words}).status_code == 200


@pytest.mark.row("P1")
@pytest.mark.parametrize("words", [*WORDS, *ODD])
def test_the_list_of_news_takes_the_same_words(client: Any, office: Any, words: str) -> None:
    client.logout()
    answer = client.get("/news/", {"q": words})
    assert answer.status_code == 200
    found = [page.title for page in answer.context["page_obj"]]
    assert found == (['社区互助帮扶服务 a"b'] if words in (*WORDS, "帮*") else [])
