"""Leaving: asked for, taken back within seven days, then carried out for every kind in turn (A7; 个保法 47)."""

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
from foundation.accounts.models import User
from foundation.accounts.permissions import AccountPermission
from foundation.core import kinds
from foundation.core.access.permissions import require
from foundation.core.flow import audit, chores, outbox
from foundation.core.kinds import Kind, OnErase
from foundation.core.models import SiteSettings
from identity.models import Erasure

REGRET = timedelta(days=7)


class CannotLeave(ValidationError):
    """Something has to be settled first; the messages say what."""


@transaction.atomic
def ask_to_leave(*, by: User, keep_words: bool) -> None:
    """Begin the seven days after which the account is erased. Raises Refused, CannotLeave."""
    require(by, AccountPermission.KEEP_ACCOUNT)
    if reasons := kinds.leaving_blockers(by):
        raise CannotLeave([str(reason) for reason in reasons])
    locked = User.objects.get_queryset().select_for_update(of=("self",)).get(pk=by.pk)
    locked.leaves_at = timezone.now() + REGRET
    locked.leaves_words = keep_words
    locked.save(update_fields=["leaves_at", "leaves_words"])
    _write_to(locked, "leaving")
    audit.append("identity.ask_to_leave", by=by, obj=locked, data={"keep_words": keep_words})


@transaction.atomic
def take_back(*, by: User) -> None:
    """Stay after all; nothing is lost. Again changes nothing."""
    locked = User.objects.get_queryset().select_for_update(of=("self",)).get(pk=by.pk)
    if locked.leaves_at is None:
        return
    locked.leaves_at = None
    locked.leaves_words = False
    locked.save(update_fields=["leaves_at", "leaves_words"])
    audit.append("identity.take_back", by=by, obj=locked)


def _write_to(user: User, what: str) -> None:
    context = {"user": user, "site": SiteSettings.current()}
    subject = _("您申请了注销账号") if what == "leaving" else _("您的账号已注销")
    text = render_to_string(f"identity/email/{what}.txt", context)
    if user.email:
        EmailMessage(
            str(subject),
            text,
            to=[user.email],
            headers={"X-Linli-Key": f"leave:{what}:{user.pk}:{user.leaves_at}"},
        ).send()


@chores.each(chores.Rhythm.MINUTE)
def leave_due() -> int:
    """Erase whoever's seven days are over; return how many left."""
    due = User.objects.get_queryset().filter(leaves_at__lte=timezone.now(), erased_at=None)
    gone = 0
    for pk in list(due.values_list("pk", flat=True)[:20]):
        gone += erase(pk)
    return gone


def erase(pk: int) -> bool:
    """Erase a person everywhere, floor by floor from above; say whether there was somebody to erase.

    Every step leaves what it has done: one that is cut off is gone on with at the next call.
    """
    user = User.objects.get_queryset().filter(pk=pk, erased_at=None).first()
    if user is None or kinds.leaving_blockers(user):
        return False
    addresses = addresses_of(user)
    _note(pk)
    *others, account = _in_order(kinds.erasings())
    for entry in others:
        _carry_out(entry, user)
    outbox.erase_mentions(addresses)
    with transaction.atomic():
        _carry_out(account, user)
        audit.append("identity.erase", by=None, obj=user)
        audit.erase_payloads(user)
    return True


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
    note, new = Erasure.objects.get_or_create(user_pk=pk)
    if new:
        path = Path(settings.ERASURE_LIST)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="ascii") as target:
            target.write(f"{pk},{note.at.isoformat()}\n")


def erase_again() -> int:
    """After a backup was put back: erase once more whoever had left since it was made; return how many.

    Numbers may be given anew after that: who joined after the erasure is somebody else.
    """
    left = dict(Erasure.objects.values_list("user_pk", "at"))
    path = Path(settings.ERASURE_LIST)
    if path.exists():
        for line in path.read_text(encoding="ascii").split():
            number, moment = line.split(",")
            left.setdefault(int(number), datetime.fromisoformat(moment))
    gone = 0
    for pk, at in sorted(left.items()):
        if User.objects.get_queryset().filter(pk=pk, date_joined__lt=at).exists():
            gone += erase(pk)
    return gone
