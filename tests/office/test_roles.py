"""Roles and places (A5): who may give them, two persons for the strong ones, and when they end."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission

from foundation.accounts.domain import roles
from foundation.accounts.domain.groups import make_groups, rights_of
from foundation.accounts.models import RoleAssignment, RoleRequest, User
from foundation.core.access.permissions import Grant, Refused, django_rights, grants, table_of_rights
from foundation.core.access.roles import APART, GIVEN, PLACED, SENTENCES, STRONG, Role
from foundation.core.flow.models import AuditEntry
from foundation.messaging.models import Notification
from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem

pytestmark = [pytest.mark.django_db, pytest.mark.row("A5")]


@pytest.fixture
def chief(person: Callable) -> Any:
    return person("chief", display="管理员甲", roles=("administrator",))


@pytest.fixture
def second(person: Callable) -> Any:
    return person("second", display="管理员乙", roles=("administrator",))


def has(user: User, role: Role) -> bool:
    return RoleAssignment.objects.filter(user=user, role=role).exists()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_every_role_has_a_sentence_for_people() -> None:
    assert set(SENTENCES) == set(Role)
    assert set(GIVEN) > STRONG
    assert set(GIVEN) > PLACED


def test_an_ordinary_role_is_given_at_once_and_she_is_told(
    chief: Any, person: Callable, places: dict
) -> None:
    lin = person("lin")
    asked = roles.ask_for_role(lin, Role.STAFF, place=places["ginkgo"], purpose="接替王敏", by=chief)
    assert asked is None
    held = RoleAssignment.objects.get(user=lin)
    assert (held.role, held.place, held.given_by) == ("staff", places["ginkgo"], chief)
    entry = AuditEntry.objects.latest("seq")
    assert (entry.action, entry.actor_id, entry.purpose) == ("accounts.give_role", chief.pk, "接替王敏")
    assert entry.place_path == places["ginkgo"].path
    assert Notification.objects.get(user=lin).event == "role_given"


@pytest.mark.parametrize("role", sorted(STRONG))
@pytest.mark.security(8)
def test_a_strong_role_waits_for_a_second_administrator(
    role: Role, chief: Any, second: Any, person: Callable, places: dict, drain: Callable
) -> None:
    lin = person("lin")
    place = places["ginkgo"] if role in PLACED else None
    request = roles.ask_for_role(lin, role, place=place, purpose="接替", by=chief)
    assert request is not None
    assert not has(lin, role)
    inbox.decide(ReviewItem.objects.get(kind="role_request"), approved=True, by=second)
    assert has(lin, role)
    request.refresh_from_db()
    assert (request.state, request.decided_by) == ("approved", second)
    drain()
    assert Notification.objects.get(user=chief, event="role_granted").by == second


@pytest.mark.deny
@pytest.mark.security(8)
def test_who_asked_does_not_decide_nor_does_the_person_herself(chief: Any, second: Any, places: dict) -> None:
    role = Role.CHILDRENS_OFFICER
    request = roles.ask_for_role(second, role, place=places["ginkgo"], purpose="试试", by=chief)
    assert request is not None
    item = ReviewItem.objects.get(kind="role_request")
    for somebody in (chief, second):
        with pytest.raises(Refused):
            inbox.decide(item, approved=True, by=somebody)
    assert not has(second, role)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleRequest.objects.filter(pk=request.pk).update(decided_by=chief)


@pytest.mark.deny
def test_a_refused_request_gives_nothing(chief: Any, second: Any, person: Callable, drain: Callable) -> None:
    lin = person("lin")
    roles.ask_for_role(lin, Role.OPERATOR, purpose="接替", by=chief)
    inbox.decide(
        ReviewItem.objects.get(kind="role_request"), approved=False, reason="先说明为什么", by=second
    )
    assert not has(lin, Role.OPERATOR)
    drain()
    assert Notification.objects.get(user=chief, event="role_refused").text == "先说明为什么"


@pytest.mark.deny
def test_nobody_gives_herself_a_role_or_one_that_nobody_gives(chief: Any, person: Callable) -> None:
    with pytest.raises(Refused):
        roles.ask_for_role(chief, Role.EDITOR, purpose="自己来", by=chief)
    lin = person("lin")
    for role in set(Role) - set(GIVEN):
        with pytest.raises(Refused):
            roles.ask_for_role(lin, role, purpose="不行", by=chief)
    for outsider in (lin, person("ed", roles=("editor",)), person("st", roles=("staff",))):
        with pytest.raises(Refused):
            roles.ask_for_role(person(f"x{outsider.pk}"), Role.EDITOR, purpose="不行", by=outsider)


@pytest.mark.deny
def test_a_placed_role_needs_its_place_and_the_others_have_none(
    chief: Any, person: Callable, places: dict
) -> None:
    lin = person("lin")
    with pytest.raises(roles.PlaceMissing):
        roles.ask_for_role(lin, Role.STAFF, purpose="接替", by=chief)
    with pytest.raises(roles.PlaceMissing):
        roles.ask_for_role(lin, Role.EDITOR, place=places["ginkgo"], purpose="接替", by=chief)


@pytest.mark.deny
def test_what_is_held_or_waits_is_not_asked_for_again(chief: Any, second: Any, person: Callable) -> None:
    lin = person("lin")
    roles.ask_for_role(lin, Role.EDITOR, purpose="接替", by=chief)
    roles.ask_for_role(lin, Role.AUDITOR, purpose="接替", by=chief)
    for role in (Role.EDITOR, Role.AUDITOR):
        with pytest.raises(roles.HeldAlready):
            roles.ask_for_role(lin, role, purpose="再来", by=second)
    assert RoleRequest.objects.count() == 1


@pytest.mark.deny
def test_the_last_administrator_stays(chief: Any, person: Callable) -> None:
    with pytest.raises(roles.LastAdministrator):
        roles.take_role(chief, Role.ADMINISTRATOR, by=chief)
    answer = signed_in(chief).post(
        reverse("office:take_role", args=["chief"]), {"role": "administrator"}, follow=True
    )
    assert "最后一位管理员" in answer.content.decode()
    assert has(chief, Role.ADMINISTRATOR)


@pytest.mark.deny
@pytest.mark.security(41)
def test_a_role_that_is_taken_ends_with_the_next_request(
    chief: Any, second: Any, person: Callable, portal: Any
) -> None:
    """In a session that was open all the time, as on every other node: nothing of it is remembered."""
    editor = person("ed", roles=("editor",))
    client = signed_in(editor)
    assert client.get("/admin/pages/add/news/articlepage/").status_code in (200, 404)
    assert client.get("/admin/").status_code == 200
    signed_in(chief).post(reverse("office:take_role", args=["ed"]), {"role": "editor"})
    assert client.get("/admin/").status_code == 302
    assert not User.objects.get(pk=editor.pk).groups.exists()
    assert Notification.objects.get(user=editor).event == "role_taken"


@pytest.mark.deny
@pytest.mark.security(41)
def test_staff_of_a_place_lose_it_with_the_place(chief: Any, person: Callable, places: dict) -> None:
    staff = person("st", roles=("staff",))
    client = signed_in(staff)
    assert client.get(reverse("reviews:list")).status_code == 200
    roles.take_role(staff, Role.STAFF, place=places["ginkgo"], by=chief)
    assert client.get(reverse("reviews:list")).status_code == 302


def test_the_page_finds_people_and_gives_a_role(chief: Any, person: Callable, places: dict) -> None:
    person("lin", display="林秋雨")
    client = signed_in(chief)
    page = client.get(reverse("office:roles"), {"q": "秋雨"}).content.decode()
    assert "林秋雨" in page
    assert "没有后台角色" in page
    answer = client.post(
        reverse("office:give_role", args=["lin"]),
        {"role": "staff", "place": places["bridge"].pk, "purpose": "接替王敏"},
        follow=True,
    )
    assert "角色已授予" in answer.content.decode()
    assert "青石桥社区" in client.get(reverse("office:roles")).content.decode()


@pytest.mark.deny
def test_a_form_that_is_wrong_says_so_and_keeps_what_was_typed(chief: Any, person: Callable) -> None:
    person("lin")
    answer = signed_in(chief).post(
        reverse("office:give_role", args=["lin"]), {"role": "staff", "purpose": "接替王敏负责"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请选择这个角色管辖的地点" in page
    assert "接替王敏负责" in page
    assert not RoleAssignment.objects.filter(user__username="lin").exists()


@pytest.mark.deny
def test_mail_addresses_are_found_as_a_whole_only(chief: Any, person: Callable) -> None:
    person("lin", display="林秋雨")
    client = signed_in(chief)
    assert "林秋雨" not in client.get(reverse("office:roles"), {"q": "example.org"}).content.decode()
    assert "林秋雨" in client.get(reverse("office:roles"), {"q": "lin@example.org"}).content.decode()


def test_the_table_of_rights_shows_what_the_code_obeys(chief: Any) -> None:
    shown = signed_in(chief).get(reverse("office:rights"))
    rows = {row["label"]: row["cells"] for app in shown.context["table"] for row in app["rows"]}
    columns = [column["role"] for column in shown.context["columns"]]
    assert set(rows) == {permission.label for permission in grants()}
    for permission, entries in grants().items():
        marks = dict(zip(columns, rows[permission.label], strict=True))
        for entry in entries:
            role = entry.role if isinstance(entry, Grant) else entry
            expected = "when" if isinstance(entry, Grant) else "placed" if role in PLACED else "yes"
            assert marks.pop(role) == expected
        assert set(marks.values()) <= {""}


def test_the_words_of_all_rights_differ() -> None:
    labels = [right.label for app in table_of_rights() for right, _cells in app.rights]
    assert len(labels) == len(set(labels))
    assert all(
        label != right.value
        for app in table_of_rights()
        for right, _c in app.rights
        for label in [right.label]
    )


def test_wagtails_groups_hold_exactly_what_the_table_says(portal: Any) -> None:
    """Also after somebody gave a group more by hand: making the roles again takes it back."""
    editors = Group.objects.get(name="linli-editors")
    stray = GroupPagePermission.objects.filter(group__name="linli-administrators").exclude(
        permission__codename__in=["add_page", "change_page"]
    )
    GroupPagePermission.objects.create(group=editors, page=stray[0].page, permission=stray[0].permission)
    make_groups()
    for role, name in roles.GROUP_OF_ROLE.items():
        group = Group.objects.get(name=name)
        of_pages = GroupPagePermission.objects.filter(group=group).values_list(
            "permission__content_type__app_label", "permission__codename"
        )
        own = group.permissions.values_list("content_type__app_label", "codename")
        of_collections = group.collection_permissions.values_list(
            "permission__content_type__app_label", "permission__codename"
        )
        held = {f"{app}.{codename}" for app, codename in [*of_pages, *own, *of_collections]}
        assert held == rights_of(role)
    assert set().union(*(rights_of(role) for role in Role)) == set(django_rights())


def test_create_roles_again_changes_nothing(portal: Any) -> None:
    def rights() -> list[Any]:
        return [
            list(Group.objects.order_by("name").values_list("name", "permissions__codename")),
            list(GroupPagePermission.objects.order_by("pk").values_list()),
        ]

    call_command("create_roles", verbosity=0)
    before = rights()
    call_command("create_roles", verbosity=0)
    assert rights() == before


def test_the_first_administrator_is_made_at_the_server(person: Callable, places: dict) -> None:
    person("lin")
    call_command("give_role", "lin", "administrator", verbosity=0)
    call_command("give_role", "lin@example.org", "staff", "--place", "ginkgo", verbosity=0)
    lin = User.objects.get(username="lin")
    assert has(lin, Role.ADMINISTRATOR)
    assert RoleAssignment.objects.get(user=lin, role="staff").place == places["ginkgo"]
    assert AuditEntry.objects.filter(action="accounts.give_role", actor_id=None).count() == 2


@pytest.mark.deny
@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["nobody", "editor"], "no account"),
        (["lin", "staff"], "--place"),
        (["lin", "editor", "--place", "ginkgo"], "no place"),
        (["lin", "staff", "--place", "mars"], "no such place"),
    ],
)
def test_the_command_says_what_is_wrong(arguments: list[str], fault: str, person: Callable) -> None:
    person("lin")
    with pytest.raises(CommandError, match=fault):
        call_command("give_role", *arguments)
    assert not RoleAssignment.objects.exists()


@pytest.mark.deny
@pytest.mark.parametrize("query", ["秋", "实名lin"])
def test_nobody_is_listed_by_one_letter_or_by_the_name_in_her_papers(
    chief: Any, person: Callable, query: str
) -> None:
    person("lin", display="林秋雨")
    page = signed_in(chief).get(reverse("office:roles"), {"q": query})
    assert "林秋雨" not in page.content.decode()


@pytest.mark.deny
@pytest.mark.parametrize("held", sorted(APART))
@pytest.mark.parametrize("asked", sorted(APART))
def test_who_decides_who_watches_and_who_keeps_the_machine_are_three_people(
    held: Role, asked: Role, chief: Any, second: Any, person: Callable
) -> None:
    if held == asked:
        return
    lin = person("lin", roles=(held,))
    with pytest.raises(roles.NotTogether):
        roles.ask_for_role(lin, asked, purpose="一人兼", by=chief)
    with pytest.raises(roles.NotTogether):
        roles.give_role(lin, asked, by=None)
    answer = signed_in(chief).post(
        reverse("office:give_role", args=["lin"]), {"role": asked, "purpose": "一人兼"}
    )
    assert answer.status_code == 422
    assert "由不同的人担任" in answer.content.decode()
    with pytest.raises(CommandError):
        call_command("give_role", "lin", str(asked), verbosity=0)
    # What was asked for before she got the other one is not given either.
    roles.take_role(lin, held, by=None)
    roles.ask_for_role(lin, asked, purpose="接替", by=chief)
    roles.give_role(lin, held, by=None)
    with pytest.raises(roles.NotTogether), transaction.atomic():
        inbox.decide(ReviewItem.objects.get(kind="role_request"), approved=True, by=second)
    assert not has(lin, asked)


@pytest.mark.deny
def test_what_somebody_asked_for_ends_with_her_own_role(chief: Any, second: Any, person: Callable) -> None:
    request = roles.ask_for_role(person("lin"), Role.AUDITOR, purpose="接替", by=chief)
    assert request is not None
    roles.take_role(chief, Role.ADMINISTRATOR, by=second)
    request.refresh_from_db()
    assert request.state == "refused"
    assert not ReviewItem.objects.open().filter(kind="role_request").exists()
