"""What a refusal says and where it leads (A1, S2): in words, with what was typed, back to where one was."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from foundation.core.access.scopes import Scope
from foundation.social.domain import posts

pytestmark = [pytest.mark.django_db, pytest.mark.row("S2")]
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/u/lin/?page=2"}


@pytest.fixture
def status(portal: Any, person: Callable) -> Any:
    return posts.post_status(by=person("lin"), text="银杏黄了", scope=Scope("public"))


@pytest.mark.deny
def test_a_like_without_a_session_leads_to_the_door_and_back(status: Any) -> None:
    for client in (Client(), Client(enforce_csrf_checks=True)):
        answer = client.post(f"/social/posts/{status.public_id}/like/", {"liked": "1"}, headers=HTMX)
        assert answer.status_code == 403
        assert answer["HX-Redirect"] == "/account/login/?next=%2Fu%2Flin%2F%3Fpage%3D2"
        assert answer.content == b""
    answer = Client().get("/feed/?before=9", headers=HTMX)
    assert answer["HX-Redirect"].startswith("/account/login/")


@pytest.mark.deny
def test_another_sites_page_is_no_way_back(status: Any) -> None:
    for address in (
        "https://evil.example/u/",
        "http://testserver//evil.example/",
        "http://[",
        "javascript:x",
    ):
        answer = Client().post("/feed/post/", {"text": "写了很久"}, headers={"Referer": address})
        html = answer.content.decode()
        assert "evil.example" not in html
        assert "javascript:x" not in html
        assert "回到刚才的页面" not in html


@pytest.mark.deny
def test_an_old_token_loads_the_page_anew(status: Any, person: Callable) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("zhou"))
    answer = client.post(f"/social/posts/{status.public_id}/like/", {"liked": "1"}, headers=HTMX)
    assert (answer.status_code, answer["HX-Refresh"]) == (403, "true")


@pytest.mark.deny
def test_who_may_not_like_is_told_in_one_sentence(status: Any, person: Callable) -> None:
    client = Client()
    client.force_login(person("new", verified=False))
    answer = client.post(f"/social/posts/{status.public_id}/like/", {"liked": "1"}, headers=HTMX)
    assert answer.status_code == 403
    assert answer["Content-Type"].startswith("text/plain")
    assert "完成实名认证后" in answer.content.decode()


@pytest.mark.deny
@pytest.mark.parametrize("with_token", [True, False])
def test_only_what_was_typed_comes_back_with_the_way_to_its_form(portal: Any, with_token: bool) -> None:
    client = Client(enforce_csrf_checks=not with_token)
    sent = {"text": "停水了怎么办", "scope": "residents", "level_bio": "contacts", "once": "1" * 36}
    answer = client.post("/feed/post/", sent, headers={"Referer": "http://testserver/feed/?before=9"})
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "停水了怎么办" in html
    assert html.count("readonly") == 1
    assert 'href="/feed/?before=9"' in html
    assert 'href="/account/login/?next=%2Ffeed%2F%3Fbefore%3D9"' in html


@pytest.mark.deny
def test_what_buttons_and_lists_say_to_the_machine_is_no_text_of_anybodys(portal: Any) -> None:
    sent = {
        "way": "by",
        "kinship": "child",
        "back": "/news/?page=2",
        "days": "30",
        "note": "thanks",
        "text": "早",
    }
    sent |= {"purpose": "两人到窗口当面同意", "person": "lin@example.org"}
    html = Client(enforce_csrf_checks=True).post("/feed/post/", sent).content.decode()
    assert html.count("readonly") == 3
    for said in ("thanks", "两人到窗口当面同意", "lin@example.org"):
        assert f">{said}</textarea>" in html


@pytest.mark.parametrize(
    "path", ["/social/posts/{}/like/", "/social/posts/{}/share/", "/account/verification/abandon/"]
)
def test_the_address_of_a_form_opened_by_hand_is_a_page_in_words(
    status: Any, person: Callable, path: str
) -> None:
    client = Client()
    client.force_login(person("zhou"))
    answer = client.get(path.format(status.public_id), headers={"Referer": f"http://testserver{status.url}"})
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "这里没有可看的内容" in answer.content.decode()
    assert f'href="{status.url}"' in answer.content.decode()
    assert client.head(path.format(status.public_id)).content == b""
