"""Who may do what: every app brings an enum of permissions and its grants by role; deny by default."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, Protocol

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import models
from django.utils.module_loading import module_has_submodule

from foundation.core.access.roles import PLACED, Role


class Permission(models.TextChoices):
    """Base of each app's enum in `permissions.py`; members are `"app.verb_noun"` with what they let somebody do.

    The words stand in the table of rights that everybody who decides can read (A5).
    """


class Refusal(StrEnum):
    """Why somebody is refused; each has a sentence that says what to do next (`templates/403.html`)."""

    SIGN_IN = "sign_in"
    VERIFY = "verify"
    MUTED = "muted"
    SUSPENDED = "suspended"
    FOR_ANOTHER = "for_another"
    FORBIDDEN = "forbidden"


class Refused(PermissionDenied):
    """The right is missing. `refusal` says why, so that the page can say what to do next."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True)
class HeldRole:
    """A role and the path of the place it is held for (empty: everywhere), or the organisation that it follows from."""

    role: str
    place_path: str = ""
    organisation: int | None = None


class Actor(Protocol):
    """What `core` needs to know of a person; `accounts.User` and Django's AnonymousUser both fit."""

    pk: Any

    @property
    def is_authenticated(self) -> bool: ...


@dataclass(frozen=True)
class Grant:
    """The role holds the right where `when(user, obj)` says yes; `otherwise(user)` names the way to get there."""

    role: Role
    when: Callable[[Any, Any], bool]
    otherwise: Callable[[Any], Refusal] = lambda user: Refusal.FORBIDDEN


type Grants = Mapping[Permission, Iterable[Role | Grant]]


def is_verified(user: Any, obj: Any = None) -> bool:
    """The person behind the account was verified (A2)."""
    return bool(getattr(user, "is_verified", False))


def may_speak(user: Any, obj: Any = None) -> bool:
    """The person was verified and is not muted (A2, O2)."""
    return is_verified(user) and not getattr(user, "is_muted", False)


def _why_silent(user: Any) -> Refusal:
    return Refusal.MUTED if is_verified(user) else Refusal.VERIFY


def is_suspended(user: Any, obj: Any = None) -> bool:
    """The account is closed for a time by a sanction: she holds no role, and stays the owner of what is hers (O2)."""
    return bool(getattr(user, "is_authenticated", False) and getattr(user, "is_suspended", False))


SUSPENDED_TOO = Grant(Role.VISITOR, is_suspended)
VERIFIED_RESIDENT = Grant(Role.RESIDENT, may_speak, _why_silent)


def _modules() -> Iterator[tuple[AppConfig, ModuleType]]:
    for config in apps.get_app_configs():
        # Packages have modules of that name too, which are none of ours.
        if config.name in settings.LOCAL_APPS and module_has_submodule(config.module, "permissions"):
            yield config, import_module(f"{config.name}.permissions")


@cache
def grants() -> dict[Permission, tuple[Role | Grant, ...]]:
    """Join the `GRANTS` of every app's `permissions.py`.

    Raises ImproperlyConfigured where two apps claim the same name or a member is granted to nobody by mistake.
    """
    joined: dict[Permission, tuple[Role | Grant, ...]] = {}
    for _config, found in _modules():
        for permission, roles in found.GRANTS.items():
            if permission in joined:
                raise ImproperlyConfigured(f"Two apps grant {permission}.")
            joined[permission] = tuple(roles)
    return joined


@cache
def django_rights() -> dict[str, Permission]:
    """Join the `DJANGO_RIGHTS` of every app: which of ours stands behind one of Django's that Wagtail asks for.

    Those rights hang on groups, and the groups follow from this table (`accounts.domain.groups`).
    """
    return {
        name: permission
        for _config, found in _modules()
        for permission, names in getattr(found, "DJANGO_RIGHTS", {}).items()
        for name in names
    }


@dataclass(frozen=True)
class RightsOfApp:
    """One app's part of the table of rights; `cells` has for each right how each role holds it."""

    name: str
    rights: tuple[tuple[Permission, Mapping[Role, Role | Grant]], ...]


def table_of_rights() -> list[RightsOfApp]:
    """Return what every role may do, app by app: the one table that people read and the code obeys (A5)."""
    table = []
    for config, found in _modules():
        rights = tuple(
            (
                permission,
                {
                    (entry.role if isinstance(entry, Grant) else entry): entry
                    for entry in grants()[permission]
                },
            )
            for permission in found.GRANTS
        )
        table.append(RightsOfApp(str(config.verbose_name), rights))
    return table


def held_roles(user: Actor | None) -> tuple[HeldRole, ...]:
    """Return the roles of `user`; nobody signed in is a visitor, whoever may not sign in holds none.

    Who is suspended is a visitor until the time is over, whatever she was before (O2).
    """
    if user is None or not user.is_authenticated:
        return (HeldRole(Role.VISITOR),)
    if not getattr(user, "is_active", False):
        return ()
    if getattr(user, "is_suspended", False):
        return (HeldRole(Role.VISITOR),)
    return (HeldRole(Role.VISITOR), *user.held_roles())  # type: ignore[attr-defined]


def refusal(
    user: Actor | None, permission: Permission, *, place_path: str | None = None, obj: Any = None
) -> Refusal | None:
    """Return None where `user` has the right, else the reason why not.

    `place_path` is where the act happens; a placed role counts only at or below its own place.
    """
    best = Refusal.FORBIDDEN
    entries = grants().get(permission, ())
    held = held_roles(user)
    for entry in entries:
        role = entry.role if isinstance(entry, Grant) else entry
        if not any(_covers(have, role, place_path) for have in held):
            continue
        if not isinstance(entry, Grant) or entry.when(user, obj):
            return None
        if (why := entry.otherwise(user)) is not Refusal.FORBIDDEN:
            best = why
    if entries and (user is None or not user.is_authenticated):
        return Refusal.SIGN_IN
    return Refusal.SUSPENDED if getattr(user, "is_suspended", False) else best


def _covers(have: HeldRole, role: Role, place_path: str | None) -> bool:
    if have.role != role:
        return False
    return role not in PLACED or place_path is None or place_path.startswith(have.place_path)


def has_permission(
    user: Actor | None, permission: Permission, *, place_path: str | None = None, obj: Any = None
) -> bool:
    """Say whether `user` has the right, at that place and on that object."""
    return refusal(user, permission, place_path=place_path, obj=obj) is None


def require(
    user: Actor | None, permission: Permission, *, place_path: str | None = None, obj: Any = None
) -> None:
    """Raise Refused unless `user` has the right."""
    if (why := refusal(user, permission, place_path=place_path, obj=obj)) is not None:
        raise Refused(why)


def place_paths(user: Actor | None, permission: Permission) -> tuple[str, ...] | None:
    """Return the subtrees of places in which `user` has the right; None means everywhere, () nowhere."""
    paths: list[str] = []
    for have in held_roles(user):
        for entry in grants().get(permission, ()):
            role = entry.role if isinstance(entry, Grant) else entry
            if have.role != role or (isinstance(entry, Grant) and not entry.when(user, None)):
                continue
            if role not in PLACED or not have.place_path:
                return None
            paths.append(have.place_path)
    return tuple(paths)


def named(value: str) -> Permission:
    """Return the permission of that name, for templates. Raises KeyError for one that no app grants."""
    return {str(permission): permission for permission in grants()}[value]
