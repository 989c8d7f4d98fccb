"""Applying, the desk and the own page, as people walk through them (H2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from foundation.accounts.models import Membership, User
from organisations.domain import desk, members, offices, panels
from organisations.models import Institution, Invitation
from tests.access.cells import browser_of
from tests.organisations.conftest import CODES, decide, fresh, join, suspend

pytestmark = [pytest.mark.django_db, pytest.mark.row("H2")]


def test_the_whole_way_from_the_form_to_the_page(
    person: Callable, office: dict, picture: Callable, portal: Any, places: dict, drain: Callable
) -> None:
    client = browser_of(person("shen"))
    begun = client.post(
        "/help/institutions/apply/", {"name": "阳光帮扶中心", "code": "", "place": places["ginkgo"].pk}
    )
    address = begun.url
    assert "还要填什么" in client.get(address).content.decode()
    page = {"introduction": "陪伴老人", "groups": ["elderly"], "slug": "sunshine", "hours": "9:00–17:00"}
    assert client.post("/desk/page/", {**page, "picture": picture(size=(64, 64))}).status_code == 302
    service = {"name": "助餐", "matter": "care", "minimum_age": 60}
    assert client.post("/desk/page/services/", service).status_code == 302
    paper = {"type": "licence", "name": "登记证书", "picture": picture(size=(64, 48))}
    assert client.post("/desk/papers/", paper).status_code == 302
    # The address changed with the page's own name; the code is still missing.
    address = "/help/institutions/apply/sunshine/"
    refused = client.post(f"{address}submit/")
    assert refused.status_code == 422
    assert "统一社会信用代码不对" in refused.content.decode()
    basics = {"name": "阳光帮扶中心", "code": "5211 0105 5000 1234 5g", "place": places["ginkgo"].pk}
    assert client.post(address, basics).status_code == 302
    assert client.post(f"{address}submit/").status_code == 302
    made = Institution.objects.get()
    assert made.state == "submitted"
    # Nobody else sees it yet.
    assert browser_of(None).get("/help/institutions/sunshine/").status_code == 404
    assert client.get("/help/institutions/sunshine/").status_code == 200
    decide(made, approved=True, by=office["staff"])
    drain()
    text = browser_of(None).get("/help/institutions/sunshine/").content.decode()
    for words in ("阳光帮扶中心", "助餐", "60 岁以上", "9:00–17:00", "老年人", "资料核验于"):
        assert words in text
    answer = browser_of(None).get(Institution.objects.get().logo.url_320)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)


@pytest.mark.deny
def test_what_was_typed_stays_where_something_is_wrong(person: Callable, portal: Any, places: dict) -> None:
    client = browser_of(person("shen"))
    data = {"name": "阳光", "code": "52110105500012345H", "place": places["ginkgo"].pk}
    answer = client.post("/help/institutions/apply/", data)
    assert answer.status_code == 422
    assert 'value="阳光"' in answer.content.decode()
    assert not Institution.objects.exists()


def test_a_draft_is_gone_on_with(person: Callable, portal: Any, places: dict) -> None:
    client = browser_of(person("shen"))
    data = {"name": "阳光", "code": "", "place": places["ginkgo"].pk}
    first = client.post("/help/institutions/apply/", data)
    again = client.post("/help/institutions/apply/", data)
    assert first.url == again.url
    assert Institution.objects.count() == 1


@pytest.mark.deny
def test_ages_in_disorder_and_taken_addresses_are_said(
    approved: Callable, head: User, person: Callable, portal: Any
) -> None:
    approved()
    other = approved("另一家", by=person("other"), code=CODES[1])
    client = browser_of(fresh(head))
    service = {"name": "助餐", "matter": "care", "minimum_age": 60, "maximum_age": 6}
    assert client.post("/desk/page/services/", service).status_code == 422
    for slug in (other.slug, "apply"):
        page = {"introduction": "陪伴", "groups": ["elderly"], "slug": slug}
        assert client.post("/desk/page/", page).status_code == 422, slug


@pytest.mark.deny
def test_members_read_the_desk_and_change_nothing(
    approved: Callable, helper: User, head: User, person: Callable, portal: Any
) -> None:
    made = approved()
    join(made, helper)
    client = browser_of(fresh(helper))
    for page in ("", "members/", "papers/", "history/"):
        assert client.get(f"/desk/{page}").status_code == 200
    assert client.get("/desk/page/").status_code == 403
    guest = person("guest")
    assert client.post("/desk/members/", {"person": guest.username}).status_code == 403
    assert client.post("/desk/papers/", {}).status_code == 403
    assert client.post(f"/desk/members/{head.username}/end/").status_code == 403
    assert client.post(f"/desk/members/{head.username}/head/").status_code == 403
    answer = client.post(
        f"/desk/members/{helper.username}/check/", {"checked_on": timezone.localdate().isoformat()}
    )
    assert answer.status_code == 403


def test_suspended_members_keep_reading_and_stop_changing_at_the_next_request(
    approved: Callable, office: dict, head: User, portal: Any
) -> None:
    made = approved()
    client = browser_of(fresh(head))
    suspend(made, office["staff"], office["second"])
    for page in ("", "page/", "members/", "papers/", "history/"):
        assert client.get(f"/desk/{page}").status_code == 200
    assert "收到投诉" in client.get("/desk/").content.decode()
    page = {"introduction": "照样改", "groups": ["elderly"], "slug": made.slug}
    assert client.post("/desk/page/", page).status_code == 409
    assert client.post("/desk/page/services/", {"name": "新的", "matter": "care"}).status_code == 409
    text = browser_of(None).get(made.get_absolute_url()).content.decode()
    assert "服务已暂停" in text
    assert "010-55550123" not in text
    assert "收到投诉" not in text


def test_the_invited_answers_and_the_head_lets_go(
    approved: Callable, head: User, helper: User, portal: Any
) -> None:
    approved()
    mine, hers = browser_of(fresh(head)), browser_of(helper)
    assert mine.post("/desk/members/", {"person": "@helper"}).status_code == 302
    asked = Invitation.objects.get()
    assert "沈院长" in hers.get(asked.get_absolute_url()).content.decode()
    assert hers.post(f"{asked.get_absolute_url()}accept/").url == "/desk/"
    assert "阳光帮扶中心" in hers.get("/desk/").content.decode()
    assert mine.post("/desk/members/helper/head/").status_code == 302
    head_asked = Invitation.objects.latest("pk")
    assert hers.post(f"{head_asked.get_absolute_url()}decline/").status_code == 302
    assert mine.post("/desk/members/helper/end/").status_code == 302
    assert hers.get("/desk/").status_code == 403
    assert not Membership.objects.filter(user=helper, until=None).exists()


def test_somebody_is_found_by_her_whole_mobile_number_alone(
    approved: Callable, head: User, helper: User, portal: Any
) -> None:
    from foundation.accounts.domain.telephone import phone_index

    User.objects.filter(pk=helper.pk).update(
        phone_index=phone_index("+8613900001234"), phone_verified_at=timezone.now()
    )
    approved()
    client = browser_of(fresh(head))
    assert client.post("/desk/members/", {"person": "1390000123"}).status_code == 422
    assert client.post("/desk/members/", {"person": "nobody"}).status_code == 422
    assert client.post("/desk/members/", {"person": "139 0000 1234"}).status_code == 302
    assert Invitation.objects.get().user == helper


def test_she_who_wears_no_hat_chooses_one(approved: Callable, head: User, portal: Any) -> None:
    made = approved()
    client = browser_of(fresh(head))
    client.post("/account/hat/", {"organisation": ""})
    assert "您代表谁办事" in client.get("/desk/").content.decode()
    assert client.get("/desk/papers/").status_code == 404
    back = client.post("/account/hat/", {"organisation": made.organisation.public_id, "next": "/desk/"})
    assert back.url == "/desk/"
    assert client.get("/desk/papers/").status_code == 200
    assert "代表" in client.get("/").content.decode()


class TestPorts:
    def test_the_desk_says_what_waits_the_most_urgent_first(
        self, approved: Callable, head: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = approved(children=True)
        soon = timezone.localdate() + timedelta(days=5)
        made.qualifications.update(valid_until=soon)
        monkeypatch.setattr(desk, "_sources", [*desk._sources])
        desk.register_waiting(lambda user, organisation: [desk.Waiting("没有日子", "/x/")])
        desk.register_waiting(lambda user, organisation: [desk.Waiting("今天就要", "/y/", timezone.now())])
        found = desk.waiting(head, made.organisation)
        assert [str(one.words) for one in found] == [
            "今天就要",
            "民办非企业单位登记证书快到期了，请上传新的",
            "没有日子",
        ]

    def test_an_application_waits_for_its_head(self, drafted: Callable, head: User) -> None:
        made = drafted()
        (one,) = desk.waiting(head, made.organisation)
        assert "申请" in str(one.words)
        members.end_all(made.organisation, by=None)
        Institution.objects.filter(pk=made.pk).update(state="withdrawn")
        assert desk.waiting(head, made.organisation) == []

    def test_tabs_stand_in_order(self, approved: Callable, head: User, monkeypatch: Any) -> None:
        made = approved()
        monkeypatch.setattr(desk, "_tabs", dict(desk._tabs))
        desk.register_tab(desk.Tab(key="agreements", words="协议", url=lambda organisation: "/x/"))
        hidden = desk.Tab(key="no", words="不见", url=lambda organisation: "/y/", shown=lambda *_: False)
        desk.register_tab(hidden)
        keys = [tab.key for tab in desk.tabs(head, made.organisation)]
        assert keys == ["desk", "page", "members", "papers", "agreements", "history"]

    def test_panels_of_apps_above_stand_on_the_page(
        self, approved: Callable, monkeypatch: Any, portal: Any
    ) -> None:
        made = approved()
        monkeypatch.setattr(panels, "_panels", {})
        for key, shown in (("none", None), ("some", {"title": "x"})):
            panels.register(
                panels.Panel(
                    key=key,
                    template="components/empty.html",
                    context=lambda institution, user, shown=shown: shown,
                )
            )
        assert len(panels.panels_of(made, None)) == 1
        assert browser_of(None).get(made.get_absolute_url()).status_code == 200


class TestOffices:
    def test_a_building_is_answered_for_by_its_committee(self, places: dict) -> None:
        made = offices.office_of(places["ginkgo-3"])
        assert made is not None
        assert (made.place, made.type, made.stands) == (places["ginkgo"], "office", True)
        assert offices.office_of(places["ginkgo"]) == made

    def test_none_is_made_unasked_and_a_new_name_is_followed(self, places: dict) -> None:
        place = places["ginkgo"]
        assert offices.office_of(place, create=False) is None
        offices.office_of(place)
        place.name = "银杏新里"
        place.save()
        assert offices.office_of(place).name == "银杏新里"  # type: ignore[union-attr]
        assert offices.make_offices() == 3
