"""Where a form on somebody's page leads back to."""

from django.http import HttpResponse
from django.shortcuts import redirect

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.pages.ways import way_back


def back(request: MemberRequest, fallback: str, *, anchor: str = "") -> HttpResponse:
    """Go back to the page that the form stood on, at `anchor` of it, never to another site."""
    way = way_back(request, request.POST.get("next", ""), "")
    return redirect((f"{way}#{anchor}" if anchor else way) if way else fallback)
