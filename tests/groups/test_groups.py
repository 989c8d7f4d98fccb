"""Interest groups: their people, the portal, their owner's choices (G1, G2)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem
from groups.domain import group_members, groups
from groups.models import Group, GroupMember
from tests.groups.conftest import browser, decide, item_of, told

pytestmark = [pytest.mark.django_db, pytest.mark.row("G1")]
WORDS = ("name", "purpose", "description", "contact_name", "contact_phone", "visibility", "joining")


def values_of(group: Group, **other: Any) -> dict[str, Any]:
    return {name: getattr(group, name) for name in WORDS} | other


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶")


def test_there_are_exactly_these_three_visibilities() -> None:
    assert [str(label) for label in Group.Visibility.labels] == [
        "对管理员公开",
        "对辖区人员公开",
        "只有自己可看",
    ]


def test_it_is_begun_on_the_page_and_seen_by_whom_it_is_for(
    places: dict, zhou: User, person: Callable
) -> None:
    answer = browser(zhou).post(
        "/groups/new/",
        {
            "name": "书法小组",
            "purpose": "周日写字",
            "contact_name": "周叶",
            "contact_phone": "0571-5550-0100",
            "visibility": "place",
            "joining": "open",
            "place": places["ginkgo"].pk,
        },
    )
    group = Group.objects.get()
    assert answer["Location"] == group.get_absolute_url() == "/groups/shu-fa-xiao-zu/"
    assert "0571-5550-0100" in browser(person("lin")).get(group.get_absolute_url()).content.decode()


@pytest.mark.deny
def test_a_faulty_form_comes_back_with_what_was_typed(places: dict, zhou: User) -> None:
    answer = browser(zhou).post(
        "/groups/new/", {"name": "书法小组", "contact_phone": "打我电话", "visibility": "everybody"}
    )
    assert answer.status_code == 422
    assert 'value="书法小组"' in answer.content.decode()
    assert not Group.objects.exists()


@pytest.mark.deny
def test_who_is_not_verified_begins_none(places: dict, group: Callable, person: Callable) -> None:
    with pytest.raises(Refused):
        group(by=person("new", verified=False))


class TestPortal:
    pytestmark = pytest.mark.row("G2")

    @pytest.mark.deny
    def test_it_shows_only_after_staff_of_the_place_said_yes(
        self, group: Callable, owner: User, clerk: User, person: Callable, drain: Callable
    ) -> None:
        made = group()
        assert browser(None).get(made.get_absolute_url()).status_code == 404
        browser(owner).post(f"{made.get_absolute_url()}portal/", {"shown": "1"})
        assert browser(None).get(made.get_absolute_url()).status_code == 404
        for who in (
            owner,
            person("far", roles=("staff",), place="bridge"),
            person("rev", roles=("reviewer",)),
        ):
            with pytest.raises(Refused):
                inbox.decide(item_of(made), approved=True, by=who)
        decide(made, approved=True, by=clerk)
        drain()
        assert told(owner, "group_shown")
        assert browser(None).get(made.get_absolute_url()).status_code == 200

    @pytest.mark.deny
    def test_a_no_leaves_it_where_it_was_and_says_why(
        self, group: Callable, owner: User, clerk: User, drain: Callable
    ) -> None:
        made = group()
        groups.ask_for_portal(made, by=owner)
        decide(made, approved=False, by=clerk, reason="联系人信息不完整。")
        drain()
        made.refresh_from_db()
        assert (made.portal, made.scope.level) == ("off", "place")
        assert told(owner, "group_not_shown")
        assert "联系人信息不完整。" in browser(owner).get(made.get_absolute_url()).content.decode()

    @pytest.mark.deny
    @pytest.mark.parametrize("visibility", ["managers", "only"])
    def test_what_is_not_for_everybody_of_the_place_is_never_asked_for(
        self, visibility: str, group: Callable, owner: User
    ) -> None:
        made = group(visibility=visibility)
        with pytest.raises(ValidationError):
            groups.ask_for_portal(made, by=owner)
        for forged in ({"portal": "shown"}, {"portal": "asked"}, {"scope_level": "public", "scope_ref": ""}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Group.objects.filter(pk=made.pk).update(**forged)

    def test_other_words_take_it_off_until_staff_looked_again(
        self, group: Callable, owner: User, clerk: User
    ) -> None:
        made = group()
        groups.ask_for_portal(made, by=owner)
        decide(made, approved=True, by=clerk)
        made.refresh_from_db()
        groups.edit_group(made, by=owner, values=values_of(made, joining="request"))
        assert made.portal == "shown", "how one joins is nobody else's to look at"
        groups.edit_group(made, by=owner, values=values_of(made, purpose="其实是卖保健品"))
        assert (made.portal, made.scope.level) == ("asked", "place")
        assert browser(None).get(made.get_absolute_url()).status_code == 404
        decide(made, approved=True, by=clerk)
        assert browser(None).get(made.get_absolute_url()).status_code == 200

    def test_taken_back_it_waits_for_nobody(self, group: Callable, owner: User) -> None:
        made = group()
        groups.ask_for_portal(made, by=owner)
        groups.ask_for_portal(made, by=owner)
        assert ReviewItem.objects.open().count() == 1
        groups.take_off_portal(made, by=owner)
        assert not ReviewItem.objects.open().exists()
        made.refresh_from_db()
        assert made.portal == "off"

    @pytest.mark.deny
    def test_another_visibility_while_it_waits_takes_it_out_of_the_inbox(
        self, group: Callable, owner: User
    ) -> None:
        made = group()
        groups.ask_for_portal(made, by=owner)
        groups.edit_group(made, by=owner, values=values_of(made, visibility="only"))
        assert made.portal == "off"
        assert not ReviewItem.objects.open().exists()

    @pytest.mark.deny
    def test_nobody_else_asks_or_takes_off(self, group: Callable, zhou: User, clerk: User) -> None:
        made = group()
        for who in (zhou, clerk):
            with pytest.raises(Refused):
                groups.ask_for_portal(made, by=who)
            with pytest.raises(Refused):
                groups.edit_group(made, by=who, values=values_of(made, name="我的"))
            with pytest.raises(Refused):
                groups.close_group(made, by=who)
        assert browser(zhou).post(f"{made.get_absolute_url()}portal/", {"shown": "1"}).status_code == 404


class TestPeople:
    def test_open_ones_are_joined_with_one_press(self, group: Callable, zhou: User) -> None:
        made = group()
        group_members.join_group(made, by=zhou)
        group_members.join_group(made, by=zhou)
        made.refresh_from_db()
        assert made.member_count == 2
        group_members.leave_group(made, by=zhou)
        group_members.leave_group(made, by=zhou)
        made.refresh_from_db()
        assert made.member_count == 1

    def test_its_contact_person_lets_in_who_asked(
        self, group: Callable, owner: User, zhou: User, person: Callable
    ) -> None:
        made = group(joining="request")
        asked = group_members.join_group(made, by=zhou)
        assert asked.role == "asked"
        assert told(owner, "group_asked")
        refused = group_members.join_group(made, by=person("chen"))
        page = browser(owner).get(made.get_absolute_url()).content.decode()
        assert f"{made.get_absolute_url()}members/zhou/let-in/" in page
        browser(owner).post(f"{made.get_absolute_url()}members/zhou/let-in/")
        group_members.decide_group_request(refused, approved=False, by=owner)
        made.refresh_from_db()
        assert made.member_count == 2
        assert told(zhou, "group_let_in")
        with pytest.raises(StepNotAllowed):
            group_members.decide_group_request(asked, approved=True, by=owner)
        group_members.remove_from_group(made, zhou, by=owner)
        made.refresh_from_db()
        assert made.member_count == 1

    @pytest.mark.deny
    def test_nobody_else_decides_or_removes(
        self, group: Callable, owner: User, zhou: User, person: Callable
    ) -> None:
        made = group(joining="request")
        asked = group_members.join_group(made, by=zhou)
        chen = person("chen")
        for who in (zhou, chen):
            with pytest.raises(Refused):
                group_members.decide_group_request(asked, approved=True, by=who)
            with pytest.raises(Refused):
                group_members.remove_from_group(made, owner, by=who)
        with pytest.raises(Refused):
            group_members.remove_from_group(made, owner, by=owner)
        with pytest.raises(GuardFails):
            group_members.leave_group(made, by=owner)

    @pytest.mark.deny
    def test_a_closed_group_is_its_owners_alone(self, group: Callable, owner: User, zhou: User) -> None:
        made = group()
        groups.close_group(made, by=owner)
        groups.close_group(made, by=owner)
        assert browser(zhou).get(made.get_absolute_url()).status_code == 404
        assert browser(owner).get(made.get_absolute_url()).status_code == 200
        made.refresh_from_db()
        with pytest.raises(StepNotAllowed):
            group_members.join_group(made, by=zhou)
        with pytest.raises(StepNotAllowed):
            groups.edit_group(made, by=owner, values=values_of(made))
        assert GroupMember.objects.filter(group=made).count() == 1


@pytest.mark.row("O2")
def test_what_the_community_hid_only_its_owner_sees(
    group: Callable, owner: User, zhou: User, clerk: User
) -> None:
    made = group()
    groups.hide_group(made, hidden=True, by=clerk)
    assert browser(zhou).get(made.get_absolute_url()).status_code == 404
    assert browser(owner).get(made.get_absolute_url()).status_code == 200
    groups.hide_group(made, hidden=False, by=clerk)
    assert browser(zhou).get(made.get_absolute_url()).status_code == 200


@pytest.mark.row("A7")
def test_own_data_names_circles_groups_and_what_one_is_there(
    group: Callable, live: Callable, owner: User
) -> None:
    from foundation.core import kinds

    group()
    live()
    parts = {part.key: part for part in kinds.own_data()}
    for key in ("circle", "group", "circle_memberships", "group_memberships"):
        rows = list(parts[key].facet.rows(owner))
        assert len(rows) == 1
        assert parts[key].facet.as_data(rows[0])
