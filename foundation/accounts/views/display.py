"""Choosing how pages are shown: a link or a button on every page, and a page with all of it (U2)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from foundation.accounts.domain import hats
from foundation.accounts.domain.display import ASK, choose_display
from foundation.accounts.interfaces.display import DisplayForm
from foundation.accounts.permissions import AccountPermission
from foundation.core.access.routes import open_to_all, permit
from foundation.core.pages.display import MODES, SIZES, display_of, remember
from foundation.core.pages.ways import way_back


@open_to_all("a way of showing, remembered in a cookie: no person, no data", for_another=True)
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, wanted: str) -> HttpResponse:
    """Show pages another way and go back: `elder`, `ordinary` or a size of type.

    A visitor's plain link changes this browser; the button of somebody signed in also her account.
    """
    mode = wanted if wanted in MODES else None
    size = int(wanted) if wanted in map(str, SIZES) else None
    if mode is None and size is None:
        raise Http404
    back = way_back(request, (request.POST if request.method == "POST" else request.GET).get("next", ""), "/")
    if request.method == "POST" and request.user.is_authenticated:
        choose_display(by=request.user, mode=mode, size=size)
        request.session.pop(ASK, None)
    response = redirect(back)
    remember(request, response, mode=mode, size=size)
    return response


@open_to_all(
    "a way of showing: the visitor's in a cookie, the member's also on her own account", for_another=True
)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Everything about how pages are shown, on one page."""
    now = display_of(request)
    form = DisplayForm(request.POST or None, initial={"mode": now.mode, "size": now.size})
    if request.method == "POST" and form.is_valid():
        mode, size = form.cleaned_data["mode"], form.cleaned_data["size"]
        if request.user.is_authenticated:
            choose_display(by=request.user, mode=mode, size=size)
            request.session.pop(ASK, None)
        messages.success(request, _("已保存。从现在起每一页都这样显示。"))
        response = redirect("accounts:display")
        remember(request, response, mode=mode, size=size)
        return response
    return render(request, "account/display.html", {"form": form}, status=422 if form.errors else 200)


@permit(AccountPermission.KEEP_ACCOUNT)
@require_POST
def put_on_hat(request: HttpRequest) -> HttpResponse:
    """Act for one of the own organisations from now on, or for oneself (`organisation` empty)."""
    try:
        hats.put_on(request.session, request.user, request.POST.get("organisation", ""))  # type: ignore[arg-type]
    except hats.NotHers:
        raise Http404 from None
    return redirect(way_back(request, request.POST.get("next", ""), "/"))
