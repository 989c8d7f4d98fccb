"""The outbox: every effect (mail, notice, picture, index) is a row before it is an act (security.md §0.1, §7).

`enqueue` writes in the business transaction; `drain` leases rows, acts, and marks them done. A worker that dies
leaves a lease that runs out. The row's key travels with the act, so that a gateway that knows keys refuses a
second copy of what was in flight. All times are the database's (`clock`); what fails is judged by `patience`.
"""

import json
import logging
import smtplib
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from foundation.core import cache
from foundation.core.closing import is_closed
from foundation.core.flow import chores
from foundation.core.flow.clock import moment
from foundation.core.flow.models import OutboxMessage
from foundation.core.flow.patience import ATTEMPTS, DELAYS, Channels, Whose, wait_after, whose

LEASE = timedelta(seconds=60)
# A row from further in the future than this was written, or leased, by a clock that has been set back since.
AHEAD = timedelta(minutes=2)
KEEP_DONE = timedelta(days=30)
# A parked row still holds somebody's address and text. A month is time enough to mend the gateway and retry;
# then nobody waits for the message any more, and what serves no purpose is erased (个保法 47). Key, channel and
# error stay, and say what never arrived.
KEEP_DEAD = timedelta(days=30)
# The channels whose payload says in `to` whom it goes to; those of the others name rows only.
ADDRESSED = ("mail", "sms")
# By name: the task (`core.tasks`) stands above this module.
DRAIN_TASK = "core.drain_outbox"
log = logging.getLogger("linli.outbox")

type Handler = Callable[[str, dict[str, Any]], None]
_handlers: dict[str, Handler] = {}
# The channels whose handler writes into this database and nowhere else.
_inward: set[str] = set()
# Set when something was enqueued in this process; the draining thread waits on it.
wake_up = threading.Event()
channels = Channels()


class Hopeless(Exception):
    """Raised by a handler when trying again can't help: the row is parked at once, with the reason."""


class _LeaseLost(Exception):
    """Somebody else has the row by now: what was done here is taken back."""


