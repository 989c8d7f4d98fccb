"""Applications and invitations in somebody's own data (A7)."""

from typing import Any

from organisations.models import Institution, Invitation


def application_data(institution: Institution) -> dict[str, Any]:
    """What somebody applied for, and what became of it."""
    return {
        "name": institution.name,
        "place": institution.organisation.place.name,
        "state": institution.state,
        "introduction": institution.introduction,
        "made_at": institution.created_at,
        "submitted_at": institution.submitted_at,
        "decided_at": institution.decided_at,
        "reason": institution.reason,
    }


def invitation_data(invitation: Invitation) -> dict[str, Any]:
    """What somebody was asked, and her answer."""
    return {
        "organisation": invitation.organisation.name,
        "position": invitation.position,
        "state": invitation.state,
        "asked_at": invitation.asked_at,
        "answered_at": invitation.answered_at,
    }
