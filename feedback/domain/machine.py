"""The machine `[idea]` of the house, and whom its steps concern (O3)."""

from typing import Any

from feedback.models import Idea, Vote
from feedback.permissions import FeedbackPermission
from foundation.accounts.models import RoleAssignment
from foundation.accounts.models.user import good_standing
from foundation.core.access.permissions import Refusal, Refused, has_permission
from foundation.core.access.roles import Role
from foundation.core.flow.workflow import Workflow


def letters_of(user: Any, idea: Idea) -> set[str]:
    """Return which actors of the machine somebody is for this idea: U who wrote it, A the staff of its place.

    Whoever wrote it is never its office as well, whatever roles she holds (回避).
    """
    if not user.is_authenticated:
        return set()
    if idea.author_id == user.pk:
        return {"U"} if has_permission(user, FeedbackPermission.VOTE) else set()
    answers = has_permission(user, FeedbackPermission.ANSWER, place_path=idea.place.path)
    return {"A"} if answers else set()


FLOW = Workflow.of_machine("idea", actors=letters_of)
# What staff do with words of their own, and which of these steps they have to explain.
STAFF_STEPS = ("see", "plan", "start", "finish", "decline", "reopen")
EXPLAINED = frozenset({"finish", "decline", "reopen"})


def require_office(idea: Idea, user: Any) -> None:
    """Refuse who does not answer for the place of the idea, and who wrote it herself. Raises Refused."""
    if "A" not in letters_of(user, idea):
        raise Refused(Refusal.FORBIDDEN)


def locked(idea: Idea) -> Idea:
    """Return the idea as it is now, its row locked until the transaction ends."""
    return Idea.objects.select_for_update(of=("self",)).select_related("place").get(pk=idea.pk)


def office_of(idea: Idea) -> list[int]:
    """Return the ids of the staff who answer for the place of an idea."""
    held = RoleAssignment.objects.filter(
        good_standing("user__"), role=Role.STAFF, place__path__in=idea.place.chain
    )
    return list(held.values_list("user_id", flat=True).distinct())


def supporters_of(idea: Idea) -> list[int]:
    """Return the ids of those who support an idea, its author apart."""
    return list(
        Vote.objects.filter(idea=idea).exclude(user_id=idea.author_id).values_list("user_id", flat=True)
    )
