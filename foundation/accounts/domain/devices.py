"""The devices on which an account is signed in: listed, recognised, and signed out from elsewhere (A6)."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from foundation.accounts.domain.agents import browser_of, network_of, system_of
from foundation.accounts.models import Device, User
from foundation.accounts.signals import sessions_ended
from foundation.core import notify
from foundation.core.flow import audit, chores

# A device that was not seen for so long is a stranger again, and nothing is known of it any more.
KEEP = timedelta(days=90)
# How often a device that is in use is written down.
NOTED_EVERY = timedelta(minutes=10)


def digest(token: str) -> str:
    """Return what the database keeps of a device's cookie."""
    return hashlib.sha256(token.encode()).hexdigest() if token else ""


@transaction.atomic
def signed_in(
    user: User, *, session_key: str | None, token: str, agent: str, address: str
) -> tuple[Device, str]:
    """Write down that `user` signed in; return the device and the token that its browser has to keep.

    `session_key` None: by the API, which has no sessions (`domain.tokens`). Somebody who signs in on a device that her
    account does not know yet is told by a notification; the very first device of an account is nobody's surprise.
    """
    now = timezone.now()
    seen = {
        "browser": browser_of(agent),
        "system": system_of(agent),
        "network": network_of(address),
        "session_key": session_key,
        "last_seen_at": now,
    }
    if session_key is not None:
        Device.objects.filter(session_key=session_key).exclude(user=user).update(session_key=None)
    known = Device.objects.filter(user=user, token_digest=digest(token)).first() if token else None
    if known is not None:
        return _seen_again(known, seen), token
    alike = Q(browser=seen["browser"], system=seen["system"], network=seen["network"])
    others = Device.objects.filter(user=user)
    is_strange = others.exists() and not others.filter(alike).exists()
    # A token that came from another account's sign-in names the browser, not the person: it stays what it is.
    token = token or secrets.token_urlsafe(24)
    device, new = Device.objects.get_or_create(
        user=user, token_digest=digest(token), defaults={"first_seen_at": now, **seen}
    )
    if not new:
        # The form was sent twice at once, and the other one was quicker.
        return _seen_again(device, seen), token
    if is_strange:
        notify.emit("new_sign_in", to=[user.pk], about=user, text=str(device))
    return device, token


def _seen_again(known: Device, seen: dict[str, Any]) -> Device:
    """Write on a known device that it signed in anew; the session that it had is over."""
    if known.session_key and known.session_key != seen["session_key"]:
        end_sessions([known.session_key])
    for field, value in seen.items():
        setattr(known, field, value)
    known.save(update_fields=list(seen))
    return known


def rekeyed(device_pk: Any, session_key: str) -> None:
    """Follow a session that got a new key, as it does when the password changes."""
    Device.objects.filter(pk=device_pk).update(session_key=session_key)


def seen(device_pk: Any) -> None:
    """Write down that a device is in use."""
    Device.objects.filter(pk=device_pk).update(last_seen_at=timezone.now())


def end_sessions(keys: Iterable[str]) -> None:
    """End sessions at the server, wherever they are kept: the next request of each is a stranger's.

    Once more when the transaction is over: until then a request still finds the row, and puts it back into the cache.
    """
    store, ended = import_module(settings.SESSION_ENGINE).SessionStore(), list(keys)

    def end() -> None:
        for key in ended:
            store.delete(key)

    end()
    if transaction.get_connection().in_atomic_block:
        transaction.on_commit(end)


def devices_of(user: User) -> list[Device]:
    """Return the devices on which the account is signed in now, the latest first."""
    found = list(Device.objects.filter(user=user, session_key__isnull=False).order_by("-last_seen_at", "-id"))
    living = set(
        Session.objects.filter(
            session_key__in=[device.session_key for device in found], expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    return [device for device in found if device.session_key in living]


def sign_out(public_id: str, *, by: User) -> None:
    """Sign one of the own devices out. Raises Device.DoesNotExist for what is none of them."""
    _end([Device.objects.get(user=by, public_id=public_id, session_key__isnull=False)], by)


def sign_out_others(*, by: User, but: str | None) -> int:
    """Sign out every device of the account but the one with that session key; return how many."""
    found = list(Device.objects.filter(user=by, session_key__isnull=False).exclude(session_key=but))
    if found:
        _end(found, by)
    sessions_ended.send(Device, user=by, kept=but)
    return len(found)


@transaction.atomic
def _end(devices: list[Device], by: User) -> None:
    end_sessions([device.session_key for device in devices if device.session_key])
    Device.objects.filter(pk__in=[device.pk for device in devices]).update(session_key=None)
    sessions_ended.send(Device, user=by, devices=[device.pk for device in devices])
    audit.append("accounts.sign_out_device", by=by, obj=by, data={"devices": len(devices)})


@transaction.atomic
def end_all(user: User) -> int:
    """End every session of an account: its standing changed, and each must be asked for anew. Return how many."""
    keys = list(
        Device.objects.filter(user=user, session_key__isnull=False).values_list("session_key", flat=True)
    )
    end_sessions([key for key in keys if key])
    Device.objects.filter(user=user).update(session_key=None)
    sessions_ended.send(Device, user=user, kept=None)
    return len(keys)


@chores.each(chores.Rhythm.DAY)
def sweep() -> int:
    """Forget the devices that were not seen for long; return how many."""
    return Device.objects.filter(last_seen_at__lt=timezone.now() - KEEP).delete()[0]
