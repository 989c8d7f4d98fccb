"""The calendar for other calendars (P10): valid, the same day by the same name, unchanged while nothing changes."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from foundation.core.models import SpecialDay
from foundation.core.pages import version
from foundation.core.zh import happenings
from foundation.core.zh.happenings import Happening

pytestmark = [pytest.mark.row("P10"), pytest.mark.django_db]
BEIJING = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 9, 1, 9, 0, tzinfo=BEIJING)


@pytest.fixture(autouse=True)
def clock(portal: Any) -> Any:
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


def feed(path: str = "/calendar.ics") -> dict[str, Any]:
    answer = Client().get(path)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    read = Calendar.from_ical(answer.content)
    return {str(event["uid"]).partition("@")[0]: event for event in read.walk("VEVENT")}


def test_days_off_in_one_piece_worked_weekends_and_terms() -> None:
    found = feed()
    off = found["holiday-2026-10-01"]
    assert str(off["summary"]) == "国庆节放假"
    assert (off["dtstart"].dt, off["dtend"].dt) == (date(2026, 10, 1), date(2026, 10, 8))
    assert str(found["workday-2026-10-10"]["summary"]) == "国庆节调休上班"
    assert str(found["term-2026-10-23"]["summary"]) == "霜降"
    assert str(found["festival-2026-09-25-0"]["summary"]) == "中秋节"
    assert not [uid for uid in found if uid.startswith("flag-")]


@pytest.mark.row("P5")
def test_the_flag_comes_only_where_it_is_asked_for() -> None:
    found = feed("/calendar.ics?flag=1")
    assert found["flag-raise-2026-09-01"]["dtstart"].dt.astimezone(BEIJING).time() < time(6)
    assert len([uid for uid in found if uid.startswith("flag-")]) == 60


def test_nothing_is_twice_and_everything_has_its_name_for_good(clock: Any) -> None:
    answer = Client().get("/calendar.ics")
    uids = [str(event["uid"]) for event in Calendar.from_ical(answer.content).walk("VEVENT")]
    assert len(uids) == len(set(uids))
    before = set(feed())
    clock.shift(timedelta(days=1))
    assert len(before - set(feed())) <= 1


def test_who_has_it_already_is_sent_nothing(clock: Any) -> None:
    first = Client().get("/calendar.ics")
    again = Client().get("/calendar.ics", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    clock.shift(timedelta(hours=5))
    version.portal_changed()
    assert Client().get("/calendar.ics")["ETag"] == first["ETag"], "what is the same has the same tag"
    SpecialDay.objects.create(date=date(2026, 9, 3), kind="off", name="校庆")
    changed = Client().get("/calendar.ics", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "校庆放假" in changed.content.decode()


@pytest.mark.deny
def test_it_holds_what_visitors_see_and_no_session(person: Callable) -> None:
    starts = MORNING + timedelta(days=1)

    def between(user: Any, first: date, last: date) -> list[Happening]:
        title = "公开的" if user is None else "看得到更多"
        return [Happening(uid="event-1", title=title, url="/events/1/", starts=starts, where="活动室")]

    happenings.register_source("test", between)
    try:
        client = Client()
        client.force_login(person("lin"))
        text = client.get("/calendar.ics").content.decode()
        assert "公开的" in text
        assert "看得到更多" not in text
        event = feed()["event-1"]
        assert str(event["location"]) == "活动室"
        assert str(event["url"]).startswith("http")
    finally:
        happenings.forget_source("test")
