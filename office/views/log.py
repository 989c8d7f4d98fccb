"""The audit log and its alarms, for those who may read it (O4)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.permissions import Refused, has_permission
from foundation.core.access.routes import open_to_all, permit
from foundation.core.flow import heads
from foundation.core.models import AuditEntry
from office.domain import alarms, log
from office.domain.queries import sealed
from office.domain.queries.log import Filters, entries, in_words
from office.interfaces.log import AlarmForm, ExportForm, LogForm
from office.models import Alarm, Trouble
from office.permissions import OfficePermission

PER_PAGE = 50
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@require_safe
@permit(OfficePermission.READ_LOG)
def entry_list(request: MemberRequest) -> HttpResponse:
    """The log, newest first, narrowed down by the form; `?before=` goes on behind an entry."""
    form = LogForm(request.GET or None)
    return _list(request, form, ExportForm(), status=422 if form.is_bound and not form.is_valid() else 200)


def _list(request: Any, form: LogForm, export_form: ExportForm, status: int = 200) -> HttpResponse:
    filters = form.filters() if form.is_bound else Filters()
    found = entries(filters, by=request.user)
    if form.is_bound and not form.is_valid():
        # What was asked for is not clear: everything would look like the answer to it.
        found = found.none()
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(seq__lt=int(before))
    rows = list(found[: PER_PAGE + 1])
    asked = request.GET.copy()
    asked.pop("before", None)
    context = {
        "form": form,
        "export_form": export_form,
        "lines": in_words(rows[:PER_PAGE], request.user),
        "older": rows[PER_PAGE - 1].seq if len(rows) > PER_PAGE else None,
        "asked": asked.urlencode(),
        "later": bool(before),
        "open_alarms": Alarm.objects.visible_to(request.user).filter(seen_at=None).count(),
        "may_export": has_permission(request.user, OfficePermission.EXPORT_LOG),
    }
    return render(request, "office/log.html", context, status=status)


@never_cache
@require_safe
@permit(OfficePermission.READ_LOG)
def entry(request: MemberRequest, seq: int) -> HttpResponse:
    """One entry with its sealed part; looking at that is written down."""
    found = get_object_or_404(AuditEntry, seq=seq)
    (line,) = in_words([found], request.user)
    parts = sealed.in_words(found.action, log.look_at(found, by=request.user))
    return render(request, "office/entry.html", {"line": line, "sealed": parts})


@require_POST
@permit(OfficePermission.EXPORT_LOG)
def export(request: MemberRequest) -> HttpResponse:
    """Hand out the entries that fit as a workbook."""
    form, export_form = LogForm(request.GET or None), ExportForm(request.POST)
    if not export_form.is_valid() or (form.is_bound and not form.is_valid()):
        return _list(request, form, export_form, status=422)
    try:
        book = log.export(
            form.filters() if form.is_bound else Filters(),
            purpose=export_form.cleaned_data["purpose"],
            by=request.user,
        )
    except log.TooMany:
        export_form.add_error(None, _("超过 %(most)s 条，请先缩小范围。") % {"most": log.MOST})
        return _list(request, form, export_form, status=422)
    except log.Nothing:
        export_form.add_error(None, _("没有符合条件的记录，没有导出。"))
        return _list(request, form, export_form, status=422)
    name = f"audit-{timezone.localtime():%Y%m%d-%H%M}.xlsx"
    return HttpResponse(
        book, content_type=EXCEL, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@never_cache
@require_safe
@permit(OfficePermission.READ_LOG)
def alarm_list(request: MemberRequest) -> HttpResponse:
    """What should not have happened: first what nobody has looked into."""
    return _alarms(request)


def _alarms(request: Any, wrong: tuple[str, AlarmForm] | None = None, status: int = 200) -> HttpResponse:
    found = Alarm.objects.visible_to(request.user).select_related("actor", "seen_by")
    page = Paginator(found.order_by("seen_at", "-raised_at", "-id"), 30).get_page(request.GET.get("page"))
    rows = [
        (one, wrong[1] if wrong and wrong[0] == one.public_id else AlarmForm()) for one in page.object_list
    ]
    context = {
        "page_obj": page,
        "rows": rows,
        "troubles": Trouble.objects.visible_to(request.user).filter(over_at=None).order_by("-began_at"),
        "may_close": has_permission(request.user, OfficePermission.CLOSE_ALARMS),
    }
    return render(request, "office/alarms.html", context, status=status)


@require_POST
@permit(OfficePermission.CLOSE_ALARMS)
def look_into(request: MemberRequest, public_id: str) -> HttpResponse:
    """Close an alarm with what it was."""
    alarm = get_object_or_404(Alarm.objects.visible_to(request.user), public_id=public_id)
    form = AlarmForm(request.POST)
    if not form.is_valid():
        return _alarms(request, (public_id, form), status=422)
    try:
        alarms.look_into(alarm, note=form.cleaned_data["note"], by=request.user)
    except (Refused, alarms.NoteMissing):
        form.add_error(None, _("关于自己的警报由别人核实。"))
        return _alarms(request, (public_id, form), status=422)
    messages.success(request, _("已记录。"))
    return redirect("office:alarms")


@open_to_all("anybody can keep it, and show later that the log was cut")
@cache_control(public=True, max_age=60)
@require_safe
def head(request: HttpRequest) -> JsonResponse:
    """The signed end of the audit log."""
    return JsonResponse(heads.signed_head())
