"""Reading the audit log: filters, words, what an entry speaks of (O4)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.access.permissions import require
from foundation.core.access.roles import Role
from foundation.core.models import AuditEntry, Place
from office.permissions import OfficePermission


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What of the log is wanted; empty fields ask for nothing. Days are the community's, both included."""

    who: str = ""
    action: str = ""
    kind: str = ""
    object_id: str = ""
    place: Place | None = None
    since: date | None = None
    until: date | None = None


def sentences() -> dict[str, str | Promise]:
    """Return the words of every act that is logged."""
    return {
        action: words
        for kind in kinds.all_kinds().values()
        if isinstance(kind.audit, dict)
        for action, words in kind.audit.items()
    }


# What acts write into their sealed part, in words; names of fields stay as they are.
SEALED: dict[str, str | Promise] = {
    "after": _("改后"),
    "before": _("改前"),
    "days": _("天数"),
    "devices": _("设备数"),
    "entries": _("条数"),
    "filters": _("筛选条件"),
    "kind": _("种类"),
    "name": _("名称"),
    "note": _("说明"),
    "number": _("数量"),
    "reason": _("理由"),
    "role": _("角色"),
    "total": _("合计"),
    "type": _("类型"),
    "user": _("账号编号"),
    "what": _("措施"),
}


def sealed_in_words(data: dict[str, Any]) -> list[tuple[str | Promise | None, str, Any]]:
    """Return each part of what was sealed: its words, None where it has none, its name, and what it says."""
    return [(SEALED.get(name), name, value) for name, value in data.items()]


def entries(filters: Filters, *, by: Any) -> QuerySet[AuditEntry]:
    """Return the entries that fit, newest first. Raises Refused without the right to read the log."""
    require(by, OfficePermission.READ_LOG)
    found = AuditEntry.objects.order_by("-seq")
    if filters.who:
        people = User.objects.get_queryset().filter(
            display_name=filters.who
        ) | User.objects.get_queryset().filter(username=filters.who.lower())
        found = found.filter(actor_id__in=people.values("pk"))
    if filters.action:
        found = found.filter(action=filters.action)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.object_id:
        found = found.filter(object_id=filters.object_id)
    if filters.place is not None:
        found = found.filter(place_path__startswith=filters.place.path)
    if filters.since:
        found = found.filter(at__gte=_start(filters.since))
    if filters.until:
        found = found.filter(at__lt=_start(filters.until + timedelta(days=1)))
    return found


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


@dataclass(frozen=True)
class Line:
    """An entry in words. `title` and `url` only of what the reader may see now."""

    entry: AuditEntry
    sentence: str
    who: str
    roles: list[str]
    kind: str
    place: str
    title: str = ""
    url: str = ""


def in_words(found: Iterable[AuditEntry], reader: Any) -> list[Line]:
    """Put entries into words: one query for the people, one for the places, one for each kind among them."""
    rows = list(found)
    words = sentences()
    people = User.objects.get_queryset().in_bulk({row.actor_id for row in rows if row.actor_id})
    paths = {row.place_path for row in rows if row.place_path}
    places = dict(Place.objects.filter(path__in=paths).values_list("path", "name"))
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.kind in kinds.all_kinds() and row.object_id:
            wanted[row.kind].add(row.object_id)
    objects = {
        (key, str(obj.pk)): obj
        for key, ids in wanted.items()
        # Reading the log is no key to what people keep to themselves.
        for obj in kinds.get(key).visible_to(reader).filter(pk__in=ids)
    }
    lines = []
    for row in rows:
        kind = kinds.all_kinds().get(row.kind)
        obj = objects.get((row.kind, row.object_id))
        actor = people.get(row.actor_id) if row.actor_id else None
        lines.append(
            Line(
                row,
                str(words.get(row.action, row.action)),
                actor.display_name if actor else "",
                [str(Role(role).label) for role in row.role.split(",") if role in Role.values],
                str(kind.name) if kind else row.kind,
                places.get(row.place_path, ""),
                str(kind.title(obj)) if kind and obj is not None else "",
                kind.url(obj) if kind and obj is not None else "",
            )
        )
    return lines


def in_chunks(found: QuerySet[AuditEntry], reader: Any, *, size: int = 500) -> Iterator[Line]:
    """Yield many entries in words, so many at a time."""
    chunk: list[AuditEntry] = []
    for row in found.iterator(chunk_size=size):
        chunk.append(row)
        if len(chunk) == size:
            yield from in_words(chunk, reader)
            chunk = []
    yield from in_words(chunk, reader)