class Later(Exception):
    """Raised by a handler when the other side said how long to wait before trying again."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("asked to wait")
        self.wait = min(max(wait, timedelta(seconds=1)), timedelta(days=1))


def handler(channel: str, *, inward: bool = False) -> Callable[[Handler], Handler]:
    """Make the decorated `function(key, payload)` the one that acts on the rows of `channel`.

    It must be safe to call twice with the same key: an unknown outcome is tried again. `inward`: all it does is
    to write into this database; then its act and the row's mark are one transaction, and it happens exactly once.
    """

    def decorate(function: Handler) -> Handler:
        _handlers[channel] = function
        if inward:
            _inward.add(channel)
        return function

    return decorate


def enqueue(
    channel: str, *, key: str | None, payload: dict[str, Any], after: timedelta | None = None
) -> bool:
    """Write one effect in the current transaction; say whether it is new (a known key adds nothing).

    `key` None: an effect that nothing else can mean gets a key of its own.

    The payload is sealed: addresses and texts don't stand readable in the queue.
    """
    return enqueue_many(channel, [(key, payload)], after=after) == 1


def enqueue_many(
    channel: str, messages: Iterable[tuple[str | None, dict[str, Any]]], *, after: timedelta | None = None
) -> int:
    """Write many effects of one channel at once; return how many were new."""
    rows = []
    wanted = set()
    for given, payload in messages:
        row = uuid.uuid4()
        key = given or f"{channel}:{row}"
        if given:
            wanted.add(given)
        text = json.dumps(payload, cls=DjangoJSONEncoder, ensure_ascii=False)
        rows.append(
            OutboxMessage(
                row=row,
                key=key,
                channel=channel,
                payload=text,
                created_at=moment(),
                next_at=moment(after or timedelta()),
            )
        )
    with transaction.atomic():
        present = OutboxMessage.objects.filter(key__in=wanted)
        known = set(present.values_list("key", flat=True)) if wanted else set()
        new = [row for row in rows if row.key not in known]
        OutboxMessage.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    _wake_later()
    return len(new)


def _wake_later() -> None:
    """Ring once for all that a transaction enqueues."""
    here = set(connection.savepoint_ids)
    if not any(call[1] is _wake and call[0] <= here for call in connection.run_on_commit):
        transaction.on_commit(_wake)


def _wake() -> None:
    wake_up.set()
    # Celery would try for six seconds to reach a Redis that is away, and somebody waits for a page.
    if settings.REDIS_URL and cache.is_there():
        try:
            current_app.send_task(DRAIN_TASK, retry=False, ignore_result=True)
        except (OperationalError, RedisError):
            # The poller finds the row: Redis is a bell, not the queue.
            log.warning("Redis did not take the wake-up; the poller will.")


def drain(
    *,
    limit: int = 500,
    batch: int = 20,
    seconds: float | None = None,
    alive: Callable[[], None] = lambda: None,
) -> int:
    """Act on up to `limit` due rows, starting none after `seconds` or once the node is closed; return how many.

    Safe to run in many processes at once. `alive` is called before each batch. What is slow comes one by one, and
    only where nothing else waits, so that a mail server that takes ten seconds keeps nobody else waiting.
    """
    done, until = 0, None if seconds is None else time.monotonic() + seconds
    # A node that is worked on sends nothing: its letters may be a backup's, to people who have left since.
    while done < limit and (until is None or time.monotonic() < until) and not is_closed():
        alive()
        token, slow = uuid.uuid4(), channels.slow()
        leased = _lease(token, min(batch, limit - done), leave=slow)
        if not leased and slow:
            leased = _lease(token, 1)
        if not leased:
            break
        for message in leased:
            if is_closed() or (len(leased) > 1 and message.channel in channels.slow()):
                _give_back(message, token)
            else:
                done += _act(message, token)
    return done


def _lease(token: uuid.UUID, count: int, *, leave: Collection[str] = ()) -> list[OutboxMessage]:
    """Take `count` rows that are due or whose lease ran out, but none of the channels that are to be left."""
    over = Q(lease_until__lt=moment()) | Q(lease_until__gt=moment(LEASE + AHEAD))
    with transaction.atomic():
        _park_killers(over)
        OutboxMessage.objects.filter(over, state="leased").update(state="new", lease=None, lease_until=None)
        due = OutboxMessage.objects.filter(state="new", next_at__lte=moment()).order_by("next_at", "id")
        if left := channels.resting() | set(leave):
            due = due.exclude(channel__in=left)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        ids = list(due.values_list("id", flat=True)[:count])
        if not ids:
            return []
        OutboxMessage.objects.filter(id__in=ids, state="new").update(
            state="leased", lease=token, lease_until=moment(LEASE)
        )
    return list(OutboxMessage.objects.filter(lease=token).order_by("next_at", "id"))


def _park_killers(over: Q) -> None:
    """Park the rows whose last attempt, too, ended with the worker: no handler was left to count it."""
    killers = OutboxMessage.objects.filter(over, state="leased", attempts__gte=ATTEMPTS)
    ids = list(killers.values_list("id", flat=True))
    if ids and killers.filter(id__in=ids).update(
        state="dead",
        lease=None,
        lease_until=None,
        done_at=timezone.now(),
        error="the worker ended without a word",
    ):
        log.error("outbox %s parked: each of %s workers ended with it", ids, ATTEMPTS)


def _give_back(message: OutboxMessage, token: uuid.UUID, **when: Any) -> None:
    mine = OutboxMessage.objects.filter(id=message.id, lease=token)
    mine.update(state="new", lease=None, lease_until=None, **when)


def _act(message: OutboxMessage, token: uuid.UUID) -> bool:
    """Act on one row; False: it was left to whoever has it by now, or until its channel is back."""
    if rest := channels.rest_of(message.channel):
        _give_back(message, token, next_at=moment(rest))
        return False
    mine = OutboxMessage.objects.filter(id=message.id, lease=token)
    # A slow batch must not outlive its lease: whoever lost it leaves the row to the new holder.
    if not mine.update(lease_until=moment(LEASE), attempts=message.attempts + 1):
        return False
    started = time.monotonic()
    try:
        payload = json.loads(message.payload)
        act = _handlers.get(message.channel)
        if act is None:
            raise Hopeless(f"no handler for {message.channel}")
        if message.channel in _inward:
            with transaction.atomic():
                act(message.key, payload)
                _mark_sent(mine)
        else:
            act(message.key, payload)
            _mark_sent(mine)
        channels.worked(message.channel, took=time.monotonic() - started)
    except _LeaseLost:
        log.warning("outbox %s: another worker has it by now", message.id)
    except Hopeless as reason:
        log.error("outbox %s parked: %s", message.id, type(reason).__name__)
        _park(mine, str(reason)[:300])
    except Exception as fault:
        _failed(message, mine, fault)
    return True


def _failed(message: OutboxMessage, mine: Any, fault: Exception) -> None:
    """Park it after its last attempt, else say when it is tried again."""
    # Neither the fault's text nor its traceback: a gateway repeats the addresses that it refuses.
    error, fault_of = _in_short(fault), whose(fault)
    if isinstance(fault, Later):
        wait, counts = fault.wait, {"attempts": message.attempts, "delays": message.delays + 1}
    elif fault_of is Whose.OWN:
        wait = wait_after(message.attempts + 1, longest=timedelta(hours=1))
        counts = {"attempts": message.attempts + 1}
    else:
        # Not its fault: the attempt does not count.
        wait, counts = (
            wait_after(message.delays),
            {"attempts": message.attempts, "delays": message.delays + 1},
        )
    if fault_of is Whose.AWAY:
        channels.failed(message.channel)
    if counts["attempts"] >= ATTEMPTS or counts.get("delays", 0) >= DELAYS:
        log.error("outbox %s parked: %s in %s", message.id, error, _where(fault))
        _park(mine, error)
        return
    log.warning("outbox %s waits: %s in %s", message.id, error, _where(fault))
    mine.update(state="new", lease=None, lease_until=None, next_at=moment(wait), error=error, **counts)


def _park(mine: Any, error: str) -> None:
    mine.update(state="dead", lease=None, lease_until=None, done_at=timezone.now(), error=error)


def _mark_sent(mine: Any) -> None:
    if not mine.update(state="sent", lease=None, lease_until=None, done_at=timezone.now(), error=""):
        raise _LeaseLost


def _in_short(fault: Exception) -> str:
    """The fault's class, and the mail gateway's answer in numbers: its words name the people addressed."""
    codes: list[int] = []
    if isinstance(fault, smtplib.SMTPResponseException):
        codes = [fault.smtp_code]
    elif isinstance(fault, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _words in fault.recipients.values()})
    return " ".join([type(fault).__name__, *map(str, codes)])


def _where(fault: Exception) -> str:
    """The line that raised it, by module: all of a traceback that can't hold anybody's data."""
    step = fault.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return f"{step.tb_frame.f_globals.get('__name__', '?')}:{step.tb_lineno}" if step is not None else "?"


def waits(key: str) -> bool:
    """Say whether the row of that key is still to be acted on; one that was parked is not."""
    return OutboxMessage.objects.filter(key=key, state__in=["new", "leased"]).exists()


def retry(*, channel: str = "") -> int:
    """Let what was parked (of one channel, or of all) wait again, with all its attempts; return how many.

    A row whose payload was erased meanwhile stays parked: there is nothing left to send.
    """
    parked = OutboxMessage.objects.filter(state="dead").exclude(payload=b"")
    if channel:
        parked = parked.filter(channel=channel)
    with transaction.atomic():
        count = parked.update(state="new", attempts=0, delays=0, next_at=moment(), done_at=None, error="")
        _wake_later()
    return count


def erase_mentions(addresses: Iterable[str]) -> int:
    """Empty every message to one of `addresses` (mail, telephone), and let none of them go out.

    For somebody who leaves: what was sent is kept for a month, sealed, and must not outlive her. An address is
    compared whole: another's may contain it. Returns how many.
    """
    wanted = {address.casefold() for address in addresses if address}
    if not wanted:
        return 0
    gone = 0
    addressed = OutboxMessage.objects.filter(channel__in=ADDRESSED).exclude(payload=b"").order_by("id")
    for message in addressed.iterator(chunk_size=500):
        payload = json.loads(message.payload)
        if wanted.isdisjoint(_recipients(payload)):
            continue
        mine = OutboxMessage.objects.filter(id=message.id)
        if message.state == OutboxMessage.State.SENT:
            gone += mine.update(payload=b"")
        else:
            gone += mine.update(
                payload=b"",
                state="dead",
                lease=None,
                lease_until=None,
                done_at=timezone.now(),
                error="erased",
            )
    return gone


def _recipients(payload: dict[str, Any]) -> set[str]:
    """To whom a message goes: one address or a list, of mails also in the form `Name <address>`."""
    to = payload.get("to", ())
    listed = [to] if isinstance(to, str) else to
    return {(parseaddr(one)[1] if "@" in one else one).casefold() for one in listed}


@chores.each(chores.Rhythm.MINUTE)
def set_right() -> int:
    """Give what was written by a clock that has been set back since its waiting time anew; return how many rows."""
    ahead = OutboxMessage.objects.filter(state="new", created_at__gt=moment(AHEAD))
    return ahead.update(next_at=moment() + (F("next_at") - F("created_at")), created_at=moment())


@chores.each(chores.Rhythm.DAY)
def sweep() -> int:
    """Delete what was done, and empty what was parked, longer ago than it is kept; return how many rows."""
    now = timezone.now()
    gone, _tables = OutboxMessage.objects.filter(state="sent", done_at__lt=now - KEEP_DONE).delete()
    parked = OutboxMessage.objects.filter(state="dead", done_at__lt=now - KEEP_DEAD).exclude(payload=b"")
    return gone + parked.update(payload=b"")
