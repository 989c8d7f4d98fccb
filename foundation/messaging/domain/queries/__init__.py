"""What the notification page shows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from foundation.core import kinds
from foundation.messaging.models import Notification


def unread_count(user: Any) -> int:
    """Return how many notifications `user` has not opened."""
    return Notification.objects.visible_to(user).filter(read_at__isnull=True).count()


@dataclass(frozen=True)
class Told:
    """A notification in words. `url` is empty where the object is gone or was hidden from the reader."""

    notification: Notification
    sentence: str
    title: str
    url: str


def in_words(notifications: Iterable[Notification], user: Any) -> Sequence[Told]:
    """Put notifications into sentences, reading each kind's objects once, as `user` may see them now."""
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
    return [_told(row, seen.get((row.kind, _to_work(row), row.object_id))) for row in rows]


def _to_work(row: Notification) -> bool:
    """Say whether it sends the reader back to her work, not to what everybody sees."""
    work = kinds.get(row.kind).work
    return work is not None and row.event in work.events


def _told(row: Notification, obj: Any) -> Told:
    kind = kinds.get(row.kind)
    shown = kind.work if _to_work(row) and kind.work else kind
    sentences: dict[str, str | Promise] = {} if isinstance(kind.notify, kinds.Without) else kind.notify
    sentence = str(sentences.get(row.event, row.event)) % {"who": row.by.display_name if row.by else ""}
    return Told(row, sentence, shown.title(obj) if obj else "", shown.url(obj) if obj else "")
