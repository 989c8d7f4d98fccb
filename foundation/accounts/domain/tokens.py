"""Tokens of devices: made by a sign-in, known again by their digest, ended as sessions are (U5, A6)."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import update_last_login
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from foundation.accounts.domain import devices, sessions
from foundation.accounts.models import Device, DeviceToken, User
from foundation.accounts.signals import sessions_ended
from foundation.core.api.scope import TokenScope
from foundation.core.flow import audit, chores

# So many devices may one person use; the one that lay idle longest makes room.
MOST = 10
# By it a secret that lies about is known for what it is.
PREFIX = "linli_"
# What ended is shown to nobody, and goes.
KEEP = timedelta(days=30)


def digest_of(secret: str) -> str:
    """Return what the database keeps of a secret: useless without the site's own key."""
    return salted_hmac(__name__, secret, algorithm="sha256").hexdigest()


def _mark(user: User) -> str:
    return digest_of(user.get_session_auth_hash())


@transaction.atomic
def make_token(
    user: User, *, name: str, scopes: Collection[TokenScope], agent: str, address: str
) -> tuple[DeviceToken, str]:
    """Make a token for somebody who has just signed in; return it with its secret, which nobody sees again.

    She is told of a device that her account does not know, as by the page.
    """
    locked = User.objects.get_queryset().select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    device, _cookie = devices.signed_in(locked, session_key=None, token="", agent=agent, address=address)
    of_staff, now = locked.can_enter_admin, timezone.now()
    secret = PREFIX + secrets.token_urlsafe(32)
    token = DeviceToken(
        user=locked,
        device=device,
        digest=digest_of(secret),
        name=name[:60],
        scopes=",".join(scope for scope in TokenScope if scope in scopes),
        password_mark=_mark(locked),
        of_staff=of_staff,
        made_at=now,
        last_used_at=now,
        expires_at=now + (sessions.STAFF_LONGEST if of_staff else sessions.LONGEST),
    )
    token.save(force_insert=True)
    surplus = DeviceToken.objects.living().filter(user=locked).order_by("-last_used_at", "-pk")[MOST:]
    _end(DeviceToken.objects.filter(pk__in=[one.pk for one in surplus]))
    update_last_login(User, locked)
    audit.append("accounts.make_token", by=user, obj=token, data={"scopes": token.scope_list})
    return token, secret


def find(secret: str) -> DeviceToken | None:
    """Return the living token of that secret with its owner; None for every other."""
    related = DeviceToken.objects.select_related("user__place", "user__avatar")
    token = related.living().filter(digest=digest_of(secret)).first()
    if token is None or not token.user.is_active or _has_lain_idle(token):
        return None
    # A password set by whatever way opens nothing that was made with another.
    return token if constant_time_compare(token.password_mark, _mark(token.user)) else None


def _has_lain_idle(token: DeviceToken) -> bool:
    return token.of_staff and timezone.now() - token.last_used_at > sessions.STAFF_IDLE


def used(token: DeviceToken) -> None:
    """Note that a token is in use: staff's by the minute, others' every ten."""
    now = timezone.now()
    if now - token.last_used_at >= (sessions.SEEN_EVERY if token.of_staff else devices.NOTED_EVERY):
        DeviceToken.objects.filter(pk=token.pk).update(last_used_at=now)
        devices.seen(token.device_id)


def tokens_of(user: Any) -> models.QuerySet[DeviceToken]:
    """Return the living tokens of the person herself, the latest used first."""
    found = DeviceToken.objects.visible_to(user).living().select_related("device")
    return found.order_by("-last_used_at", "-pk")


@transaction.atomic
def end_token(token: DeviceToken, *, by: User) -> None:
    """End one of the own tokens, which the caller found by `visible_to`; what hangs on its device goes with it."""
    if not _end(DeviceToken.objects.filter(pk=token.pk, user=by)):
        return
    sessions_ended.send(Device, user=by, devices=[token.device_id])
    audit.append("accounts.end_token", by=by, obj=token)


@transaction.atomic
def end_tokens(user: User, *, by: User | None) -> int:
    """End every token of an account, and what hangs on their devices; return how many. `by` None: the system."""
    living = DeviceToken.objects.living().filter(user=user)
    ended = list(living.values_list("device_id", flat=True))
    if _end(living):
        sessions_ended.send(Device, user=user, devices=ended)
        audit.append("accounts.end_tokens", by=by, obj=user, data={"tokens": len(ended)})
    return len(ended)


def end_all_tokens() -> int:
    """End every token of every account, after a backup brought back some that had been ended; return how many.

    The log says that a backup was put back, and nothing of each account.
    """
    return _end(DeviceToken.objects.all())


def follow_sessions(
    sender: Any, user: Any, devices: Collection[int] | None = None, kept: str | None = None, **_kwargs: Any
) -> None:
    """End the tokens where sessions are ended: those of the devices that were named, or all of them."""
    living = DeviceToken.objects.living().filter(user_id=user.pk)
    _end(living if devices is None else living.filter(device__in=[pk for pk in devices if pk]))


def _end(tokens: models.QuerySet[DeviceToken]) -> int:
    return tokens.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())


@chores.each(chores.Rhythm.DAY)
def sweep() -> int:
    """Delete the tokens that ended long ago; return how many."""
    limit = timezone.now() - KEEP
    over = models.Q(revoked_at__lt=limit) | models.Q(expires_at__lt=limit)
    return DeviceToken.objects.filter(over).delete()[0]


def token_data(row: DeviceToken) -> dict[str, Any]:
    """What its owner's copy of her data says of a token."""
    return {
        "name": row.name,
        "scopes": row.scope_list,
        "made_at": row.made_at,
        "last_used_at": row.last_used_at,
        "expires_at": row.expires_at,
        "revoked_at": row.revoked_at,
    }
