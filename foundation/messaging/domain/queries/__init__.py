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
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        wanted[row.kind].add(row.object_id)
    seen = {}
    for key, ids in wanted.items():
        for obj in kinds.get(key).visible_to(user).filter(pk__in=ids):
            seen[key, str(obj.pk)] = obj
    return [_told(row, seen.get((row.kind, row.object_id))) for row in rows]


def _told(row: Notification, obj: Any) -> Told:
    kind = kinds.get(row.kind)
    sentences: dict[str, str | Promise] = {} if isinstance(kind.notify, kinds.Without) else kind.notify
    sentence = str(sentences.get(row.event, row.event)) % {"who": row.by.display_name if row.by else ""}
    return Told(row, sentence, kind.title(obj) if obj else "", kind.url(obj) if obj else "")
