"""The office's tables of a day: warnings, rules, flag times, special days, and how the weather comes (P4, P5, P6)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.forms import ModelForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from daily.domain import tables
from daily.domain.queries.weather import Weather, report_of, weather
from daily.domain.spot import spot
from daily.domain.weather import fetching
from daily.interfaces.forms import FlagForm, RuleForm, SpecialDayForm, WarningForm
from daily.models import FlagTime, PlateRule, WeatherReport, WeatherWarning
from daily.permissions import DailyPermission
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.permissions import has_permission, place_paths
from foundation.core.access.routes import permit
from foundation.core.flow.workflow import StepNotAllowed
from foundation.core.models import Place, SpecialDay

PER_PAGE = 30


@dataclass(frozen=True)
class Table:
    """One table of the office: what it is called, its rows, its form, and how a row says what it is."""

    key: str
    name: str | Promise
    lead: str | Promise
    model: type[models.Model]
    form: type[ModelForm]
    columns: tuple[tuple[str | Promise, Callable[[Any], Any]], ...]


TABLES = {
    table.key: table
    for table in (
        Table(
            "rules",
            gettext_lazy("限行规则"),
            gettext_lazy("每一轮公告写一条，写明从哪天到哪天。过期的不用删，网站会照日期选用。"),
            PlateRule,
            RuleForm,
            (
                (gettext_lazy("名称"), lambda row: row.name),
                (gettext_lazy("区域"), lambda row: row.area),
                (gettext_lazy("从"), lambda row: row.valid_from),
                (gettext_lazy("到"), lambda row: row.valid_until or _("长期")),
            ),
        ),
        Table(
            "flags",
            gettext_lazy("升降旗时间"),
            gettext_lazy("平时按日出日落自动计算，只有时间不同或不升旗的日子才写在这里。"),
            FlagTime,
            FlagForm,
            (
                (gettext_lazy("日期"), lambda row: row.date),
                (gettext_lazy("升旗"), lambda row: row.raised or _("不升旗")),
                (gettext_lazy("降旗"), lambda row: row.lowered or ""),
                (gettext_lazy("说明"), lambda row: row.note),
            ),
        ),
        Table(
            "days",
            gettext_lazy("特别的日子"),
            gettext_lazy(
                "国务院办公厅的放假安排已经随软件带来；新公布的、本地另有规定的，写在这里，以这里为准。"
            ),
            SpecialDay,
            SpecialDayForm,
            (
                (gettext_lazy("日期"), lambda row: row.date),
                (gettext_lazy("安排"), lambda row: row.get_kind_display()),
                (gettext_lazy("名称"), lambda row: row.name),
            ),
        ),
    )
}


def _table(key: str) -> Table:
    try:
        return TABLES[key]
    except KeyError:
        raise Http404 from None


@never_cache
@require_safe
@permit(DailyPermission.FETCH_WEATHER)
def overview(request: MemberRequest) -> HttpResponse:
    """How the weather comes, the warnings, and the way to each table."""
    here = spot()
    chosen = fetching.provider()
    shown: Weather | None = weather(here)
    warnings = (
        WeatherWarning.objects.visible_to(request.user).select_related("place").order_by("-ends_at", "-pk")
    )
    paths = place_paths(request.user, DailyPermission.WARN)
    page = Paginator(warnings, PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "spot": here,
        "provider": chosen,
        "weather": shown,
        "report": report_of(here) if chosen else WeatherReport(),
        "page_obj": page,
        "warnings": [
            (row, row.ends_at > now and (paths is None or row.place.path.startswith(paths))) for row in page
        ],
        "tables": TABLES.values(),
        "may_warn": has_permission(request.user, DailyPermission.WARN),
        "may_keep": has_permission(request.user, DailyPermission.KEEP_TABLES),
    }
    return render(request, "daily/admin/overview.html", context)


@require_POST
@permit(DailyPermission.FETCH_WEATHER)
def fetch_weather(request: MemberRequest) -> HttpResponse:
    """Let a worker fetch the weather now."""
    if fetching.fetch_now(by=request.user):
        messages.success(request, _("已经安排，一会儿刷新这一页看结果。"))
    else:
        messages.error(request, _("天气来源还没有打开，请管理员在“网站设置”里选一个。"))
    return redirect("daily_office:overview")


@never_cache
@permit(DailyPermission.WARN)
def warn(request: MemberRequest) -> HttpResponse:
    """Issue a weather warning for a place that one works for."""
    places = Place.objects.none()
    for path in place_paths(request.user, DailyPermission.WARN) or ():
        places |= Place.objects.filter(path__startswith=path, retired_at=None)
    form = WarningForm(request.POST if request.method == "POST" else None, places=places.order_by("path"))
    if request.method == "POST" and form.is_valid():
        try:
            tables.issue_warning(by=request.user, **form.cleaned_data)
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            messages.success(request, _("预警已发布，首页上马上能看到。"))
            return redirect("daily_office:overview")
    context = {"form": form, "title": _("发布天气预警")}
    return render(request, "daily/admin/form.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(DailyPermission.WARN)
def lift(request: MemberRequest, public_id: str) -> HttpResponse:
    """End a warning before its time."""
    warning = get_object_or_404(WeatherWarning.objects.visible_to(request.user), public_id=public_id)
    try:
        tables.lift_warning(warning, by=request.user)
    except StepNotAllowed:
        messages.info(request, _("这条预警已经结束了。"))
    else:
        messages.success(request, _("预警已解除。"))
    return redirect("daily_office:overview")


@never_cache
@require_safe
@permit(DailyPermission.KEEP_TABLES)
def rows(request: MemberRequest, key: str) -> HttpResponse:
    """One of the office's tables."""
    table = _table(key)
    page = Paginator(table.model._default_manager.all(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "table": table,
        "page_obj": page,
        "heads": [name for name, _cell in table.columns],
        "rows": [(row, [cell(row) for _name, cell in table.columns]) for row in page],
    }
    return render(request, "daily/admin/rows.html", context)


@never_cache
@permit(DailyPermission.KEEP_TABLES)
def row(request: MemberRequest, key: str, pk: int = 0) -> HttpResponse:
    """Write a row of one of the office's tables, a new one or one that stands there."""
    table = _table(key)
    kept = get_object_or_404(table.model, pk=pk) if pk else table.model()
    form = table.form(request.POST if request.method == "POST" else None, instance=kept)
    if request.method == "POST" and form.is_valid():
        try:
            tables.keep_row(kept, values=form.cleaned_data, by=request.user)
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            messages.success(request, _("已保存，页面上马上生效。"))
            return redirect("daily_office:rows", key)
    context = {"form": form, "table": table, "title": table.name, "row": kept if pk else None}
    return render(request, "daily/admin/form.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(DailyPermission.KEEP_TABLES)
def remove(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Take a row away."""
    tables.remove_row(get_object_or_404(_table(key).model, pk=pk), by=request.user)
    messages.success(request, _("已删除。"))
    return redirect("daily_office:rows", key)
