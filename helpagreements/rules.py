"""Who is what to an agreement: predicates behind the letters of the matrix and of the machine."""

from typing import Any

from foundation.core.access.roles import Role


def is_party(user: Any, agreement: Any) -> bool:
    """The person belongs to the institution of the agreement, or works for a place that answers for it (matrix `p`)."""
    if agreement is None:
        return True
    return is_member(user, agreement) or works_for(user, agreement)


def is_member(user: Any, agreement: Any) -> bool:
    """The person belongs to the institution that the agreement is with."""
    return agreement.institution_id in user.organisation_ids


def is_head(user: Any, agreement: Any) -> bool:
    """The person heads the institution that the agreement is with."""
    return any(
        held.role == Role.INSTITUTION_HEAD and held.organisation == agreement.institution_id
        for held in user.held_roles()
    )


def works_for(user: Any, agreement: Any) -> bool:
    """The person is staff of the place, or of one above it."""
    return any(
        held.role == Role.STAFF and agreement.place.path.startswith(held.place_path)
        for held in user.held_roles()
    )


def letters_of(user: Any, agreement: Any) -> set[str]:
    """Return which actors of the machine `[agreement]` somebody is for this one.

    Who belongs to the institution is never the community's officer for it (help-platform.md §2.3, 5).
    """
    if not user.is_authenticated or not user.is_active or user.is_suspended:
        return set()
    if is_member(user, agreement):
        return {"H", "M"} if is_head(user, agreement) else {"M"}
    return {"A"} if works_for(user, agreement) else set()
