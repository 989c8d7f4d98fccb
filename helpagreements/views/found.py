"""Finding the agreement that a page is about, and answering what the domain refuses."""

from typing import Any

from django.http import Http404

from helpagreements.models import Agreement


def found(public_id: str, user: Any) -> Agreement:
    """Return the agreement that `user` may open in full. Raises Http404, for what is hidden as for what is not there."""
    one = (
        Agreement.objects.visible_to(user)
        .select_related("community", "institution__place", "place", "supersedes")
        .filter(public_id=public_id)
        .first()
    )
    if one is None:
        raise Http404
    return one
