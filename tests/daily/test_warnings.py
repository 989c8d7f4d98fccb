"""Staff warn by hand: for their own places, from and until a moment, and everybody sees it meanwhile (P4)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from daily.domain import tables
from daily.models import FlagTime, PlateRule, WeatherWarning
from foundation.core.access.permissions import Refused
from foundation.core.flow.models import AuditEntry
from foundation.core.flow.workflow import StepNotAllowed
from foundation.core.models import SpecialDay

pytestmark = [pytest.mark.row("P4"), pytest.mark.django_db]


def warn(by: Any, place: Any, **facts: Any) -> WeatherWarning:
    now = timezone.now()
    known = {
        "danger": "gale",
        "level": "orange",
        "text": "收好花盆。",
        "starts_at": now,
        "ends_at": now + timedelta(hours=6),
    }
    return tables.issue_warning(place=place, by=by, **{**known, **facts})


def test_it_stands_on_the_day_page_while_it_holds(person: Callable, places: dict, portal: Any) -> None:
    warn(person("clerk", roles=("staff",)), places["ginkgo"])
    assert "大风橙色预警" in Client().get("/today/").content.decode()
    with time_machine.travel(timezone.now() + timedelta(hours=7), tick=False):
        assert "大风橙色预警" not in Client().get("/today/").content.decode()


@pytest.mark.deny
def test_nobody_warns_beyond_her_own_places(person: Callable, places: dict) -> None:
    for who in (person("clerk", roles=("staff",)), person("lin"), person("editor", roles=("editor",))):
        with pytest.raises(Refused):
            warn(who, places["bridge"])
    warning = warn(person("clerk2", roles=("staff",), place="bridge"), places["bridge"])
    with pytest.raises(Refused):
        tables.lift_warning(warning, by=person("clerk3", roles=("staff",)))
    assert WeatherWarning.objects.count() == 1


@pytest.mark.deny
def test_the_form_offers_only_the_own_places(person: Callable, places: dict, portal: Any) -> None:
    client = Client()
    client.force_login(person("clerk", roles=("staff",)))
    page = client.get("/admin/daily/warn/").content.decode()
    assert "银杏里社区" in page
    assert "青石桥社区" not in page
    data = {
        "danger": "gale",
        "level": "red",
        "text": "x",
        "starts_at": "2026-11-30T08:00",
        "ends_at": "2026-11-30T09:00",
    }
    assert client.post("/admin/daily/warn/", {**data, "place": places["bridge"].pk}).status_code == 422
    assert client.post("/admin/daily/warn/", {**data, "place": places["ginkgo"].pk}).status_code == 302


def test_it_is_lifted_and_both_are_written_down(person: Callable, places: dict) -> None:
    clerk = person("clerk", roles=("staff",))
    warning = warn(clerk, places["ginkgo"])
    tables.lift_warning(warning, by=clerk)
    assert not WeatherWarning.objects.in_force(timezone.now()).exists()
    with pytest.raises(StepNotAllowed):
        tables.lift_warning(warning, by=clerk)
    coming = warn(clerk, places["ginkgo"], starts_at=timezone.now() + timedelta(hours=1))
    tables.lift_warning(coming, by=clerk)
    assert not WeatherWarning.objects.filter(pk=coming.pk).exists()
    written = AuditEntry.objects.filter(action__startswith="daily.").values_list("action", "place_path")
    assert list(written) == [
        (action, places["ginkgo"].path)
        for action in ("daily.warn", "daily.lift_warning", "daily.warn", "daily.lift_warning")
    ]


def test_the_worst_comes_first_and_a_place_hears_its_own(person: Callable, places: dict) -> None:
    street = person("boss", roles=("staff",), place="wutong")
    warn(street, places["ginkgo"], level="blue")
    warn(street, places["wutong"], level="red")
    warn(street, places["bridge"], level="yellow")
    assert [row.level for row in WeatherWarning.objects.in_force(timezone.now())] == ["red", "yellow", "blue"]
    building = places["ginkgo-3"]
    assert [row.level for row in WeatherWarning.objects.in_force(timezone.now()).reaching(building)] == [
        "red",
        "blue",
    ]


@pytest.mark.deny
def test_a_warning_ends_after_it_began(person: Callable, places: dict) -> None:
    now = timezone.now()
    with pytest.raises(ValidationError):
        warn(person("clerk", roles=("staff",)), places["ginkgo"], ends_at=now - timedelta(hours=1))
    for facts in ({"ends_at": now}, {"ends_at": now + timedelta(hours=1), "level": "pink"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            WeatherWarning.objects.create(
                place=places["ginkgo"], danger="gale", text="x", starts_at=now, **{"level": "red", **facts}
            )


TABLES = {
    "rules": (
        PlateRule,
        {
            "name": "限行",
            "area": "城区",
            "kind": "tails",
            "valid_from": "2026-09-28",
            "valid_until": "2026-12-27",
            "monday": "38",
            "swapped": "rest",
        },
        {"monday": "3x"},
    ),
    "flags": (FlagTime, {"date": "2026-10-01", "raised": "06:00", "lowered": "18:00"}, {"lowered": "05:00"}),
    "days": (
        SpecialDay,
        {"date": "2027-01-09", "kind": "work", "name": "元旦", "counts_as": "1"},
        {"kind": "off"},
    ),
}


@pytest.mark.row("P5", "P6", "P10")
@pytest.mark.parametrize(("key", "table"), TABLES.items(), ids=TABLES)
def test_the_office_keeps_its_tables(key: str, table: tuple, person: Callable, portal: Any) -> None:
    model, data, wrong = table
    client = Client()
    client.force_login(person("clerk", roles=("staff",)))
    assert client.post(f"/admin/daily/{key}/new/", {**data, **wrong}).status_code == 422
    assert client.post(f"/admin/daily/{key}/new/", data).status_code == 302
    row = model.objects.get()
    page = client.get(f"/admin/daily/{key}/{row.pk}/")
    assert page.status_code == 200
    changed = {**data, "name": "改了", "note": "改了"}
    assert client.post(f"/admin/daily/{key}/{row.pk}/", changed).status_code == 302
    row.refresh_from_db()
    assert "改了" in (getattr(row, "name", ""), getattr(row, "note", ""))
    assert client.get(f"/admin/daily/{key}/").status_code == 200
    client.post(f"/admin/daily/{key}/{row.pk}/remove/")
    assert not model.objects.exists()
    actions = AuditEntry.objects.filter(action__startswith="daily.").values_list("action", flat=True)
    assert list(actions) == ["daily.keep_row", "daily.keep_row", "daily.remove_row"]


@pytest.mark.deny
def test_residents_keep_no_tables(person: Callable) -> None:
    with pytest.raises(Refused):
        tables.keep_row(
            SpecialDay(), values={"date": "2027-01-01", "kind": "off", "name": "x"}, by=person("lin")
        )
    row = FlagTime.objects.create(date="2026-10-01")
    with pytest.raises(Refused):
        tables.remove_row(row, by=person("zhou"))
