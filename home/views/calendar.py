"""The calendar: a month at a time, and as a feed for other calendars (P10)."""

import calendar
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from daily.interfaces.forms import shown
from foundation.core.access.routes import open_to_all
from foundation.core.pages.version import kept
from foundation.core.zh.calendar import OVER, days_of
from foundation.core.zh.happenings import Happening, happenings
from home.interfaces import ics


@require_safe
@open_to_all("the calendar is for everybody; happenings start from what the reader may see")
def month(request: HttpRequest, month: str = "") -> HttpResponse:
    """Show a month, week by week; 404 for one that is too far away or none at all."""
    try:
        first = date.fromisoformat(f"{month}-01") if month else timezone.localdate().replace(day=1)
    except ValueError:
        raise Http404 from None
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    if not (shown(first) or shown(last)):
        raise Http404
    begins = first - timedelta(days=first.weekday())
    ends = last + timedelta(days=6 - last.weekday())
    days = days_of(begins, ends)
    by_day = _by_day(happenings(request.user, begins, ends))
    cells = [
        {"day": day, "in_month": first <= day.date <= last, "happenings": by_day[day.date]} for day in days
    ]
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    context: dict[str, Any] = {
        "first": first,
        "weeks": [cells[start : start + 7] for start in range(0, len(cells), 7)],
        "days": [cell for cell in cells if cell["in_month"]],
        "before": before.replace(day=1) if shown(before) else None,
        "after": after if shown(after) else None,
        "today": timezone.localdate(),
        "over": OVER if any(not day.known for day in days if first <= day.date <= last) else "",
    }
    return render(request, "home/calendar.html", context)


def _by_day(found: list[Happening]) -> dict[date, list[Happening]]:
    by_day = defaultdict(list)
    for one in found:
        by_day[timezone.localdate(one.starts)].append(one)
    return by_day


@require_safe
@open_to_all("other calendars read it, without anybody's session: only what visitors see is in it")
def feed(request: HttpRequest) -> HttpResponse:
    """The calendar as iCalendar (RFC 5545): days off, solar terms, what happens; with `?flag=1` also the flag."""
    with_flag = request.GET.get("flag") == "1"
    key = f"calendar.ics:{timezone.localdate()}:{with_flag}:{get_language()}"
    body, tag = kept(key, lambda: ics.calendar(with_flag=with_flag))
    etag = quote_etag(tag)
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="calendar.ics"'
    answer["ETag"] = etag
    answer["Cache-Control"] = "public, max-age=3600"
    return answer
