"""The demo's notices: for everybody, a building, the institutions, the staff; one urgent, some to be confirmed."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from foundation.accounts.domain.queries.audience import people_of
from foundation.accounts.models import User
from foundation.core.access import scopes
from foundation.core.access.scopes import Scope
from foundation.core.models import Place
from home.domain.frame import Frame
from linli.demo.content import ago, dated, read
from linli.demo.portal import Pictures, body_of
from news.models import NoticePage, NoticeReading, NoticeUpdate

# Of five people so many have read what most have read.
OF_FIVE = 3


def make_notices(frame: Frame, people: dict[str, User], places: dict[str, Place], pictures: Pictures) -> None:
    """Publish the notices, as if weeks ago: nobody is told of them now."""
    for row in sorted(read("notices"), key=lambda row: -row["days_ago"]):
        page = NoticePage(
            title=row["title"],
            slug=row["slug"],
            level=row["level"],
            summary=dated(row["summary"]),
            audience=row["audience"],
            must_read=row.get("must_read", False),
            published_on=ago(row["days_ago"]),
            told_at=ago(row["days_ago"]),
            valid_until=timezone.now() + timedelta(days=row["until_days"]) if row["until_days"] else None,
            body=body_of(row["body"], pictures),
            owner=people["editor"],
            live=False,
            place=places[row["about"]] if "about" in row else None,
        )
        page.scope = _scope(row.get("scope", scopes.PUBLIC), places)
        frame.notices.add_child(instance=page)
        page.save_revision(user=people["editor"]).publish(
            user=people["reviewer"], skip_permission_checks=True
        )
        for update in row.get("updates", ()):
            NoticeUpdate.objects.create(
                notice=page, text=update["text"], at=ago(update["hours_ago"] / 24), by=people["staff"]
            )
        _read(page, row.get("read_by", ()), people)


def _scope(written: str, places: dict[str, Place]) -> Scope:
    level, _colon, ref = written.partition(":")
    return Scope(level, places[ref].path if level == scopes.PLACE else ref)


def _read(page: NoticePage, by: Any, people: dict[str, User]) -> None:
    if by == "most":
        # Who shows the demo still finds it unread.
        everybody = people_of(page.scope).exclude(pk=people["resident"].pk).order_by("pk")
        readers = [one for number, one in enumerate(everybody) if number % 5 < OF_FIVE]
    else:
        readers = [people[name] for name in by]
    NoticeReading.objects.bulk_create(NoticeReading(notice=page, user=one) for one in readers)
