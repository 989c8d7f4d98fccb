"""The site search (P9): one box, one list, a tab for each kind. What was asked is kept by nobody but the device."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.models import User
from foundation.core.access.addresses import caller_of
from foundation.core.access.limits import consume
from foundation.core.access.routes import open_to_all
from foundation.core.search.finding import Found, Hit, find
from foundation.core.search.words import MOST_SIGNS

# What the mark of a kind looks like; the others are slate.
LOOKS = {
    "notice": "amber",
    "article": "brick",
    "institution": "pine",
    "circle": "plum",
    "group": "pine",
    "idea": "amber",
    "post": "enamel",
    "album": "enamel",
    "diary_entry": "enamel",
    "person": "plum",
    "page": "slate",
}

# Kinds whose hits show a face: who it is, or who made it.
SAID = ("person", "post", "album", "diary_entry")


@never_cache
@require_safe
@open_to_all("finds only what the reader may see; each kind by its own right")
def search(request: HttpRequest) -> HttpResponse:
    """Search everything: `?q=&kind=&page=`."""
    words = request.GET.get("q", "")
    if words.strip():
        consume("search", caller_of(request), rate=settings.RATES["search"])
    found = find(words, request.user, kind=request.GET.get("kind", ""), page=request.GET.get("page"))
    context = {
        "found": found,
        "page_obj": found.page,
        "rows": _rows(found, request.user),
        "most_signs": MOST_SIGNS,
    }
    response = render(request, "home/search.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _rows(found: Found, user: Any) -> list[tuple[Hit, str, User | None]]:
    """Return each hit with its look and, where it is a person or was said by one, with her."""
    named = {hit.owner_id for hit in found.hits if hit.kind in SAID}
    people = User.objects.get_queryset().select_related("avatar").in_bulk(named) if named else {}
    return [
        (
            hit,
            LOOKS.get(hit.kind, "slate"),
            people.get(hit.owner_id) if hit.kind in SAID and hit.owner_id else None,
        )
        for hit in found.hits
    ]
