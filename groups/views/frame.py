"""What every page of a circle has in common: the circle as the reader may see it, her standing, the tabs."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from foundation.core.access.permissions import has_permission
from foundation.messaging.domain.muting import has_muted
from groups.domain.queries.circles import as_read_by, keepers_of
from groups.domain.standing import standing_of
from groups.domain.tabs import tabs_of
from groups.models import Circle, CircleMember
from groups.permissions import GroupPermission


def circle_for(request: HttpRequest, slug: str) -> Circle:
    """Return the circle that the reader may know of. Raises Http404."""
    return get_object_or_404(as_read_by(Circle.objects.visible_to(request.user), request.user), slug=slug)


def inside(request: HttpRequest, slug: str) -> tuple[Circle, CircleMember]:
    """Return the circle and the reader's membership. Raises Http404 for who does not belong to it."""
    circle = circle_for(request, slug)
    mine = standing_of(circle, request.user)
    if mine is None or not mine.is_inside or not circle.is_known or circle.hidden_at is not None:
        raise Http404
    return circle, mine


def managing(request: HttpRequest, slug: str) -> tuple[Circle, CircleMember]:
    """The same for who keeps order there."""
    circle, mine = inside(request, slug)
    if not mine.manages:
        raise Http404
    return circle, mine


def owning(request: HttpRequest, slug: str) -> Circle:
    """Return a circle of the reader's own, whatever state it is in. Raises Http404."""
    circle = circle_for(request, slug)
    if circle.owner_id != request.user.pk:
        raise Http404
    return circle


def frame(
    request: HttpRequest, circle: Circle, *, tab: str, standing: CircleMember | None = None
) -> dict[str, Any]:
    """Return what the head of a circle's page shows."""
    mine = standing or standing_of(circle, request.user)
    is_inside = mine is not None and mine.is_inside
    return {
        "circle": circle,
        "mine": mine,
        "is_inside": is_inside,
        "tabs": tabs_of(circle, mine) if circle.is_known else [],
        "tab": tab,
        "keepers": keepers_of(circle),
        "muted": is_inside and has_muted(circle, request.user),
        "oversees": has_permission(request.user, GroupPermission.OVERSEE, place_path=circle.place.path),
    }
