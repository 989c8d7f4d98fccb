"""Polls: written with a post, answered once by each person, changeable until they end (G4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core.access import scopes
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.social.models import Poll, PollChoice, PollVote, Post
from foundation.social.models.poll import FEWEST_CHOICES, MAX_CHOICE, MOST_CHOICES
from foundation.social.permissions import SocialPermission

DAYS = (1, 3, 7, 14, 30)


@dataclass(frozen=True)
class NewPoll:
    """What somebody asks: the choices in order, how many may be taken, and for how many days."""

    choices: tuple[str, ...]
    several: bool = False
    days: int = 7


def new_poll(choices: Iterable[str], *, several: bool = False, days: int = 7) -> NewPoll | None:
    """Return the poll that somebody filled in, None where she left every choice empty. Raises ValidationError."""
    given = [" ".join(choice.split()) for choice in choices]
    kept = list(dict.fromkeys(choice for choice in given if choice))
    if not kept:
        return None
    if len(kept) < FEWEST_CHOICES:
        raise ValidationError(_("投票至少要有 2 个不同的选项。"), code="few_choices")
    if len(kept) > MOST_CHOICES:
        raise ValidationError(_("投票最多 10 个选项。"), code="many_choices")
    if any(len(choice) > MAX_CHOICE for choice in kept):
        raise ValidationError(_("每个选项最多 40 个字。"), code="long_choice")
    if days not in DAYS:
        raise ValidationError(_("请选择投票多久截止。"), code="days")
    return NewPoll(tuple(kept), several, days)


def keep_poll(post: Post, asked: NewPoll) -> Poll:
    """Write the poll of a post that is just being written."""
    poll = Poll.objects.create(
        post=post, several=asked.several, until=timezone.now() + timedelta(days=asked.days)
    )
    PollChoice.objects.bulk_create(
        [PollChoice(poll=poll, position=position, text=text) for position, text in enumerate(asked.choices)]
    )
    return poll


def vote(post: Post, positions: Sequence[int], *, by: Any) -> Poll:
    """Choose in the poll of a post that the caller found by `visible_to(by)`, instead of what was chosen before; nothing takes it back.

    Raises Refused, TooOften, ValidationError where the poll is over or does not offer that.
    """
    require(by, SocialPermission.REACT)
    if not scopes.may_post(by, post.scope):
        raise Refused(Refusal.FORBIDDEN)
    consume("vote", by, rate=settings.RATES["vote"])
    wanted = sorted(set(positions))
    with transaction.atomic():
        poll = Poll.objects.select_for_update(of=("self",)).get(post_id=post.pk)
        if poll.is_over:
            raise ValidationError(_("投票已经截止。"), code="over")
        offered = {choice.position: choice for choice in poll.choices.all()}
        if not set(wanted) <= set(offered) or (len(wanted) > 1 and not poll.several):
            raise ValidationError(_("请在给出的选项里选。"), code="choice")
        PollVote.objects.filter(poll=poll, user=by).delete()
        PollVote.objects.bulk_create(
            [
                PollVote(poll=poll, choice=offered[at], user=by, slot=at if poll.several else 0)
                for at in wanted
            ]
        )
        return _count(poll)


def _count(poll: Poll) -> Poll:
    """Count a locked poll anew: how many chose what, and how many people."""
    votes = PollVote.objects.filter(poll=poll)
    numbers = dict(votes.values_list("choice").annotate(number=Count("pk")).order_by())
    for choice in poll.choices.all():
        if choice.votes != numbers.get(choice.pk, 0):
            PollChoice.objects.filter(pk=choice.pk).update(votes=numbers.get(choice.pk, 0))
    poll.voter_count = votes.values("user").distinct().count()
    poll.save(update_fields=["voter_count"])
    return poll


@transaction.atomic
def forget_votes(user: Any) -> int:
    """Take back every vote of an account that closes, out of the numbers too; return how many."""
    polls = Poll.objects.filter(votes__user=user).distinct().values_list("pk", flat=True)
    gone = 0
    for pk in sorted(polls):
        poll = Poll.objects.select_for_update(of=("self",)).get(pk=pk)
        gone += PollVote.objects.filter(poll=poll, user=user).delete()[0]
        _count(poll)
    return gone
