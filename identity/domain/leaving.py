"""Leaving: asked for, taken back within seven days, then carried out for every kind in turn (A7; 个保法 47)."""

import logging
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.domain.leaving import addresses_of, erase_account
from foundation.accounts.domain.roles import lock_administrators
from foundation.accounts.models import User
from foundation.accounts.permissions import AccountPermission
from foundation.core import kinds
from foundation.core.access.permissions import require
from foundation.core.facets import OnErase
from foundation.core.flow import audit, chores, outbox
from foundation.core.kinds import Kind
from foundation.core.models import SiteSettings
from foundation.core.search import indexing
from identity.models import Erasure

REGRET = timedelta(days=7)
# How many are erased in one go; the rest have the next minute.
AT_ONCE = 20
log = logging.getLogger("linli.leaving")


class CannotLeave(ValidationError):
    """Something has to be settled first; the messages say what."""


class TooLate(Exception):
    """Erasing has begun: there is nothing left that one could stay with."""


@transaction.atomic
def ask_to_leave(*, by: User, keep_words: bool) -> None:
    """Begin the seven days after which the account is erased. Raises Refused, CannotLeave."""
    require(by, AccountPermission.KEEP_ACCOUNT)
    lock_administrators()
    if reasons := kinds.leaving_blockers(by):
        raise CannotLeave([str(reason) for reason in reasons])
    locked = User.objects.get_queryset().select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    locked.leaves_at = timezone.now() + REGRET
    locked.leaves_words = keep_words
    locked.save(update_fields=["leaves_at", "leaves_words"])
    _write_to(locked)
    audit.append("identity.ask_to_leave", by=by, obj=locked, data={"keep_words": keep_words})


@transaction.atomic
def take_back(*, by: User) -> None:
    """Stay after all; nothing is lost. Again changes nothing. Raises TooLate."""
    locked = User.objects.get_queryset().select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    if locked.leaves_at is None:
        return
    if locked.leaving_began_at is not None:
        raise TooLate
    locked.leaves_at = None
    locked.leaves_words = False
    locked.save(update_fields=["leaves_at", "leaves_words"])
    audit.append("identity.take_back", by=by, obj=locked)


def _write_to(user: User) -> None:
    """Say by letter when the account goes, and how to keep it; afterwards no address is left to write to."""
    if user.email:
        EmailMessage(
            _("您申请了注销账号"),
            render_to_string("identity/email/leaving.txt", {"user": user, "site": SiteSettings.current()}),
            to=[user.email],
            headers={"X-Linli-Key": f"leave:{user.pk}:{user.leaves_at}"},
        ).send()


@chores.each(chores.Rhythm.MINUTE)
def leave_due() -> int:
    """Erase whoever's seven days are over, the longest due first; return how many left.

    One that can't be erased, or is kept by something, keeps nobody else.
    """
    due = User.objects.get_queryset().filter(leaves_at__lte=timezone.now(), erased_at=None)
    gone = 0
    for pk in list(due.order_by("leaves_at", "pk").values_list("pk", flat=True)):
        gone += _tried(pk) or 0
        if gone == AT_ONCE:
            break
    return gone


def _tried(pk: int, *, again: bool = False) -> bool | None:
    """Erase one of many: what goes wrong is written down, without her data, and told by None."""
    try:
        return erase(pk, again=again)
    except Exception as fault:
        log.error("account %s could not be erased: %s", pk, type(fault).__name__)
        return None


def erase(pk: int, *, again: bool = False) -> bool:
    """Erase a person everywhere, floor by floor from above; say whether there was somebody to erase.

    `again`: she had left already when a backup brought her back; nothing is asked any more. Every step leaves what it
    has done: one that is cut off is gone on with at the next call.
    """
    user = _begin(pk, again=again)
    if user is None:
        return False
    addresses = addresses_of(user)
    _note(pk)
    audit.blank_payloads(user)
    *others, account = _in_order(kinds.erasings())
    for entry in others:
        _carry_out(entry, user)
    outbox.erase_mentions(addresses)
    with transaction.atomic():
        _carry_out(account, user)
        indexing.forget_owner(user.pk)
        audit.append("identity.erase", by=None, obj=user)
        audit.erase_payloads(user)
    return True


@transaction.atomic
def _begin(pk: int, *, again: bool) -> User | None:
    """Close the way back, under the lock that taking it back waits for; None: she stays, or is gone."""
    now = timezone.now()
    user = (
        User.objects.get_queryset()
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=pk, erased_at=None)
        .first()
    )
    if user is None:
        return None
    if user.leaving_began_at is None:
        is_due = user.leaves_at is not None and user.leaves_at <= now
        if not again and (not is_due or kinds.leaving_blockers(user)):
            return None
        user.leaving_began_at = now
        user.leaves_at = user.leaves_at or now
        user.save(update_fields=["leaving_began_at", "leaves_at"])
    return user


def _in_order(entries: Sequence[tuple[str, Any]]) -> list[Any]:
    """Put the account itself last: until then everything that belongs to it can still be found."""
    listed = [entry for _app, entry in entries]
    return sorted(listed, key=lambda entry: isinstance(entry, Kind) and entry.privacy.erase is erase_account)


def _carry_out(entry: Any, user: User) -> int:
    if not isinstance(entry, Kind):
        return entry.erase(user) if entry.erase else 0
    facet = entry.privacy
    if facet.erase is not None:
        return facet.erase(user)
    if facet.on_erase is OnErase.DELETE:
        return entry.model_class._default_manager.filter(**{facet.subject: user}).delete()[0]
    # Anonymised by the account's own namelessness, or kept for the reason that the kind gives.
    return 0


def _note(pk: int) -> None:
    """Keep that somebody left, in the database and in a list outside it: a backup put back knows only the past."""
    note, _new = Erasure.objects.get_or_create(user_pk=pk)
    path = Path(settings.ERASURE_LIST)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = f"{pk},{note.at.isoformat()}".encode("ascii")
    with path.open("a+b") as target:
        target.seek(0)
        known = target.read()
        # Looked for also where the row is old: the worker may have died between the two.
        if line not in known.splitlines():
            target.write((b"" if known.endswith(b"\n") or not known else b"\n") + line + b"\n")
            target.flush()
            os.fsync(target.fileno())


def erase_again() -> tuple[int, list[int]]:
    """After a backup was put back: erase once more whoever had left since it was made.

    Numbers may be given anew after that: who joined after the erasure is somebody else. Returns how many went, and the
    numbers of those who could not be erased.
    """
    left = dict(Erasure.objects.values_list("user_pk", "at"))
    for pk, at in _noted():
        left.setdefault(pk, at)
    gone, failed = 0, []
    for pk, at in sorted(left.items()):
        if User.objects.get_queryset().filter(pk=pk, date_joined__lt=at, erased_at=None).exists():
            done = _tried(pk, again=True)
            gone += done or 0
            failed += [pk] if done is None else []
    return gone, failed


def _noted() -> list[tuple[int, datetime]]:
    """Read the list outside the database; a line that a crash cut in half says nothing."""
    path, found = Path(settings.ERASURE_LIST), []
    for line in path.read_text(encoding="ascii", errors="replace").splitlines() if path.exists() else ():
        try:
            number, moment = line.split(",")
            at = datetime.fromisoformat(moment)
            if at.tzinfo is None:
                raise ValueError
            found.append((int(number), at))
        except ValueError:
            log.warning("a line of the list of erasures can't be read")
    return found
