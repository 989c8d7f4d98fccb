"""Telling the people of a notice that it is there, what was added, and that they have not read it yet (P3)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone

from foundation.accounts.domain.queries.audience import people_of
from foundation.core import notify
from foundation.core.flow import chores, outbox
from foundation.core.pages import languages
from news.models import NoticePage

CHANNEL = "tell_notice"
AT_ONCE = 500


def tell_later(
    page: NoticePage, event: str, *, key: str, people: Iterable[int] | None = None, text: str = ""
) -> None:
    """Leave it to the worker to tell `people`, or all for whom the notice is; a known key is told once."""
    ids = [None] if people is None else _parts(list(people))
    outbox.enqueue_many(
        CHANNEL,
        [
            (
                f"notice:{page.pk}:{event}:{key}:{number}",
                {"notice": page.pk, "event": event, "text": text, "people": part},
            )
            for number, part in enumerate(ids)
        ],
    )


def _parts(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]


@outbox.handler(CHANNEL, inward=True)
def tell(key: str, payload: dict[str, Any]) -> None:
    """Tell the next few hundred, and leave the rest to rows of their own; nobody hears of what was withdrawn meanwhile."""
    page = NoticePage.objects.filter(pk=payload["notice"]).first()
    if page is None or not page.live or page.has_ended:
        return
    if payload["people"] is None:
        ids = list(people_of(page.scope).order_by("pk").values_list("pk", flat=True))
        parts = _parts(ids)
        outbox.enqueue_many(
            CHANNEL, [(f"{key}:{number}", {**payload, "people": part}) for number, part in enumerate(parts)]
        )
        return
    notify.emit(payload["event"], to=payload["people"], about=page, text=payload["text"])


def tell_if_due(page: NoticePage) -> bool:
    """Tell its people of an urgent notice, or one that they must read, the first time it is in force; say whether."""
    if page.locale_id != languages.first():
        # Its people were told of the original.
        return False
    if not page.is_in_force or not (page.level == NoticePage.Level.URGENT or page.must_read):
        return False
    # Two nodes may come to the same minute: one of them writes the row.
    now = timezone.now()
    if not NoticePage.objects.filter(pk=page.pk, told_at=None).update(told_at=now):
        return False
    page.told_at = now
    event = "urgent" if page.level == NoticePage.Level.URGENT else "must_read"
    tell_later(page, event, key="first")
    return True


@chores.each(chores.Rhythm.MINUTE)
def tell_what_began() -> int:
    """Tell of what was published for a time that has come; return of how many."""
    wanted = Q(level=NoticePage.Level.URGENT) | Q(must_read=True)
    waiting = NoticePage.objects.live().filter(wanted, told_at=None, locale=languages.first()).in_force()
    return sum(tell_if_due(page) for page in waiting)
