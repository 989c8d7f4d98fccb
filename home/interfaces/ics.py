"""The calendar for other calendars (RFC 5545): the same words for the same day, so that nobody is told twice."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from daily.domain.queries.flag import flags_of
from daily.domain.spot import spot
from foundation.core.models import SiteSettings
from foundation.core.zh.calendar import Day, days_of
from foundation.core.zh.happenings import happenings

BACK, AHEAD = timedelta(days=60), timedelta(days=400)
FLAG_DAYS = 30
DAY = timedelta(days=1)


def calendar(*, with_flag: bool) -> tuple[bytes, str]:
    """Return the feed and its digest; both stay the same while nothing in it changes, whenever it is asked for."""
    today = timezone.localdate()
    first, last = today - BACK, today + AHEAD
    # By whatever address it is asked for, the same day keeps its name.
    host = urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "localhost"
    feed = Calendar()
    feed.add("prodid", "-//Linli//Calendar//ZH")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", SiteSettings.current().community_name)
    feed.add("x-wr-timezone", timezone.get_default_timezone_name())
    days = days_of(first, last)
    events = [*_holidays(days), *_terms(days), *_happenings(first, last)]
    for event in (*events, *(_flags(today) if with_flag else ())):
        event.add("uid", f"{event.pop('uid')}@{host}")
        feed.add_component(event)
    body = feed.to_ical()
    return body, hashlib.sha256(body).hexdigest()[:32]


def _event(uid: str, title: str, begins: date | datetime, ends: date | datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("summary", title)
    event.add("dtstart", begins)
    event.add("dtend", ends)
    # When it was written down: of no use to a reader, and never the moment of asking.
    stamp = begins if isinstance(begins, datetime) else datetime.combine(begins, time(), UTC)
    event.add("dtstamp", stamp.astimezone(UTC))
    return event


def _whole_days(uid: str, title: str, begins: date, days: int = 1) -> Event:
    event = _event(uid, title, begins, begins + timedelta(days=days))
    event.add("transp", "TRANSPARENT")
    return event


def _holidays(days: list[Day]) -> Iterator[Event]:
    """Days off in one piece each, and every weekend that is worked."""
    for (name, off), found in groupby(days, key=lambda day: (str(day.holiday), day.is_off)):
        if not name:
            continue
        piece = list(found)
        if off:
            begins = piece[0].date
            yield _whole_days(f"holiday-{begins}", piece[0].words, begins, len(piece))
        else:
            yield from (_whole_days(f"workday-{day.date}", day.words, day.date) for day in piece)


def _terms(days: list[Day]) -> Iterator[Event]:
    for day in days:
        if day.term:
            yield _whole_days(f"term-{day.date}", str(day.term.name), day.date)
        for number, festival in enumerate(day.festivals):
            yield _whole_days(f"festival-{day.date}-{number}", str(festival), day.date)


def _flags(today: date) -> Iterator[Event]:
    for flag in flags_of(today, FLAG_DAYS, spot()):
        for word, title, moment in (("raise", _("升旗"), flag.raised), ("lower", _("降旗"), flag.lowered)):
            if moment is not None:
                at = timezone.make_aware(datetime.combine(flag.date, moment))
                yield _event(f"flag-{word}-{flag.date}", title, at, at + timedelta(minutes=5))


def _happenings(first: date, last: date) -> Iterator[Event]:
    for one in happenings(None, first, last):
        event = _event(one.uid, one.title, one.starts, one.ends or one.starts + timedelta(hours=1))
        event.add("url", settings.WAGTAILADMIN_BASE_URL.rstrip("/") + one.url)
        if one.where:
            event.add("location", one.where)
        yield event
