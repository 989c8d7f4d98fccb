"""Arranging the tiles of the own space (S12)."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import permit
from spaces.domain import tiles
from spaces.permissions import SpacePermission


@never_cache
@require_safe
@permit(SpacePermission.ARRANGE_SPACE)
def arrange(request: MemberRequest) -> HttpResponse:
    """Every tile in the own order, each with what moves and hides it."""
    return render(request, "spaces/arrange_tiles.html", {"placed": tiles.arrangement_of(request.user)})


@require_POST
@permit(SpacePermission.ARRANGE_SPACE)
def move(request: MemberRequest, key: str) -> HttpResponse:
    """Move a tile one place up (`to=up`) or down."""
    up = request.POST.get("to") == "up"
    return _done(key, lambda: tiles.move_tile(key, up=up, by=request.user))


@require_POST
@permit(SpacePermission.ARRANGE_SPACE)
def show(request: MemberRequest, key: str) -> HttpResponse:
    """Show a tile, or hide it (`shown=0`)."""
    shown = request.POST.get("shown") != "0"
    return _done(key, lambda: tiles.show_tile(key, shown=shown, by=request.user))


def _done(key: str, step: Callable[[], None]) -> HttpResponse:
    """Go back to the tile itself: from there the keyboard goes on."""
    try:
        step()
    except ValidationError as fault:
        raise Http404 from fault
    return redirect(f"{reverse('spaces:tiles')}#tile-{key}")
