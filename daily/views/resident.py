"""The own plates, and when to be reminded of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from daily.domain import own_plates as domain
from daily.interfaces.forms import OwnPlateForm, ReminderForm
from daily.models import OwnPlate
from daily.models.plates import MOST_PLATES
from daily.permissions import DailyPermission
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import permit


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(DailyPermission.KEEP_OWN_PLATES)
def own_plates(request: MemberRequest) -> HttpResponse:
    """List the own plates, and take one more."""
    form = OwnPlateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            domain.add_plate(by=request.user, **form.cleaned_data)
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            messages.success(request, _("车牌已登记。"))
            return redirect("daily:own_plates")
    rows = domain.plates_of(request.user)
    context = {
        "rows": [(row, ReminderForm(instance=row, auto_id=f"id_{row.place}_%s")) for row in rows],
        "form": form,
        "has_room": len(rows) < MOST_PLATES or form.is_bound,
    }
    return render(request, "daily/own_plates.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(DailyPermission.KEEP_OWN_PLATES)
def change_plate(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say when one of the own plates is reminded of; 404 for what is none of them."""
    row = get_object_or_404(OwnPlate.objects.visible_to(request.user), public_id=public_id)
    form = ReminderForm(request.POST, instance=row)
    if form.is_valid():
        domain.change_plate(public_id, by=request.user, **form.cleaned_data)
        messages.success(request, _("已保存。"))
    else:
        messages.error(request, _("没有保存，请重新选一个时间。"))
    return redirect("daily:own_plates")


@require_POST
@permit(DailyPermission.KEEP_OWN_PLATES)
def remove_plate(request: MemberRequest, public_id: str) -> HttpResponse:
    """Forget one of the own plates; 404 for what is none of them."""
    if not domain.remove_plate(public_id, by=request.user):
        raise Http404
    messages.success(request, _("车牌已删除。"))
    return redirect("daily:own_plates")
