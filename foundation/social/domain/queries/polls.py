"""Polls as one reader sees them, for a whole list at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from foundation.social.models import Poll, PollVote, Post


@dataclass(frozen=True)
class ShownChoice:
    position: int
    text: str
    votes: int
    mine: bool


@dataclass(frozen=True)
class ShownPoll:
    """`choices` with what the reader chose; nobody sees who chose what."""

    choices: tuple[ShownChoice, ...]
    several: bool
    until: Any
    over: bool
    voters: int

    @property
    def voted(self) -> bool:
        return any(choice.mine for choice in self.choices)

    @property
    def full(self) -> int:
        """What a bar of full length stands for; never 0."""
        return max(self.voters, 1)


def polls_for(posts: Iterable[Post], reader: Any) -> dict[int, ShownPoll]:
    """Return the polls of those posts that carry one, by post; no query where none does, else three."""
    asked = [post.pk for post in posts if post.has_poll and post.deleted_at is None]
    if not asked:
        return {}
    mine: dict[int, set[int]] = defaultdict(set)
    if reader.is_authenticated and reader.pk:
        votes = PollVote.objects.filter(poll__in=asked, user_id=reader.pk)
        for poll, choice in votes.values_list("poll_id", "choice_id"):
            mine[poll].add(choice)
    return {
        poll.pk: ShownPoll(
            tuple(
                ShownChoice(one.position, one.text, one.votes, one.pk in mine[poll.pk])
                for one in poll.choices.all()
            ),
            poll.several,
            poll.until,
            poll.is_over,
            poll.voter_count,
        )
        for poll in Poll.objects.filter(pk__in=asked).prefetch_related("choices")
    }
