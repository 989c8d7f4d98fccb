"""Posters of what everybody may read (P1)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.core.access.routes import open_to_all
from news.domain import posters


@open_to_all("a poster of what visitors may read; for nothing else is there one")
@require_safe
def poster(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """One sheet of A4 to hang up."""
    try:
        page = posters.of(kind, public_id)
    except LookupError:
        raise Http404 from None
    return render(request, "news/poster.html", {"page": page, "code": posters.code(page.full_url or "")})
