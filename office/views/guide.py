"""The guide for those who work in the admin, in the language they work in (O7)."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.permissions import AccountPermission
from foundation.core.access.routes import permit
from office.domain.queries import guide as queries
from office.interfaces.guide import write


@never_cache
@require_safe
@permit(AccountPermission.ENTER_ADMIN)
def contents(request: MemberRequest) -> HttpResponse:
    """The chapters that concern the reader; with `?q=` those that contain the words."""
    among = queries.chapters(request.user, get_language())
    query = request.GET.get("q", "").strip()[:60]
    context = {"chapters": among, "query": query, "found": list(queries.search(among, query))}
    return render(request, "office/guide.html", context)


@never_cache
@require_safe
@permit(AccountPermission.ENTER_ADMIN)
def chapter(request: MemberRequest, slug: str) -> HttpResponse:
    """One chapter; 404 for one that is about what the reader may not do."""
    among = queries.chapters(request.user, get_language())
    at = next((number for number, one in enumerate(among) if one.slug == slug), None)
    if at is None:
        raise Http404
    context = {
        "chapter": among[at],
        "written": write(among[at], reader=request.user, language=get_language() or ""),
        "before": among[at - 1] if at else None,
        "after": among[at + 1] if at + 1 < len(among) else None,
    }
    return render(request, "office/guide_chapter.html", context)
