"""Which cars stay at home: for a tail or a plate, on a date (P6)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from daily.domain import limits, own_plates
from daily.domain.queries import plates as queries
from daily.interfaces.forms import PlateForm, TailForm
from foundation.core.access.routes import open_to_all


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_to_all("which cars stay at home is the city's word to everybody")
def plates(request: HttpRequest) -> HttpResponse:
    """Answer for a last sign by `?tail=&date=`, or for a whole plate in the body, which is written nowhere."""
    today = timezone.localdate()
    asked: dict[str, Any] = {}
    tail_form, plate_form = TailForm(initial={"date": today}), PlateForm(initial={"date": today})
    if request.method == "POST":
        plate_form = PlateForm(request.POST)
        if plate_form.is_valid():
            asked = plate_form.cleaned_data
    elif "tail" in request.GET:
        tail_form = TailForm({"tail": request.GET["tail"], "date": request.GET.get("date") or today})
        if tail_form.is_valid():
            asked = tail_form.cleaned_data
    days = queries.week_of(today)
    context = {
        "plate_form": plate_form,
        "tail_form": tail_form,
        "asked": asked.get("plate") or asked.get("tail", ""),
        "asked_day": asked.get("date"),
        "answer": queries.answer(asked.get("plate") or asked["tail"], asked["date"]) if asked else None,
        "days": days,
        "own": [
            (row, limits.answer(row.plate, days[0])) for row in own_plates.plates_of(request.user) if days[0]
        ],
        "today": today,
    }
    wrong = plate_form.errors or tail_form.errors
    return render(request, "daily/plates.html", context, status=422 if wrong else 200)
