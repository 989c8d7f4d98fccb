"""Supporting an idea, one vote for each person (O3)."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from feedback.domain.machine import locked
from feedback.models import Idea, Vote
from feedback.permissions import FeedbackPermission
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.flow.workflow import StepNotAllowed


def vote(idea: Idea, *, by: Any, wanted: bool) -> int:
    """Support an idea that the caller found by `visible_to(by)`, or no more; return how many support it.

    Saying it twice changes nothing: the row's constraint decides who counts. Raises Refused, also for one that only
    staff read; TooOften; StepNotAllowed for one that is over.
    """
    require(by, FeedbackPermission.VOTE)
    consume("vote", by, rate=settings.RATES["vote"])
    with transaction.atomic():
        found = locked(idea)
        if not found.is_public:
            raise Refused(Refusal.FORBIDDEN)
        if not found.is_open:
            raise StepNotAllowed("vote", found.state)
        if wanted:
            changed = Vote.objects.get_or_create(idea=found, user=by)[1]
        else:
            changed = bool(Vote.objects.filter(idea=found, user=by).delete()[0])
        if changed:
            count(found, 1 if wanted else -1)
    return Idea.objects.values_list("vote_count", flat=True).get(pk=idea.pk)


def count(idea: Idea, step: int) -> None:
    """Count a vote that came or went."""
    Idea.objects.filter(pk=idea.pk, vote_count__gte=-step if step < 0 else 0).update(
        vote_count=F("vote_count") + step
    )


def carry_over(source: Idea, target: Idea) -> None:
    """Let who supports `source` support `target` instead, nobody twice. Both rows are locked by the caller."""
    there = Vote.objects.filter(idea=target).values("user_id")
    Vote.objects.filter(idea=source).exclude(
        user_id__in=list(there.values_list("user_id", flat=True))
    ).update(idea=target)
    Vote.objects.filter(idea=source).delete()
    Idea.objects.filter(pk=target.pk).update(vote_count=Vote.objects.filter(idea=target).count())
