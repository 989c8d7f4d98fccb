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

from foundation.accounts.domain.queries.holders import named
from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.access.permissions import require
from foundation.core.access.roles import Role
from foundation.core.models import AuditEntry, Place
from office.domain.queries.sealed import sentences, subjects
from office.permissions import OfficePermission

PERSON = "person"
# What is logged and is no kind.
OTHERS: dict[str, str | Promise] = {"core.auditentry": _("日志记录"), "core.place": _("地点")}


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


def entries(filters: Filters, *, by: Any) -> QuerySet[AuditEntry]:
    """Return the entries that fit, newest first. Raises Refused without the right to read the log."""
    require(by, OfficePermission.READ_LOG)
    found = AuditEntry.objects.order_by("-seq")
    if filters.who:
        found = found.filter(actor_id__in=people_named(filters.who).values("pk"))
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


def people_named(who: str) -> QuerySet[User]:
    """Return those whom the log may be asked for by that name: part of it is enough, from two characters on."""
    return User.objects.get_queryset().filter(named(who))


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


@dataclass(frozen=True)
class Line:
    """An entry in words. `title` and `url` only of what the reader may see now.

    Of people the name always: whoever reads the log sees by name who acted, and so with whom it was about.
    """

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
    about = {row.seq: int(row.object_id) for row in rows if row.kind == PERSON and row.object_id.isdecimal()}
    actors = {row.actor_id for row in rows if row.actor_id}
    people = User.objects.get_queryset().in_bulk(actors | set(about.values()))
    of_house = subjects(rows)
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
        # A kind can tell better what an act did to it: an approved article is published, an upheld report is not.
        own = kind.audit if kind and isinstance(kind.audit, dict) else {}
        obj = objects.get((row.kind, row.object_id))
        actor = people.get(row.actor_id) if row.actor_id else None
        title = str(kind.title(obj)) if kind and obj is not None else of_house.get(row.seq, "")
        if (person := people.get(about.get(row.seq, 0))) is not None:
            title = person.display_name
        lines.append(
            Line(
                row,
                str(own.get(row.action) or words.get(row.action, row.action)),
                actor.display_name if actor else "",
                [str(Role(role).label) for role in row.role.split(",") if role in Role.values],
                str(kind.name) if kind else str(OTHERS.get(row.kind, row.kind)),
                places.get(row.place_path, ""),
                title,
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
