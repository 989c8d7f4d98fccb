"""What the notification centre shows: bundles as one line each, read page by page and never as a whole.

Lines come from an index that holds only the newest row of each bundle. Of each line's bundle the newest
PEEK rows are looked up for names and the newest MANY for the number; so a page reads the same whether there are
thirty rows or fifty thousand, and always with the same number of statements.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import IntegerField, OuterRef, Q, Subquery
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core import badges, kinds
from foundation.core.facets import EventGroup
from foundation.messaging.domain.queries.words import MANY, Told, in_words, names_in_words
from foundation.messaging.models import Mute, Notification
from foundation.messaging.models.notification import NotificationQuerySet

PER_PAGE = 20
PEEK = 5
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def _with_own_sign() -> Q:
    """Return the condition of being counted under a sign of its own."""
    found = Q(pk__in=[])
    for kind in kinds.all_kinds().values():
        for name, event in kind.events.items():
            if event.own_sign:
                found |= Q(kind=kind.key, event=name)
    return found


def _unread(user: Any) -> NotificationQuerySet:
    rows = Notification.objects.visible_to(user).filter(read_at__isnull=True)
    return rows.exclude(_with_own_sign()).lines()[:MANY]


def unread_count(user: Any) -> int:
    """Return how many lines `user` has not opened, counted up to MANY; what has a sign of its own counts there."""
    return _unread(user).count()


def header_counts(user: Any) -> dict[str, int]:
    """Return what `unread_count` gives as `unread`, and the number of every sign beside the bell, in one statement."""
    signs: dict[str, Subquery] = {"unread": _Number(_unread(user).values("pk"), output_field=IntegerField())}
    for name, number in badges.numbers(user).items():
        signs[name] = Subquery(number, output_field=IntegerField())
    rows = User.objects.get_queryset().filter(pk=user.pk).order_by()
    found: Any = rows.values(**signs).first()
    return {name: (found or {}).get(name) or 0 for name in signs}


class _People(Subquery):
    """How many different people stand in the rows that the subquery cuts out."""

    template = "(SELECT COUNT(DISTINCT by_id) FROM (%(subquery)s) newest)"


class _Number(Subquery):
    """How many rows the subquery cuts out."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) newest)"


@dataclass(frozen=True)
class Line:
    """A bundle as one line; `told` puts its newest row into words."""

    told: Told
    may_mute_thread: bool
    # Those whom it bundles, the newest PEEK of them, each of whom can be muted: address name and name.
    may_mute: Sequence[tuple[str, str]]

    @property
    def row(self) -> Notification:
        return self.told.notification

    @property
    def day(self) -> date:
        return timezone.localdate(self.row.created_at)


@dataclass(frozen=True)
class Page:
    """Some lines, newest first; `older` is what the address of the next page names, "" on the last."""

    lines: Sequence[Line]
    older: str


def page_of(
    user: Any, *, before: str = "", group: str = "", unread: bool = False, per_page: int = PER_PAGE
) -> Page:
    """Return the lines before the place that `before` names (`Page.older`; nonsense is the beginning)."""
    rows = Notification.objects.visible_to(user).lines()
    if group:
        rows = rows.filter(group=group)
    if unread:
        # A new row is unread, and opening a line reads all of it: the newest speaks for the others.
        rows = rows.filter(read_at__isnull=True)
    if place := _place(before):
        moment, pk = place
        rows = rows.filter(created_at__lte=moment).filter(Q(created_at__lt=moment) | Q(pk__lt=pk))
    rows = _with_people(rows).select_related("by__avatar").order_by("-created_at", "-id")
    found: list[Any] = list(rows[: per_page + 1])
    shown = found[:per_page]
    people = _people(shown)
    told = in_words(shown, user, _names(shown, people), {row.pk: row.number for row in shown})
    return Page([_line(one, people) for one in told], _cursor(shown[-1]) if len(found) > per_page else "")


def mute_of(user: Any, pk: str) -> tuple[Mute, str] | None:
    """Return one of the mutes of `user` with its name, by what stands in an address; None where there is none."""
    if not (pk.isascii() and pk.isdigit()):
        return None
    return next((found for found in mutes_of(user) if str(found[0].pk) == pk), None)


def mutes_of(user: Any) -> list[tuple[Mute, str]]:
    """Return what `user` muted, newest first, with its name as she may see it now."""
    mutes = list(Mute.objects.filter(user_id=user.pk).select_related("person").order_by("-pk")[:MANY])
    wanted: dict[str, set[str]] = {}
    for mute in mutes:
        if mute.thread:
            key, _colon, pk = mute.thread.partition(":")
            wanted.setdefault(key, set()).add(pk)
    titles = {
        f"{key}:{obj.pk}": kind.title(obj)
        for key, ids in wanted.items()
        if (kind := kinds.all_kinds().get(key))
        for obj in kind.visible_to(user).filter(pk__in=ids)
    }
    return [
        (mute, mute.person.display_name if mute.person else titles.get(mute.thread, "")) for mute in mutes
    ]


def _with_people(rows: NotificationQuerySet) -> NotificationQuerySet:
    same = (
        Notification.objects.filter(user_id=OuterRef("user_id"), bundle=OuterRef("bundle"), on_site=True)
        .order_by("-created_at", "-id")
        .values("by_id")
    )
    peeked = {f"by_{number}": Subquery(same[number : number + 1]) for number in range(1, PEEK)}
    return rows.annotate(
        people=_People(same[:MANY], output_field=IntegerField()),
        number=_Number(same.values("pk")[:MANY], output_field=IntegerField()),
        **peeked,
    )


def _people(rows: Sequence[Any]) -> dict[int, list[tuple[str, str]]]:
    """Return, by the key of each line's newest row, who stands in it: address name and name, the newest first."""
    others = {row.pk: _others(row) for row in rows}
    wanted = {pk for ids in others.values() for pk in ids}
    known = {
        pk: (username, name)
        for pk, username, name in User.objects.filter(pk__in=wanted).values_list(
            "pk", "username", "display_name"
        )
    }
    return {
        row.pk: [
            (row.by.username, row.by.display_name),
            *(known[pk] for pk in others[row.pk] if pk in known),
        ]
        for row in rows
        if row.by is not None
    }


def _names(rows: Sequence[Any], people: dict[int, list[tuple[str, str]]]) -> dict[int, str]:
    """Name, by the key of each line's newest row, whom it is about."""
    return {
        row.pk: names_in_words([name for _username, name in people[row.pk]], row.people)
        for row in rows
        if row.pk in people
    }


def _others(row: Any) -> list[int]:
    ids = dict.fromkeys(getattr(row, f"by_{number}") for number in range(1, PEEK))
    return [pk for pk in ids if pk is not None and pk != row.by_id]


def _line(told: Told, people: dict[int, list[tuple[str, str]]]) -> Line:
    row = told.notification
    event = kinds.get(row.kind).events.get(row.event)
    mutable = event is not None and not event.urgent and row.group != EventGroup.WORK
    return Line(
        told,
        # A person is muted as one: with what she does, not as a thing.
        may_mute_thread=mutable and bool(row.thread) and not row.thread.startswith("person:"),
        may_mute=people.get(row.pk, ()) if mutable else (),
    )


def _cursor(row: Notification) -> str:
    return f"{(row.created_at - EPOCH) // timedelta(microseconds=1)}-{row.pk}"


def _place(before: str) -> tuple[datetime, int] | None:
    found = re.fullmatch(r"(\d{1,17})-(\d{1,18})", before, re.ASCII)
    if not found:
        return None
    return EPOCH + timedelta(microseconds=int(found[1])), int(found[2])
