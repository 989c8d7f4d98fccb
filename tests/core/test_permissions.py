"""Who may do what (DESIGN §2): grants by role, placed roles, reasons for a refusal."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured

from foundation.accounts.permissions import AccountPermission
from foundation.core.access import permissions, scopes
from foundation.core.access.permissions import Refusal, Refused, has_permission, place_paths, refusal, require
from foundation.social.permissions import SocialPermission
from identity.permissions import IdentityPermission
from news.permissions import NewsPermission

pytestmark = pytest.mark.django_db


@pytest.mark.deny
@pytest.mark.row("A2", "S2")
def test_the_reason_of_a_refusal_names_the_way_to_the_right(person: Callable) -> None:
    assert refusal(AnonymousUser(), SocialPermission.POST_STATUS) is Refusal.SIGN_IN
    assert refusal(None, SocialPermission.POST_STATUS) is Refusal.SIGN_IN
    assert refusal(person("new", verified=False), SocialPermission.POST_STATUS) is Refusal.VERIFY
    assert refusal(person("lin"), NewsPermission.PUBLISH) is Refusal.FORBIDDEN
    assert refusal(person("lin2"), SocialPermission.POST_STATUS) is None


@pytest.mark.deny
def test_a_suspended_account_holds_no_right_at_all(person: Callable) -> None:
    editor = person("ed", roles=("editor",))
    editor.is_active = False
    assert refusal(editor, SocialPermission.READ_FEED) is Refusal.FORBIDDEN
    assert not has_permission(editor, AccountPermission.ENTER_ADMIN)


@pytest.mark.deny
def test_is_superuser_passes_no_check_of_ours(person: Callable) -> None:
    user = person("root1")
    user.is_superuser = True
    user.save()
    assert not user.has_perm(NewsPermission.PUBLISH)
    assert not user.has_perm("wagtailadmin.access_admin")
    with pytest.raises(Refused):
        require(user, IdentityPermission.DECIDE_CLAIM)


@pytest.mark.deny
def test_a_placed_role_counts_at_and_below_its_place_only(person: Callable, places: dict) -> None:
    staff = person("staff", roles=("staff",), place="ginkgo")
    decide = IdentityPermission.DECIDE_CLAIM
    assert has_permission(staff, decide, place_path=places["ginkgo"].path)
    assert has_permission(staff, decide, place_path=places["ginkgo-3"].path)
    assert not has_permission(staff, decide, place_path=places["bridge"].path)
    assert not has_permission(staff, decide, place_path=places["wutong"].path)
    assert place_paths(staff, decide) == (places["ginkgo"].path,)
    assert place_paths(staff, NewsPermission.PUBLISH) == ()
    assert place_paths(person("rev", roles=("reviewer",)), NewsPermission.PUBLISH) is None


def test_every_permission_of_every_app_is_granted_to_somebody() -> None:
    members = {member for found in permissions.Permission.__subclasses__() for member in found}
    assert members == set(permissions.grants())
    assert all(roles for roles in permissions.grants().values())


def test_two_apps_can_not_grant_the_same_name(monkeypatch: Any) -> None:
    monkeypatch.setattr("identity.permissions.GRANTS", {NewsPermission.PUBLISH: []})
    permissions.grants.cache_clear()
    with pytest.raises(ImproperlyConfigured):
        permissions.grants()
    monkeypatch.undo()
    permissions.grants.cache_clear()
    assert permissions.grants()


@pytest.mark.deny
def test_the_door_to_the_admin_follows_from_roles(person: Callable) -> None:
    assert person("ed", roles=("editor",)).can_enter_admin
    assert not person("lin").can_enter_admin
    assert not person("inst", roles=("institution_head",)).can_enter_admin
    assert not person("biz", roles=("business_owner",)).can_enter_admin
    assert not person("op", roles=("operator",)).can_enter_admin
    assert "wagtailadmin.access_admin" in person("ed2", roles=("editor",)).get_all_permissions()


def test_every_level_says_in_words_who_may_see(places: dict) -> None:
    assert scopes.label(scopes.Scope("public")) == "所有人可见"
    assert scopes.label(scopes.Scope("residents")) == "邻居可见"
    assert scopes.label(scopes.Scope("contacts", "1")) == "互相关注的人可见"
    assert scopes.label(scopes.Scope("only", "1")) == "仅自己可见"
    assert scopes.label(scopes.Scope("place", places["ginkgo"].path)) == "银杏里社区可见"
    assert scopes.label(scopes.Scope("place", "none")) == "本地可见"


@pytest.mark.deny
def test_a_token_is_held_by_whom_its_provider_says(person: Callable, places: dict) -> None:
    lin, new = person("lin"), person("new", verified=False)
    assert scopes.holds(None, scopes.Scope("public"))
    assert not scopes.holds(None, scopes.Scope("residents"))
    assert scopes.holds(lin, scopes.Scope("residents"))
    assert not scopes.holds(new, scopes.Scope("residents"))
    assert scopes.holds(lin, scopes.Scope("place", places["ginkgo"].path))
    assert scopes.holds(lin, scopes.Scope("place", places["wutong"].path))
    assert not scopes.holds(lin, scopes.Scope("place", places["bridge"].path))
    assert not scopes.holds(new, scopes.Scope("place", places["ginkgo"].path))
    assert scopes.holds(lin, scopes.Scope("only", str(lin.pk)))
    assert not scopes.holds(lin, scopes.Scope("only", str(new.pk)))


def test_a_level_has_one_provider() -> None:
    rival = scopes.ScopeProvider(level=scopes.PUBLIC, refs=lambda user: None, label=lambda ref: "")
    with pytest.raises(ImproperlyConfigured):
        scopes.register(rival)


def test_a_name_that_nobody_grants_is_an_error_in_templates() -> None:
    assert permissions.named("news.publish") is NewsPermission.PUBLISH
    with pytest.raises(KeyError):
        permissions.named("news.nothing")
