"""The own data, to take along; and the way out (A7)."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.domain.confirmation import require_fresh
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.permissions import AccountPermission
from foundation.core import kinds
from foundation.core.access.routes import permit
from foundation.core.files import room
from identity.domain import leaving, own_data
from identity.interfaces.archive import archive_of
from identity.interfaces.leaving import LeaveForm
from identity.models import DataExport


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(AccountPermission.KEEP_ACCOUNT)
def data(request: MemberRequest) -> HttpResponse:
    """Where the copy of the own data stands; a POST asks for one, from somebody who has just shown who she is."""
    if request.method == "POST":
        require_fresh(request)
        try:
            own_data.request_export(by=request.user)
        except own_data.AlreadyPacking:
            messages.info(request, _("已经在打包了，请等它完成。"))
        return redirect("own:data")
    latest = DataExport.objects.visible_to(request.user).order_by("-asked_at", "-pk").first()
    context = {"export": latest, "used": room.used(request.user), "room": settings.STORAGE_PER_PERSON}
    return render(request, "identity/own_data.html", context)


@require_POST
@permit(AccountPermission.KEEP_ACCOUNT)
def cancel(request: MemberRequest, public_id: str) -> HttpResponse:
    """Give up or throw away a copy; 404 for what is not one's own."""
    export = get_object_or_404(DataExport.objects.visible_to(request.user), public_id=public_id)
    own_data.cancel_export(export, by=request.user)
    messages.success(request, _("已取消，打包的文件已删除。"))
    return redirect("own:data")


@never_cache
@require_safe
@permit(AccountPermission.KEEP_ACCOUNT)
def download(request: MemberRequest, public_id: str) -> HttpResponseBase:
    """Hand the archive to its owner, who has just shown who she is; 404 for everybody else and after a day."""
    export = get_object_or_404(DataExport.objects.visible_to(request.user), public_id=public_id)
    if not export.can_be_fetched or not Path(export.file).exists():
        raise Http404
    require_fresh(request)
    own_data.fetched(export, by=request.user)
    return archive_of(export, request.user)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(AccountPermission.KEEP_ACCOUNT)
def leave(request: MemberRequest) -> HttpResponse:
    """Say what goes, what stays and why; a POST begins the seven days, the page then offers to take it back."""
    if request.user.leaves_at is not None:
        return render(request, "identity/leaving.html", {"leaves_at": request.user.leaves_at})
    form = LeaveForm(request.POST or None)
    if request.method == "POST":
        require_fresh(request)
        if form.is_valid():
            try:
                leaving.ask_to_leave(by=request.user, keep_words=form.cleaned_data["words"] == "keep")
            except leaving.CannotLeave as fault:
                form.add_error(None, fault)
            else:
                return redirect("own:leave")
    context = {"form": form, "blockers": kinds.leaving_blockers(request.user)}
    return render(request, "identity/leave.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(AccountPermission.KEEP_ACCOUNT)
def stay(request: MemberRequest) -> HttpResponse:
    """Take the leaving back."""
    try:
        leaving.take_back(by=request.user)
    except leaving.TooLate:
        messages.error(request, _("七天已过，账号正在注销，不能再取消。"))
        return redirect("own:leave")
    messages.success(request, _("已取消注销，您的账号一切照旧。"))
    return redirect("/")
