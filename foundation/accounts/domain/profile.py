"""Changing the own profile, and seeing it as others do (S1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.domain.newcomers import check_links
from foundation.accounts.models import Profile, User
from foundation.accounts.models.profile import DEFAULT_LEVELS, GENDERS, check_levels
from foundation.accounts.permissions import AccountPermission
from foundation.core.access import scopes
from foundation.core.access.limits import consume
from foundation.core.access.permissions import require
from foundation.core.access.scopes import ONLY, PUBLIC, Scope
from foundation.core.files import uploads
from foundation.core.flow import audit
from foundation.core.text import Verdict, check, check_name, follow_up, stand_in_line, strictest

FIELDS = tuple(field for field in DEFAULT_LEVELS if field != "real_name")


def change_profile(
    user: User,
    *,
    by: User,
    display_name: str,
    values: dict[str, str],
    levels: dict[str, str],
    avatar: UploadedFile | None = None,
) -> Profile:
    """Write the own profile: every field with who may see it. Raises Refused, TooOften, ValidationError."""
    require(by, AccountPermission.EDIT_PROFILE)
    if by.pk != user.pk:
        raise PermissionError("a profile is changed by its owner")
    check_levels(levels)
    check_links(display_name, *values.values(), by=by)
    checked = strictest([check_name(display_name), check(*values.values())])
    consume("profile", by, rate=settings.RATES["profile"])
    with transaction.atomic():
        stand_in_line(user, checked)
        return _write(user, display_name, values, levels, avatar, checked)


def _write(
    user: User,
    display_name: str,
    values: dict[str, str],
    levels: dict[str, str],
    avatar: UploadedFile | None,
    checked: Verdict,
) -> Profile:
    profile, _new = Profile.objects.select_for_update().get_or_create(user=user)
    for field in FIELDS:
        setattr(profile, field, values.get(field, ""))
    profile.levels = levels
    profile.full_clean(exclude=["user"])
    profile.save()
    user.display_name = display_name
    changed = ["display_name"]
    if avatar is not None:
        before = user.avatar_id
        # What staff have hidden stays so for every picture that comes after it.
        hidden = profile.hidden_at is not None
        scope = Scope(ONLY, str(user.pk)) if hidden else Scope(PUBLIC)
        if before:
            # First: the room that the old one took is the new one's.
            uploads.drop([before])
        user.avatar = uploads.store_picture(avatar, owner=user, scope=scope)
        changed.append("avatar")
    user.full_clean(exclude=["password", "username", "email"])
    user.save(update_fields=changed)
    follow_up(user, checked)
    audit.append("accounts.change_profile", by=user, obj=user, data={"levels": levels})
    return profile


@dataclass(frozen=True)
class StandIn:
    """A viewer who is nobody in particular: what "as others see it" is rendered for.

    `contact_of` makes it a mutual follower of that user.
    """

    is_verified: bool = True
    contact_of: int | None = None
    pk: int = 0
    is_active: bool = True
    is_authenticated: bool = True
    place_id: None = None

    def held_roles(self) -> tuple[()]:
        """Nobody in particular has no role."""
        return ()


def stand_in(chosen: str, *, owner: User, reader: Any) -> Any:
    """Return whom the owner wants to be while looking at her own space (`public`, `residents`, `contacts`), or None."""
    if reader.pk != owner.pk:
        return None
    if chosen == PUBLIC:
        return AnonymousUser()
    if chosen not in (scopes.RESIDENTS, scopes.CONTACTS):
        return None
    return StandIn(contact_of=owner.pk if chosen == scopes.CONTACTS else None)


def visible_fields(profile: Profile, viewer: Any) -> list[tuple[str, str, Scope]]:
    """Return (field, value, scope) of what `viewer` may see of a profile, empty fields left out."""
    return visible_fields_of([profile], viewer)[0]


def visible_fields_of(profiles: Sequence[Profile], viewer: Any) -> list[list[tuple[str, str, Scope]]]:
    """Return the same for many profiles in their order; each scope, and each level, is asked for once."""
    reader = viewer.pk if viewer is not None and viewer.is_authenticated else None
    filled = [
        [] if profile.hidden_at is not None and profile.user_id != reader else _filled(profile)
        for profile in profiles
    ]
    held = scopes.held(viewer, {scope for fields in filled for _field, _value, scope in fields})
    return [
        [row for row in fields if row[2] in held or profile.user_id == reader]
        for profile, fields in zip(profiles, filled, strict=True)
    ]


def _filled(profile: Profile) -> list[tuple[str, str, Scope]]:
    values = [(field, getattr(profile, field), profile.scope_of(field)) for field in DEFAULT_LEVELS]
    return [(field, value, scope) for field, value, scope in values if value]


def label_of(field: str) -> str:
    """Return what a profile field is called; the real name stands on the account, not on the profile."""
    if field == "real_name":
        return _("真实姓名")
    return str(getattr(Profile._meta.get_field(field), "verbose_name", field))


def shown_value(field: str, value: str) -> str:
    """Return a field's value in words."""
    return str(dict(GENDERS).get(value, value)) if field == "gender" else value
