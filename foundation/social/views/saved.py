"""The own list of what one saved (S2)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core import kinds
from foundation.core.access.routes import permit
from foundation.social.domain import bookmarks
from foundation.social.domain.queries.bookmarks import is_saved, saved_by, shown
from foundation.social.permissions import SocialPermission
from foundation.social.views.ways import back

PER_PAGE = 30
MOST_WORDS = 40


@never_cache
@require_safe
@permit(SocialPermission.SAVE, own_only=True)
def saved_list(request: MemberRequest) -> HttpResponse:
    """What the reader saved and may see now, by its words; `?undo=` names what she has just let go."""
    words = request.GET.get("q", "").strip()[:MOST_WORDS]
    page: Any = Paginator(saved_by(request.user, words=words), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = shown(page.object_list, request.user)
    context = {"page_obj": page, "words": words, "undo": _let_go(request)}
    return render(request, "social/saved.html", context)


def _let_go(request: MemberRequest) -> dict[str, str] | None:
    """Return the address name of what can be taken back, if it is there and not saved."""
    kind, _colon, public_id = request.GET.get("undo", "").partition(":")
    if not public_id:
        return None
    try:
        target = kinds.find_public(kind, public_id, request.user)
    except Http404:
        return None
    if is_saved(target, request.user):
        return None
    return {"kind": kind, "public_id": public_id, "title": str(kinds.of(target).title(target))}


@require_POST
@permit(SocialPermission.SAVE, own_only=True)
def save(request: MemberRequest, kind: str, public_id: str) -> HttpResponse:
    """Save something (`saved=1`), or let it go (`saved=0`); from the own list (`listed`) one goes back to it."""
    target = kinds.find_public(kind, public_id, request.user)
    if not kinds.of(target).can_be_saved:
        raise Http404
    wanted = request.POST.get("saved") != "0"
    try:
        if wanted:
            bookmarks.save(target, by=request.user)
        else:
            bookmarks.let_go(target, by=request.user)
    except ValidationError as fault:
        if request.htmx:
            return HttpResponse(
                " ".join(fault.messages), content_type="text/plain; charset=utf-8", status=422
            )
        messages.error(request, " ".join(fault.messages))
        return back(request, kinds.of(target).url(target))
    if "listed" in request.POST:
        asked = {"q": request.POST.get("listed", "")[:MOST_WORDS]} if request.POST.get("listed") else {}
        if not wanted:
            asked["undo"] = f"{kind}:{public_id}"
        return redirect(f"{reverse('saved')}?{urlencode(asked)}" if asked else "saved")
    if request.htmx:
        context = {"kind": kind, "public_id": public_id, "saved": wanted, "signed_in": True}
        return render(request, "components/save_button.html", context)
    messages.success(request, _("已收藏。") if wanted else _("已取消收藏。"))
    anchor = f"p-{public_id}" if kind == "post" else ""
    return back(request, kinds.of(target).url(target), anchor=anchor)
