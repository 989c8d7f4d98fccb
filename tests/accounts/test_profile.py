"""The own profile, each field at its own level (S1), and roles (A5)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from foundation.accounts.domain import profile, roles
from foundation.accounts.domain.queries.holders import holders
from foundation.accounts.models import Profile, RoleAssignment, User
from foundation.accounts.models.profile import default_levels
from foundation.core.access.permissions import Refused
from foundation.core.access.roles import Role
from foundation.core.models import AuditEntry, StoredFile
from foundation.social.domain.follows import follow
from identity.permissions import IdentityPermission

pytestmark = [pytest.mark.django_db, pytest.mark.row("S1")]
VALUES = {
    "bio": "爱看银杏",
    "location": "3 号楼",
    "gender": "female",
    "birthday": "06-07",
    "occupation": "退休教师",
    "hobbies": "摄影",
}


def change(user: User, **changes: Any) -> Profile:
    return profile.change_profile(
        user,
        by=user,
        **{"display_name": "秋雨", "values": VALUES, "levels": default_levels(), **changes},
    )


def seen(mine: Profile, viewer: Any) -> set[str]:
    return {field for field, _value, _scope in profile.visible_fields(mine, viewer)}


@pytest.mark.deny
@pytest.mark.security(4)
def test_each_field_is_shown_to_whom_it_is_for(person: Callable) -> None:
    lin, zhou, contact = person("lin"), person("zhou"), person("chen")
    follow(lin, by=contact)
    follow(contact, by=lin)
    mine = change(lin)
    everybody = {"bio", "hobbies"}
    residents = everybody | {"location", "gender", "occupation"}
    assert seen(mine, AnonymousUser()) == seen(mine, person("new", verified=False)) == everybody
    assert seen(mine, zhou) == residents
    assert seen(mine, contact) == residents | {"real_name", "birthday"}
    assert seen(mine, lin) == residents | {"real_name", "birthday"}


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        ("public", {"bio", "hobbies"}),
        ("residents", {"bio", "hobbies", "location", "gender", "occupation"}),
        ("contacts", {"bio", "hobbies", "location", "gender", "occupation", "real_name", "birthday"}),
    ],
)
def test_the_own_space_as_others_see_it(
    client: Any, portal: Any, person: Callable, chosen: str, shown: set
) -> None:
    lin = person("lin")
    change(lin)
    client.force_login(lin)
    page = client.get(f"{lin.space_url}?as={chosen}")
    words = {**VALUES, "gender": "女", "real_name": "实名lin"}
    listed = {value for _label, value, _scope in page.context["fields"]}
    assert listed == {words[field] for field in shown}
    assert page.context["own"] is False


@pytest.mark.deny
def test_nobody_else_can_look_through_other_peoples_eyes(client: Any, portal: Any, person: Callable) -> None:
    lin, zhou = person("lin"), person("zhou")
    change(lin)
    client.force_login(zhou)
    page = client.get(f"{lin.space_url}?as=contacts")
    assert page.context["stand_in"] == ""
    assert "实名lin" not in page.content.decode()


@pytest.mark.deny
@pytest.mark.row("A4")
def test_a_name_hidden_again_is_gone_at_the_next_request(client: Any, portal: Any, person: Callable) -> None:
    lin = person("lin")
    change(lin, levels={**default_levels(), "real_name": "public"})
    assert "实名lin" in client.get(lin.space_url).content.decode()
    change(lin, levels={**default_levels(), "real_name": "only"})
    assert "实名lin" not in client.get(lin.space_url).content.decode()


@pytest.mark.row("A4")
@pytest.mark.deny
def test_the_badge_stands_beside_the_name_of_who_was_verified(
    client: Any, portal: Any, person: Callable
) -> None:
    lin, new = person("lin"), person("new", verified=False)
    badge = 'title="已通过实名核验"'
    assert badge in client.get(lin.space_url).content.decode()
    assert client.get(new.space_url).status_code == 404
    client.force_login(new)
    assert badge not in client.get(new.space_url).content.decode()


@pytest.mark.deny
def test_only_the_owner_changes_a_profile_and_only_when_verified(person: Callable) -> None:
    lin, zhou, new = person("lin"), person("zhou"), person("new", verified=False)
    with pytest.raises(PermissionError):
        profile.change_profile(lin, by=zhou, display_name="x", values={}, levels=default_levels())
    with pytest.raises(Refused):
        change(new)


@pytest.mark.deny
@pytest.mark.parametrize(
    "changes",
    [
        {"levels": {"bio": "public"}},
        {"levels": {**default_levels(), "bio": "everyone"}},
        {"levels": []},
        {"values": {**VALUES, "bio": "长" * 201}},
        {"values": {**VALUES, "gender": "other"}},
        {"display_name": ""},
        {"display_name": "长" * 21},
    ],
)
def test_what_does_not_fit_is_refused_whole(person: Callable, changes: dict) -> None:
    lin = person("lin")
    with pytest.raises(ValidationError):
        change(lin, **changes)
    assert not Profile.objects.filter(user=lin, bio="爱看银杏").exists()


def test_a_new_face_replaces_the_old_one(person: Callable, picture: Callable, drain: Callable) -> None:
    lin = person("lin")
    change(lin, avatar=picture())
    first = User.objects.get(pk=lin.pk).avatar
    assert lin.avatar_url is None
    drain()
    assert User.objects.get(pk=lin.pk).avatar_url == first.url_320
    change(User.objects.get(pk=lin.pk), avatar=picture())
    assert User.objects.get(pk=lin.pk).avatar_id != first.pk
    assert StoredFile.objects.get(pk=first.pk).dropped_at is not None


def test_a_field_that_was_never_decided_is_the_owners_alone(person: Callable) -> None:
    mine = change(person("lin"))
    mine.levels = {}
    assert seen(mine, person("zhou")) == set()


def test_the_form_keeps_what_was_typed_and_names_the_fault(
    client: Any, portal: Any, person: Callable
) -> None:
    lin = person("lin")
    client.force_login(lin)
    levels = {f"level_{field}": level for field, level in default_levels().items()}
    page = client.post("/account/profile/", {**VALUES, **levels, "display_name": "秋雨", "birthday": "02-30"})
    assert page.status_code == 422
    assert "06-07 的样子" in page.context["form"].errors["birthday"][0]
    assert "爱看银杏" in page.content.decode()
    answer = client.post(
        "/account/profile/", {**VALUES, **levels, "display_name": "秋雨", "birthday": "02-29"}
    )
    assert answer.url == lin.space_url
    assert Profile.objects.get(user=lin).birthday == "02-29"


def test_a_choice_that_is_left_open_says_so_in_chinese(client: Any, portal: Any, person: Callable) -> None:
    client.force_login(person("lin"))
    html = client.get("/account/profile/").content.decode()
    assert "Select an option" not in html
    assert "不填" in html


@pytest.mark.row("A5")
def test_a_role_brings_its_group_and_taking_it_ends_it_at_once(person: Callable) -> None:
    admin, lin = person("admin", roles=("administrator",)), person("lin")
    roles.give_role(lin, Role.EDITOR, by=admin)
    roles.give_role(lin, Role.EDITOR, by=admin)
    assert lin.has_role(Role.EDITOR)
    assert lin.groups.filter(name="linli-editors").exists()
    assert AuditEntry.objects.filter(action="accounts.give_role", actor_id=admin.pk).count() == 1
    roles.take_role(lin, Role.EDITOR, by=admin)
    assert not lin.has_role(Role.EDITOR)
    assert not lin.groups.exists()
    assert AuditEntry.objects.filter(action="accounts.take_role").count() == 1
    roles.take_role(lin, Role.EDITOR, by=admin)
    assert AuditEntry.objects.filter(action="accounts.take_role").count() == 1


@pytest.mark.deny
@pytest.mark.row("A5")
def test_only_administrators_give_and_take_roles(person: Callable) -> None:
    editor, lin = person("ed", roles=("editor",)), person("lin")
    with pytest.raises(Refused):
        roles.give_role(lin, Role.ADMINISTRATOR, by=editor)
    with pytest.raises(Refused):
        roles.take_role(editor, Role.EDITOR, by=lin)
    assert RoleAssignment.objects.count() == 1


@pytest.mark.deny
@pytest.mark.row("A5")
def test_a_placed_role_without_a_place_is_refused_by_the_database(person: Callable) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(user=person("lin"), role=Role.STAFF)


@pytest.mark.row("A5")
def test_those_who_are_told_hold_the_right_at_the_place(person: Callable, places: dict) -> None:
    near = person("near", roles=("staff",), place="ginkgo")
    street = person("street", roles=("staff",), place="wutong")
    person("far", roles=("staff",), place="bridge")
    found = holders(IdentityPermission.DECIDE_CLAIM, place_path=places["ginkgo"].path)
    assert found == sorted([near.pk, street.pk])
