"""Notifications in sentences, of what the reader may still see."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from foundation.core import kinds
from foundation.messaging.models import Notification

# Counting goes no further.
MANY = 100


@dataclass(frozen=True)
class Told:
    """A notification in words. `url` is empty where the object is gone or was hidden from the reader."""

    notification: Notification
    sentence: str
    title: str
    url: str


def in_words(
    notifications: Iterable[Notification],
    user: Any,
    who: Mapping[int, str] | None = None,
    numbers: Mapping[int, int] | None = None,
) -> Sequence[Told]:
    """Put notifications into sentences, reading each kind's objects once, as `user` may see them now.

    `who` names, by the key of the notification, the people where they are several; `numbers` how many notifications
    it stands for.
    """
    rows = list(notifications)
    wanted: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for row in rows:
        wanted[row.kind, _to_work(row)].add(row.object_id)
    seen = {}
    for (key, to_work), ids in wanted.items():
        kind = kinds.get(key)
        found = kind.work.rows(user) if to_work and kind.work else kind.visible_to(user)
        for obj in found.filter(pk__in=ids):
            seen[key, to_work, str(obj.pk)] = obj
    return [
        _several(row, number)
        if (number := (numbers or {}).get(row.pk, 1)) > 1 and _many(row)
        else _told(row, seen.get((row.kind, _to_work(row), row.object_id)), (who or {}).get(row.pk, ""))
        for row in rows
    ]


def bundled(row: Notification) -> int:
    """Return how many notifications the line of `row` stands for, counted up to MANY."""
    same = Notification.objects.filter(user_id=row.user_id, bundle=row.bundle, on_site=True)
    return same[:MANY].count()


def names_in_words(names: Sequence[str], number: int) -> str:
    """Say who it was: 林秋雨; 林秋雨、周叶; 林秋雨、周叶 等 5 人."""
    shown = pgettext("between names", "、").join(names[:2])
    if number >= MANY:
        return _("%(names)s 等 %(number)s 多人") % {"names": shown, "number": MANY}
    return _("%(names)s 等 %(number)s 人") % {"names": shown, "number": number} if number > 2 else shown


def _to_work(row: Notification) -> bool:
    """Say whether it sends the reader back to her work, not to what everybody sees."""
    work = kinds.get(row.kind).work
    return work is not None and row.event in work.events


def _many(row: Notification) -> bool:
    event = kinds.get(row.kind).events.get(row.event)
    return event is not None and bool(event.many)


def _several(row: Notification, number: int) -> Told:
    """What a line says of several things of which each could be opened: how many, and where they all are."""
    event = kinds.get(row.kind).events[row.event]
    return Told(row, str(event.many) % {"number": number}, "", reverse(event.overview))


def _told(row: Notification, obj: Any, who: str) -> Told:
    kind = kinds.get(row.kind)
    shown = kind.work if _to_work(row) and kind.work else kind
    who = who or (row.by.display_name if row.by else "")
    event = kind.events.get(row.event)
    sentence = str(event.words if event else row.event) % {"who": who}
    return Told(row, sentence, shown.title(obj) if obj else "", shown.url(obj) if obj else "")
