"""The rows of the matrix that are older than the help platform, and those of everybody's own account (H1)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import Membership, Organisation, User
from foundation.core.access.matrix import Cell
from tests.access.cells import browser_of, cells, let_in

pytestmark = [pytest.mark.django_db, pytest.mark.row("H1")]


@pytest.fixture
def people(person: Callable, places: dict, portal: Any) -> dict[str, User | None]:
    from foundation.accounts.domain.roles import give_role

    made = {
        "V": None,
        "U": person("resident"),
        "G": person("guardian"),
        "M": person("helper"),
        "H": person("head"),
        "K": person("k", roles=("childrens_officer",)),
        "A": person("a", roles=("staff",)),
        "O": person("o", roles=("operator",)),
    }
    give_role(made["G"], "guardian", by=None)  # type: ignore[arg-type]
    organisation = Organisation.objects.create(
        type="institution", name="阳光帮扶中心", place=places["ginkgo"], stands=True
    )
    for letter, position in (("H", "head"), ("M", "member")):
        Membership.objects.create(organisation=organisation, user=made[letter], position=position)
    return {letter: User.objects.get(pk=user.pk) if user else None for letter, user in made.items()}


def edit_self(client: Client, letter: str) -> bool:
    return let_in(client.get(reverse("spaces:edit_profile")))


def view_notices(client: Client, letter: str) -> bool:
    return let_in(client.get("/notices/"))


def publish_notice(client: Client, letter: str) -> bool:
    from foundation.core.models import Place
    from news.models import NoticePage

    place = Place.objects.get(slug="ginkgo")
    data = {"place": place.pk, "title": "停水通知", "level": "normal", "summary": "周六上午检修"}
    client.post(reverse("notices:publish"), data)
    page = NoticePage.objects.live().filter(title="停水通知").first()
    if page is not None:
        assert page.audience == "银杏里社区"
        assert "停水通知" in Client().get("/notices/").content.decode()
    return page is not None


def verify_chain(client: Client, letter: str) -> bool:
    return let_in(client.get(reverse("audit_chain")))


CALLS = {
    "account.edit_self": edit_self,
    "notice.view": view_notices,
    "notice.publish": publish_notice,
    "audit.verify_chain": verify_chain,
}


@pytest.mark.parametrize(("action", "letter", "cell"), [one for action in CALLS for one in cells(action)])
def test_the_cell_holds(action: str, letter: str, cell: Cell, people: dict) -> None:
    assert CALLS[action](browser_of(people[letter], fresh=True), letter) == cell.allowed


@pytest.mark.deny
def test_a_notice_is_for_a_place_that_one_works_for(people: dict, places: dict, person: Callable) -> None:
    """`c`: staff of the next committee can't name this place, whatever they send."""
    from news.models import NoticePage

    client = browser_of(person("far", roles=("staff",), place="bridge"))
    data = {"place": places["ginkgo"].pk, "title": "停水通知", "level": "normal", "summary": "周六上午检修"}
    answer = client.post(reverse("notices:publish"), data)
    assert answer.status_code == 422
    assert "周六上午检修" in answer.content.decode()
    assert not NoticePage.objects.exists()


@pytest.mark.deny
def test_a_notice_that_is_over_already_is_not_published(people: dict, places: dict) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from foundation.core.flow.workflow import GuardFails
    from news.domain.local_notices import publish_notice as publish
    from news.models import NoticeIndexPage

    facts = {
        "place": places["ginkgo"],
        "title": "x",
        "summary": "y",
        "words": "第一行\n<b>第二行",
        "by": people["A"],
    }
    with pytest.raises(GuardFails):
        publish(valid_until=timezone.now() - timedelta(hours=1), **facts)
    assert "&lt;b&gt;" in str(publish(**facts).body)
    NoticeIndexPage.objects.all().delete()
    with pytest.raises(GuardFails):
        publish(**facts)


@pytest.mark.deny
@pytest.mark.row("O2")
def test_a_committee_calls_nothing_urgent_and_writes_no_listed_word(
    people: dict, places: dict, person: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is urgent stands on everybody's first page: the street's to say."""
    from foundation.core import text
    from news.models import NoticePage

    data = {"place": places["ginkgo"].pk, "title": "停水通知", "level": "urgent", "summary": "周六上午检修"}
    address = reverse("notices:publish")
    committee = browser_of(people["A"])
    answer = committee.post(address, data)
    assert answer.status_code == 422
    assert "紧急公告只能由街道发布" in answer.content.decode()
    street = browser_of(person("street", roles=("staff",), place="wutong"))
    assert street.post(address, {**data, "place": places["wutong"].pk}).status_code == 302

    class Strict:
        def check(self, text_: str) -> text.Verdict:
            return text.Verdict(text.Level.BLOCK, "坏词") if "坏词" in text_ else text.Verdict()

    monkeypatch.setattr(text, "_readers", [Strict()])
    for field in ("title", "summary", "words"):
        answer = committee.post(address, {**data, "level": "normal", field: "一个坏词"})
        assert answer.status_code == 422
        assert "坏词”不能发布" in answer.content.decode()
    assert NoticePage.objects.count() == 1


@pytest.mark.deny
def test_staff_take_back_what_was_published_for_their_places(
    people: dict, places: dict, person: Callable
) -> None:
    from foundation.core.access.permissions import Refused
    from foundation.core.flow.workflow import StepNotAllowed
    from foundation.core.models import AuditEntry
    from news.domain import local_notices

    page = local_notices.publish_notice(
        place=places["ginkgo"], title="停水通知", summary="周六", words="", by=people["A"]
    )
    address = reverse("notices:take_back", args=[page.public_id])
    far = person("far", roles=("staff",), place="bridge")
    assert "停水通知" not in browser_of(far).get(reverse("notices:publish")).content.decode()
    assert browser_of(far).post(address).status_code == 404
    with pytest.raises(Refused):
        local_notices.take_back(page, by=far)
    colleague = browser_of(person("colleague", roles=("staff",)))
    assert address in colleague.get(reverse("notices:publish")).content.decode()
    answer = colleague.post(address, follow=True)
    assert "公告已撤下" in answer.content.decode(), (answer.redirect_chain, answer.status_code)
    page.refresh_from_db()
    assert not page.live
    assert browser_of(None).get(page.get_absolute_url()).status_code == 404
    entry = AuditEntry.objects.order_by("-seq").first()
    assert entry is not None
    assert (entry.action, entry.place_path) == ("news.take_back_notice", places["ginkgo"].path)
    assert colleague.post(address).status_code == 404
    with pytest.raises(StepNotAllowed):
        local_notices.take_back(page, by=people["A"])
    # Of the editors' notices none is theirs.
    page.pk = page.pk + 999
    with pytest.raises(Refused):
        local_notices.take_back(page, by=people["A"])


def test_the_page_of_the_chain_says_where_it_breaks(people: dict) -> None:
    from django.core.cache import cache

    from foundation.core.flow import audit
    from foundation.core.models import AuditEntry

    for _number in range(3):
        audit.append("accounts.change_profile", by=people["U"], obj=people["U"])
    client = browser_of(people["A"])
    assert "没有被改动" in client.get(reverse("audit_chain")).content.decode()
    AuditEntry.objects.filter(seq=2).update(action="accounts.forged")
    cache.clear()
    assert "第 2 条记录对不上" in client.get(reverse("audit_chain")).content.decode()
