"""The day page: dates, weather, flag, plates, warnings and what happens in the community (P10)."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from daily.domain.queries.day import day_page
from daily.interfaces.forms import shown
from foundation.core.access.routes import open_to_all


@require_safe
@open_to_all("what day it is, is for everybody; happenings start from what the reader may see")
def today(request: HttpRequest, day: str = "") -> HttpResponse:
    """Show today, or the date in the address; 404 for one that is too far away or none at all."""
    try:
        wanted = date.fromisoformat(day) if day else timezone.localdate()
    except ValueError:
        raise Http404 from None
    if not shown(wanted):
        raise Http404
    around = {name: wanted + timedelta(days=step) for name, step in (("before", -1), ("after", 1))}
    context = {
        "page": day_page(wanted, request.user),
        "today": timezone.localdate(),
        "has_address": bool(day),
    }
    context |= {name: one if shown(one) else None for name, one in around.items()}
    return render(request, "home/today.html", context)
