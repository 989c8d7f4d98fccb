"""必读: who has read a notice, who has not, and one reminder a day to those (P3).

Whom a notice is for is asked anew each time: who moves away leaves both numbers, who moves in enters the larger one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.domain.queries.audience import people_of
from foundation.accounts.models import User
from foundation.core.access import scopes
from foundation.core.access.permissions import has_permission, place_paths, require
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.models import Place
from news.domain import telling
from news.models import NoticePage, NoticeReading, NoticeReminder
from news.models.audience import chain, reader_of
from news.permissions import NewsPermission

MOST_NAMES = 500


@dataclass(frozen=True)
class Asked:
    """What a notice that must be read asks of one reader."""

    confirmed: bool


def asked_of(page: NoticePage, user: Any) -> Asked | None:
    """Return what the notice asks of a reader; None where it asks nothing of her."""
    if not page.must_read or not user.is_authenticated or page.pk is None:
        return None
    if page.is_over or not has_permission(user, NewsPermission.CONFIRM_NOTICE):
        return None
    return Asked(NoticeReading.objects.filter(notice=page.original, user_id=user.pk).exists())


@transaction.atomic
def confirm(page: NoticePage, *, by: Any) -> bool:
    """Write down that somebody has read a notice; say whether that is new.

    Raises Refused, StepNotAllowed where the notice asks nothing of her.
    """
    require(by, NewsPermission.CONFIRM_NOTICE)
    if not page.must_read or page.hidden_from(by):
        raise StepNotAllowed("confirm", "nothing is asked")
    _row, new = NoticeReading.objects.get_or_create(notice=page.original, user_id=by.pk)
    return new


def read_by(user: Any, notices: Iterable[int]) -> set[int]:
    """Return which of the notices somebody has confirmed."""
    mine = NoticeReading.objects.filter(user_id=user.pk, notice_id__in=list(notices))
    return set(mine.values_list("notice_id", flat=True))


@dataclass(frozen=True)
class Row:
    """How many of the people of one place have read."""

    place: Place
    read: int
    people: int
    depth: int

    @property
    def unread(self) -> int:
        return self.people - self.read

    @property
    def percent(self) -> int:
        return round(100 * self.read / self.people) if self.people else 0


@dataclass(frozen=True)
class Standing:
    """已读 n/m, whole and by place."""

    read: int
    people: int
    rows: list[Row]

    @property
    def unread(self) -> int:
        return self.people - self.read

    @property
    def percent(self) -> int:
        return round(100 * self.read / self.people) if self.people else 0


def _audience(page: NoticePage, paths: tuple[str, ...] | None) -> QuerySet[User]:
    """Return for whom the notice is, of the places that somebody answers for (None: all)."""
    people = people_of(page.scope)
    if paths is None or (page.scope_level == scopes.PLACE and page.scope_ref.startswith(paths)):
        return people
    found = people.none()
    for path in paths:
        found |= people.filter(place__path__startswith=path)
    return found


def _read(page: NoticePage) -> Exists:
    return Exists(NoticeReading.objects.filter(notice=page, user=OuterRef("pk")))


def answers_for(user: Any) -> tuple[str, ...] | None:
    """Return the places whose readers somebody sees: editors see the numbers of all, staff those of theirs."""
    if has_permission(user, NewsPermission.PUBLISH_NOTICES):
        return None
    return place_paths(user, NewsPermission.PUBLISH_LOCALLY)


def standing_of(page: NoticePage, *, by: Any) -> Standing:
    """Count who has read, by place; each place has those of all below it. Raises Refused."""
    require(by, NewsPermission.OPEN_NOTICES)
    people = _audience(page, answers_for(by))
    counted = (
        people.annotate(has_read=_read(page))
        .order_by()
        .values("place__path", "has_read")
        .annotate(n=Count("pk"))
    )
    numbers: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    total = [0, 0]
    for row in counted:
        for path in (*chain(row["place__path"] or ""), None):
            pair = total if path is None else numbers[path]
            pair[0] += row["n"] if row["has_read"] else 0
            pair[1] += row["n"]
    allowed = answers_for(by)
    places = Place.objects.filter(path__in=[*numbers]).order_by("path")
    shown = [place for place in places if allowed is None or place.path.startswith(allowed)]
    top = min((place.depth for place in shown), default=1)
    rows = [Row(place, numbers[place.path][0], numbers[place.path][1], place.depth - top) for place in shown]
    return Standing(total[0], total[1], rows)


@transaction.atomic
def unread_names(page: NoticePage, *, place: Place, purpose: str, by: Any) -> list[User]:
    """Return who of a place has not read, at most one more than MOST_NAMES; that they looked, and why, is written down.

    Raises Refused.
    """
    require(by, NewsPermission.PUBLISH_LOCALLY, place_path=place.path)
    unread = _audience(page, (place.path,)).filter(~_read(page)).select_related("place")
    # One more than are shown says that there are more.
    names = list(unread.order_by("place__path", "verified_name", "pk")[: MOST_NAMES + 1])
    audit.append(
        "news.read_unread_names",
        by=by,
        obj=page,
        place_path=place.path,
        purpose=purpose,
        data={"people": [person.pk for person in names[:MOST_NAMES]]},
    )
    return names


@transaction.atomic
def remind(page: NoticePage, *, by: Any) -> int:
    """Tell those who have not read, once more; return how many. Raises Refused, GuardFails for the second time a day."""
    require(by, NewsPermission.OPEN_NOTICES)
    paths = answers_for(by)
    locked = NoticePage.objects.select_for_update(of=("self",)).get(pk=page.pk)
    if not locked.must_read or not locked.is_in_force or not reader_of(by).may_read(locked.scope):
        raise GuardFails(_("这条公告现在不需要提醒。"))
    today = timezone.localdate()
    earlier = NoticeReminder.objects.filter(notice=locked, day=today).values_list("place_path", flat=True)
    mine = ("",) if paths is None else paths
    if any(old.startswith(path) or path.startswith(old) for old in earlier for path in mine):
        raise GuardFails(_("今天已经提醒过了，明天还没读的可以再提醒。"))
    unread = _audience(locked, paths).filter(~_read(locked))
    ids = list(unread.values_list("pk", flat=True))
    for path in mine:
        NoticeReminder.objects.create(notice=locked, place_path=path, day=today, number=len(ids), by_id=by.pk)
    telling.tell_later(locked, "reminded", people=ids, key=f"{today:%Y%m%d}:{','.join(mine)}")
    audit.append("news.remind_unread", by=by, obj=locked, place_path=mine[0], data={"number": len(ids)})
    return len(ids)
