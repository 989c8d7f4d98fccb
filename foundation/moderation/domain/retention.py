"""What is kept no longer: evidence one year after its decision, sanctions three years after their end (O2; 个保法 19)."""

from collections.abc import Callable
from datetime import timedelta
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from foundation.core.files import uploads
from foundation.core.flow import audit, chores
from foundation.moderation.domain.reports import KEEP_EVIDENCE
from foundation.moderation.models import Appeal, Case, ReviewItem, Sanction

KEEP_SANCTIONS = timedelta(days=3 * 365)
# What is dealt with in one transaction.
AT_ONCE = 500
# Files are kept from the report on; where their case takes longer, so much before that ends they are kept anew.
AHEAD = timedelta(days=30)


@chores.each(chores.Rhythm.DAY)
def forget_evidence() -> int:
    """Blank the evidence of cases that were decided a year ago, and let their files go; return of how many."""
    _keep_on()
    due = Case.objects.filter(decided_at__lte=timezone.now() - KEEP_EVIDENCE).exclude(evidence=b"")
    # What is objected to is still needed.
    due = due.exclude(sanction__appeal__state=Appeal.State.OPEN)
    return _in_batches(due, _blank, "moderation.forget_evidence")


@chores.each(chores.Rhythm.DAY)
def forget_sanctions() -> int:
    """Delete sanctions that ended three years ago, with their appeals; warnings and hidings end at once. Return how many."""
    limit = timezone.now() - KEEP_SANCTIONS
    ended = Q(until__lte=limit) | Q(until__isnull=False, lifted_at__lte=limit)
    due = Sanction.objects.filter(ended | Q(until__isnull=True, since__lte=limit))
    return _in_batches(due.exclude(appeal__state=Appeal.State.OPEN), _delete, "moderation.forget_sanctions")


def _in_batches(due: QuerySet[Any], forget: Callable[[list[int]], None], action: str) -> int:
    """Deal with what is due until nothing is; each batch stands in the log as a number."""
    gone = 0
    while keys := list(due.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            forget(keys)
            audit.append(action, by=None, data={"number": len(keys)})
        gone += len(keys)
    return gone


def _blank(keys: list[int]) -> None:
    hung = Case.files.through.objects.filter(case_id__in=keys)
    files = set(hung.values_list("storedfile_id", flat=True))
    hung.delete()
    Case.objects.filter(pk__in=keys).update(evidence=b"")
    # The same picture may be evidence in another case.
    wanted = Case.files.through.objects.filter(storedfile_id__in=files)
    uploads.keep(sorted(files - set(wanted.values_list("storedfile_id", flat=True))), until=timezone.now())


def _delete(keys: list[int]) -> None:
    appeals = Appeal.objects.filter(sanction_id__in=keys).values_list("pk", flat=True)
    ReviewItem.objects.filter(kind="appeal", object_id__in=[str(pk) for pk in appeals]).delete()
    Sanction.objects.filter(pk__in=keys).delete()


def _keep_on() -> None:
    """Keep the files of cases that are not due themselves, however long ago they were reported."""
    soon = timezone.now() + AHEAD
    ending = Case.files.through.objects.filter(storedfile__kept_until__lte=soon)
    keys = ending.order_by("storedfile_id").values_list("storedfile_id", flat=True).distinct()
    for some in batched(list(keys), AT_ONCE, strict=False):
        uploads.keep(list(some), until=soon + AHEAD)
