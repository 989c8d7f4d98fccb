"""Whose fault a failed attempt was, how long to wait, and which channels rest meanwhile (M4; security.md §3).

A message that fails by itself is parked soon; what stands behind all of them, a mail server that is away or a disk
that is full, is waited for: an hour's outage must cost nobody her letter. While a channel rests, the others flow.
"""

import random
import smtplib
import socket
import ssl
import time
from datetime import timedelta
from enum import StrEnum

from django.db import InterfaceError, OperationalError

from foundation.core.outage import is_shortage

# So often a message may fail by itself.
ATTEMPTS = 5
# So often it waits for others, a quarter of an hour each time in the end: about three days.
DELAYS = 300
LONGEST = timedelta(minutes=15)
REST, LONGEST_REST = 5.0, 60.0
# An act that takes so many seconds makes its channel a slow one: others are served first for a while.
SLOW, SLOW_FOR = 2.0, 60.0
# What a gateway says of one letter, by the names under which the outbox notes it: no sign that it is away.
OF_ONE = ("SMTPRecipientsRefused", "SMTPDataError", "SMTPSenderRefused")


class Away(Exception):
    """Raised by a handler when the other side takes nothing from anybody now."""


class Whose(StrEnum):
    OWN = "own"  # it may be the message: counted, and parked in the end
    LATER = "later"  # this one, not now
    AWAY = "away"  # none of the channel, for now


def whose(fault: Exception) -> Whose:
    """Judge a failed attempt by what was raised."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in fault.recipients.values()]
        return Whose.LATER if all(400 <= code < 500 for code in codes) else Whose.OWN
    if isinstance(fault, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        return Whose.LATER if 400 <= fault.smtp_code < 500 else Whose.OWN
    if isinstance(fault, smtplib.SMTPServerDisconnected):
        # In the middle of this letter; one that takes no connection at all raises something else.
        return Whose.LATER
    # What is left of SMTP is about the server: no greeting, no such password.
    if isinstance(fault, smtplib.SMTPException) or is_shortage(fault):
        return Whose.AWAY
    gone = (
        Away,
        ConnectionError,
        TimeoutError,
        socket.gaierror,
        ssl.SSLError,
        OperationalError,
        InterfaceError,
    )
    return Whose.AWAY if isinstance(fault, gone) else Whose.OWN


def wait_after(times: int, *, longest: timedelta = LONGEST) -> timedelta:
    """Return how long to wait after so many failures: longer each time, and never all at the same moment."""
    return min(longest, timedelta(seconds=5 * 2 ** min(times, 12))) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret


class Channels:
    """What this process knows of its channels: which rest, since the other side is away, and which are slow."""

    def __init__(self) -> None:
        self._resting: dict[str, tuple[float, int]] = {}
        self._slow: dict[str, float] = {}

    def failed(self, channel: str) -> timedelta:
        """Let a channel rest, longer each time; return how long."""
        _until, times = self._resting.get(channel, (0.0, 0))
        pause = min(LONGEST_REST, REST * 2**times)
        self._resting[channel] = (time.monotonic() + pause, times + 1)
        return timedelta(seconds=pause)

    def worked(self, channel: str, *, took: float) -> None:
        """Note that the other side is there, and how quick."""
        self._resting.pop(channel, None)
        if took >= SLOW:
            self._slow[channel] = time.monotonic() + SLOW_FOR

    def rest_of(self, channel: str) -> timedelta:
        """Return how long a channel still rests."""
        until, _times = self._resting.get(channel, (0.0, 0))
        return timedelta(seconds=max(0.0, until - time.monotonic()))

    def resting(self) -> set[str]:
        """Return the channels that rest now."""
        return {channel for channel in self._resting if self.rest_of(channel)}

    def slow(self) -> set[str]:
        """Return the channels that keep others waiting."""
        return {channel for channel, until in self._slow.items() if until > time.monotonic()}

    def forget(self) -> None:
        """Know nothing, as a process that starts."""
        self._resting.clear()
        self._slow.clear()
