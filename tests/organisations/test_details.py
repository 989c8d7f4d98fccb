"""What is refused in words and what follows on the side: the application's parts, the page, the desk, own data (H2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from foundation.accounts.models import Organisation, User
from foundation.core import kinds
from foundation.core.facets import ExportFacet
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.models import Place, StoredFile
from organisations.domain import applying, desk, offices, page
from organisations.models import Institution, Invitation, RecordCheck
from tests.access.cells import browser_of
from tests.organisations.conftest import CODES, fresh, join

pytestmark = [pytest.mark.django_db, pytest.mark.row("H2")]


@pytest.mark.deny
def test_each_missing_part_has_its_sentence(drafted: Callable, head: User) -> None:
    made = drafted()
    User.objects.filter(pk=head.pk).update(
        verified_at=None, verified_method="", verified_name="", identity_index=None
    )
    with pytest.raises(GuardFails, match="实名"):
        applying.submit(made, by=fresh(head))
    facts = {"verified_method": "staff", "verified_name": "沈", "identity_index": "x"}
    User.objects.filter(pk=head.pk).update(verified_at=timezone.now(), **facts)
    made.services.all().delete()
    with pytest.raises(GuardFails, match="服务"):
        applying.submit(made, by=fresh(head))
    made.audiences.all().delete()
    with pytest.raises(GuardFails, match="帮扶对象"):
        applying.submit(made, by=fresh(head))
    Institution.objects.filter(pk=made.pk).update(introduction="")
    with pytest.raises(GuardFails, match="简介"):
        applying.submit(made, by=fresh(head))


@pytest.mark.deny
def test_what_ended_otherwise_keeps_its_papers(approved: Callable) -> None:
    made = approved()
    applying.erase_papers("", {"id": made.pk})
    assert made.qualifications.exists()


@pytest.mark.deny
def test_services_have_a_least_and_a_most(
    approved: Callable, head: User, monkeypatch: pytest.MonkeyPatch, portal: Any
) -> None:
    made, client = approved(), browser_of(fresh(head))
    one = made.services.get()
    assert client.post(f"/desk/page/services/{one.public_id}/remove/").status_code == 422
    service = {"name": "理发", "matter": "care"}
    assert client.post("/desk/page/services/", service).status_code == 302
    assert client.post(f"/desk/page/services/{one.public_id}/remove/").status_code == 302
    monkeypatch.setattr(page, "MOST_SERVICES", 1)
    with pytest.raises(GuardFails, match="最多"):
        page.add_service(made, values=service, by=fresh(head))


@pytest.mark.deny
def test_whoever_was_not_looked_at_for_it_does_not_help_children(
    approved: Callable, drafted: Callable, head: User, person: Callable, portal: Any
) -> None:
    """Record checks and the second person go with it (未保法 62)."""
    made, client = approved(), browser_of(fresh(head))
    told = "请先补交从业查询声明"
    data = {"introduction": "陪伴", "groups": ["elderly", "children"], "slug": made.slug}
    answer = client.post("/desk/page/", data)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    with pytest.raises(page.ForChildren):
        page.describe(made, words={}, groups=["elderly"], area=[], serves_children=True, by=fresh(head))
    for ages in ({"minimum_age": 0, "maximum_age": 17}, {"minimum_age": 6}, {"maximum_age": 12}):
        answer = client.post("/desk/page/services/", {"name": "辅导", "matter": "learning", **ages})
        assert answer.status_code == 422
        assert told in answer.content.decode()
    made.refresh_from_db()
    assert not made.serves_children
    assert list(made.audiences.values_list("group", flat=True)) == ["elderly"]
    assert made.services.count() == 1

    other = person("other")
    draft = drafted("另一家", by=other, code=CODES[1])
    page.describe(draft, words={}, groups=["children"], area=[], by=fresh(other))
    with pytest.raises(page.ForChildren):
        applying.submit(draft, by=fresh(other))


def test_a_new_logo_takes_the_old_ones_place(
    approved: Callable, head: User, picture: Callable, portal: Any
) -> None:
    made, client = approved(), browser_of(fresh(head))
    data = {"introduction": "陪伴", "groups": ["elderly"], "slug": "sunshine"}
    for _time in range(2):
        answer = client.post("/desk/page/", {**data, "picture": picture(size=(64, 64))})
        assert answer.status_code == 302
    made.refresh_from_db()
    assert made.logo.scope_level == "public"
    assert StoredFile.objects.exclude(dropped_at=None).count() == 1


@pytest.mark.deny
def test_the_name_and_the_address_are_settled_by_the_domain_too(
    approved: Callable, head: User, person: Callable
) -> None:
    made = approved()
    other = approved("另一家", by=person("other"), code=CODES[1])
    with pytest.raises(StepNotAllowed):
        page.name_it(made, name="改名", code="", place=made.organisation.place, by=fresh(head))
    with pytest.raises(GuardFails, match="网址名"):
        page.describe(made, words={}, groups=[], area=[], slug=other.slug, by=fresh(head))


def test_a_check_that_grows_old_waits_on_the_desk(approved: Callable, head: User, helper: User) -> None:
    made = approved(children=True)
    join(made, helper)
    RecordCheck.objects.filter(institution=made).update(checked_on=timezone.localdate() - timedelta(days=350))
    words = " ".join(str(one.words) for one in desk.waiting(head, made.organisation))
    assert "沈院长" in words
    assert "小周" in words


def test_papers_and_checks_are_kept_up_by_the_head(
    approved: Callable, head: User, helper: User, picture: Callable, portal: Any
) -> None:
    made, client = approved(children=True), browser_of(fresh(head))
    join(made, helper)
    day = {"checked_on": timezone.localdate().isoformat()}
    assert client.post("/desk/members/helper/check/", day).status_code == 302
    assert client.post("/desk/members/", {"person": "helper"}).status_code == 422
    data = {"type": "other", "name": "评估证书", "picture": picture(size=(64, 48))}
    assert client.post("/desk/papers/", data).status_code == 302
    paper = made.qualifications.get(name="评估证书")
    assert client.post(f"/desk/papers/{paper.public_id}/remove/").status_code == 302
    assert made.qualifications.count() == 1


def test_an_invitation_is_taken_back_and_a_member_leaves_by_page(
    approved: Callable, head: User, helper: User, person: Callable, portal: Any
) -> None:
    made, client = approved(), browser_of(fresh(head))
    join(made, helper)
    guest = person("guest")
    assert client.post("/desk/members/", {"person": "guest"}).status_code == 302
    asked = Invitation.objects.get(user=guest)
    assert client.post(f"/desk/members/asked/{asked.public_id}/take-back/").status_code == 302
    assert "已撤回" in browser_of(guest).get(asked.get_absolute_url()).content.decode()
    assert browser_of(fresh(helper)).post("/desk/members/helper/end/").url == "/"


def test_what_somebody_applied_for_stands_in_her_own_data(
    submitted: Callable, head: User, helper: User
) -> None:
    made = submitted()
    Invitation.objects.create(organisation=made.organisation, user=helper, position="member", asked_by=head)
    for key, user, name in (("institution", head, "name"), ("invitation", helper, "organisation")):
        facet = kinds.get(key).export
        assert isinstance(facet, ExportFacet)
        (row,) = facet.rows(user)
        assert facet.as_data(row)[name] == "阳光帮扶中心"
        assert kinds.get(key).title(row) == "阳光帮扶中心"
        assert kinds.get(key).visible_to(user).count() == 1


def test_an_office_that_was_made_meanwhile_is_the_one(places: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    lonely = Place.add_root(name="孤楼", slug="lonely", level="building")
    assert offices.office_of(lonely) is None
    made = offices.office_of(places["ginkgo"])
    find, asked = Organisation.objects.filter, []

    def blind_at_first(**by: Any) -> Any:
        asked.append(by)
        return Organisation.objects.none() if len(asked) == 1 else find(**by)

    monkeypatch.setattr(Organisation.objects, "filter", blind_at_first)
    assert offices.office_of(places["ginkgo"]) == made
