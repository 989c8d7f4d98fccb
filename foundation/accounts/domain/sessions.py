"""Sessions: how long they last for whom, and what is forgotten when they ran out (A6)."""

import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from foundation.accounts.domain import devices
from foundation.core.access.addresses import address_of
from foundation.core.flow import chores

# What a session says of itself: when it began, when it was last used, whether staff's rules hold, on which device.
BEGAN, SEEN, STAFF, DEVICE = "began", "seen", "is_staff", "device"
STAFF_IDLE = timedelta(minutes=30)
STAFF_LONGEST = timedelta(hours=12)
LONGEST = timedelta(days=30)
# Staff's idle time is counted by the minute; written more often, every page would be a write.
SEEN_EVERY = timedelta(minutes=1)


def begin(request: Any, user: Any) -> None:
    """Write into a new session what its end will be measured by, and note the device."""
    session, now = request.session, int(time.time())
    if not session.session_key:
        session.save()
    session[BEGAN] = session[SEEN] = now
    session[STAFF] = user.can_enter_admin
    device, token = devices.signed_in(
        user,
        session_key=session.session_key,
        token=request.COOKIES.get(settings.DEVICE_COOKIE, ""),
        agent=request.META.get("HTTP_USER_AGENT", ""),
        address=address_of(request),
    )
    session[DEVICE] = device.pk
    request.device_token = token


def has_lasted(session: Any) -> bool:
    """Say whether a signed-in session is as old as it may become, however much it is used."""
    longest = STAFF_LONGEST if session.get(STAFF) else LONGEST
    return bool(time.time() - session.get(BEGAN, 0) > longest.total_seconds())


def is_over(session: Any) -> bool:
    """Say whether a signed-in session has lasted, or lain idle, as long as it may."""
    idle = time.time() - session.get(SEEN, session.get(BEGAN, 0))
    return has_lasted(session) or bool(session.get(STAFF) and idle > STAFF_IDLE.total_seconds())


def idle_seconds(session: Any) -> int | None:
    """Return after how many seconds without use a signed-in session ends; None where it does not."""
    return int(STAFF_IDLE.total_seconds()) if session.get(STAFF) else None


def touch(session: Any) -> None:
    """Note that a session is in use: staff's by the minute, others' and the device's every ten."""
    now = int(time.time())
    unseen = now - session.get(SEEN, 0)
    every = SEEN_EVERY if session.get(STAFF) else devices.NOTED_EVERY
    if unseen < every.total_seconds():
        return
    session[SEEN] = now
    if session.get(STAFF) and now // 600 == (now - unseen) // 600:
        return
    devices.seen(session.get(DEVICE))


@chores.each(chores.Rhythm.DAY)
def sweep() -> int:
    """Delete the sessions that expired; return how many. The cache, where there is one, forgets by itself."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
