"""The account itself as its owner's data, and what is left of it when she is gone (A7)."""

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_comments.models import CommentFlag
from wagtail.models import APIToken, PageSubscription
from wagtail.users.models import UserProfile

from foundation.accounts.domain import devices
from foundation.accounts.domain.roles import other_administrators, take_role
from foundation.accounts.models import (
    Device,
    Membership,
    PasswordRecord,
    Profile,
    RoleAssignment,
    RoleRequest,
    User,
)
from foundation.core import kinds, reviews
from foundation.core.access.roles import Role
from foundation.core.api import once
from foundation.core.files import resuming, uploads
from foundation.core.models import StoredFile

STONE = "已注销的邻居"


def person_data(user: User) -> dict[str, Any]:
    """What the account and its profile hold."""
    profile = Profile.objects.filter(user=user).first()
    return {
        "name": user.username,
        "display_name": user.display_name,
        "mail": user.email,
        "mobile": user.phone_sealed,
        "place": user.place.name if user.place else "",
        "joined": user.date_joined,
        "last_signed_in": user.last_login,
        "verified_at": user.verified_at,
        "verified_name": user.verified_name,
        "verified_by": user.verified_method,
        "roles": [
            {"role": row.role, "place": row.place.name if row.place else "", "since": row.given_at}
            for row in user.role_assignments.select_related("place")
        ],
        "profile": {
            field: {"value": getattr(profile, field), "seen_by": level}
            for field, level in (profile.levels.items() if profile else ())
        },
        "pages_shown": {"mode": user.display_mode, "text_size": user.text_size, "asked": user.elder_asked_at},
        "second_factors": list(Authenticator.objects.filter(user=user).values_list("type", flat=True)),
    }


def person_files(user: User) -> list[StoredFile]:
    return [user.avatar] if user.avatar is not None else []


def membership_data(row: Membership) -> dict[str, Any]:
    return {
        "organisation": row.organisation.name,
        "position": row.position,
        "since": row.since,
        "until": row.until,
    }


def end_memberships(user: User) -> int:
    """End what somebody who leaves still belongs to; the rows stay, tied to a nameless account."""
    return user.memberships.filter(until=None).update(until=timezone.now())


def device_data(row: Device) -> dict[str, Any]:
    return {"device": str(row), "first_seen": row.first_seen_at, "last_seen": row.last_seen_at}


def blockers(user: User) -> list[Any]:
    """Name what only this person holds, and what runs against her.

    A site without an administrator can't be handed to anybody; and whoever is muted or suspended would come back at
    once as somebody new.
    """
    found = []
    if user.is_muted or user.is_suspended:
        found.append(_("您的禁言或停用还没有期满，期满后才能注销账号。"))
    if user.has_role(Role.ADMINISTRATOR) and not other_administrators(user).exists():
        found.append(_("您是唯一的管理员，请先把管理员角色交给别人。"))
    return found


def addresses_of(user: User) -> list[str]:
    """Return every mail address and number by which messages to her are found."""
    mails = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return sorted({user.email, user.phone_sealed, *mails} - {""})


def erase_third_party(user: User) -> int:
    """Delete what packages keep of a person: addresses, second factors, subscriptions, Wagtail's own profile."""
    for profile in UserProfile.objects.filter(user=user).exclude(avatar=""):
        # The row's own deletion would leave the picture where it lies.
        profile.avatar.delete(save=False)
    rows = (
        EmailAddress.objects.filter(user=user),
        Authenticator.objects.filter(user=user),
        UserProfile.objects.filter(user=user),
        APIToken.objects.filter(user=user),
        PageSubscription.objects.filter(user=user),
        CommentFlag.objects.filter(user=user),
    )
    return sum(found.delete()[0] for found in rows)


def erase_role_requests(user: User) -> int:
    """Take what waits for a second administrator out of the inbox, then delete it: nobody is left to get the role."""
    found = RoleRequest.objects.filter(user=user)
    for request in found.filter(state=RoleRequest.State.WAITING):
        reviews.withdraw(request, by=None)
    return found.delete()[0]


@transaction.atomic
def erase_account(user: User) -> int:
    """Make the account a nameless stone that nobody can enter; its row stays because others' rows point to it.

    The account is locked first and the log's end last, as everywhere: else two would wait for each other.
    """
    locked = User.objects.get_queryset().select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    devices.end_all(user)
    once.forget(user.pk)
    resuming.forget(user.pk)
    for model in (Device, PasswordRecord, Profile):
        model._default_manager.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    locked.username = f"left-{secrets.token_hex(8)}"
    locked.display_name = STONE
    locked.email = locked.phone_sealed = locked.verified_method = locked.verified_name = locked.age_band = ""
    locked.phone_index = locked.phone_verified_at = locked.verified_at = locked.identity_index = None
    locked.place = locked.avatar = None
    locked.last_login = locked.leaves_at = locked.leaving_began_at = None
    locked.muted_until = locked.suspended_until = None
    locked.password_changed_at = None
    locked.display_mode = ""
    locked.text_size = locked.elder_asked_at = None
    locked.is_active = locked.is_superuser = False
    locked.erased_at = timezone.now()
    locked.set_unusable_password()
    locked.save()
    uploads.hand_to_nobody(kinds.files_to_keep(user))
    uploads.drop(list(StoredFile.objects.filter(owner_id=user.pk).values_list("pk", flat=True)))
    for row in RoleAssignment.objects.filter(user=user).select_related("place"):
        take_role(user, Role(row.role), place=row.place, by=None)
    return 1
