"""Every route says who may call it; a test walks the resolver and fails on one that says nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from foundation.core.access.permissions import Permission, require

type View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class RouteAccess:
    """Either a permission, or the reason why everybody may call the route.

    `for_another`: it takes changes also from somebody who acts for a relative (亲情代办, DESIGN §3).
    `own_only`: while somebody acts for another, it is not there at all, neither the other's nor her own.
    """

    permission: Permission | None = None
    why_open: str = ""
    for_another: bool = False
    own_only: bool = False


def permit(
    permission: Permission, *, for_another: bool = False, own_only: bool = False
) -> Callable[[View], View]:
    """Let only those call the view who have the right; the others get 403 or the way to sign in.

    Rights that hang on an object are checked again by the domain function, which knows the object.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(request.user, permission)
            return view(request, *args, **kwargs)

        checked.access = RouteAccess(  # type: ignore[attr-defined]
            permission=permission, for_another=for_another, own_only=own_only
        )
        return checked

    return decorate


def open_to_all(why: str, *, for_another: bool = False) -> Callable[[View], View]:
    """Say that visitors may call the view, and why; what it shows still starts from `visible_to(user)`."""

    def decorate(view: View) -> View:
        view.access = RouteAccess(why_open=why, for_another=for_another)  # type: ignore[attr-defined]
        return view

    return decorate
