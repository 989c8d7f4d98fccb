"""已读 n/m of many notices at once, for lists: the same numbers as `receipts.standing_of`, in a fixed number of statements."""

from collections import defaultdict
from typing import Any

from django.db.models import Count

from foundation.accounts.domain.queries.audience import people_of
from foundation.accounts.models import RoleAssignment
from foundation.core.access import scopes
from foundation.core.access.permissions import require
from foundation.core.access.roles import PLACED
from foundation.core.access.scopes import Scope
from news.domain.receipts import answers_for
from news.models import NoticePage, NoticeReading
from news.permissions import NewsPermission

type Paths = tuple[str, ...] | None


class Tallies:
    """Numbers by place, read once for all notices of a list."""

    def __init__(self, pages: list[NoticePage], allowed: Paths) -> None:
        self.pages, self.allowed = pages, allowed
        residents = people_of(Scope(scopes.RESIDENTS))
        self.readings = NoticeReading.objects.filter(notice__in=pages)
        homes = residents.order_by().values_list("place__path").annotate(number=Count("pk"))
        self.homes = {path or "": number for path, number in homes}
        self.read: dict[int, dict[str, int]] = defaultdict(dict)
        read = (
            self.readings.filter(user__in=residents).order_by().values_list("notice_id", "user__place__path")
        )
        for notice, path, number in read.annotate(number=Count("pk")):
            self.read[notice][path or ""] = number
        staff = RoleAssignment.objects.filter(role__in=[str(role) for role in PLACED], user__in=residents)
        # Who works at a place and lives elsewhere is of its people, too.
        self.staff = set(staff.values_list("user_id", "user__place__path", "place__path"))
        ids = {pk for pk, _home, _place in self.staff}
        self.read_by_staff = set(self.readings.filter(user__in=ids).values_list("notice_id", "user_id"))
        self.groups: dict[Scope, tuple[int, dict[int, int]]] = {}

    def of(self, page: NoticePage) -> tuple[int, int]:
        """Return how many have read a notice, and of how many."""
        scope, read = page.scope, self.read[page.pk]
        if scope.level == scopes.ROLE:
            people, by_notice = self._group(scope)
            return by_notice.get(page.pk, 0), people
        here = scope.ref if scope.level == scopes.PLACE else ""
        whole = self.allowed is None or (bool(here) and here.startswith(self.allowed))
        within = (here,) if whole else self.allowed or ()
        homes = [path for path in self.homes if path.startswith(here) and path.startswith(within)]
        numbers = [sum(read.get(path, 0) for path in homes), sum(self.homes[path] for path in homes)]
        if here and whole:
            from_elsewhere = {
                pk
                for pk, home, place in self.staff
                if place.startswith(here) and not (home or "").startswith(here)
            }
            numbers[0] += sum((page.pk, pk) in self.read_by_staff for pk in from_elsewhere)
            numbers[1] += len(from_elsewhere)
        return numbers[0], numbers[1]

    def _group(self, scope: Scope) -> tuple[int, dict[int, int]]:
        """Count those with a role; of groups of roles there are three."""
        if scope not in self.groups:
            people = people_of(scope)
            if self.allowed is not None:
                within = people.none()
                for path in self.allowed:
                    within |= people.filter(place__path__startswith=path)
                people = within
            read = self.readings.filter(user__in=people).order_by().values_list("notice_id")
            self.groups[scope] = people.count(), dict(read.annotate(number=Count("pk")))
        return self.groups[scope]


def counted(pages: list[NoticePage], *, by: Any) -> list[NoticePage]:
    """Write `read`, `people` and `unread` on notices of a list, as far as `by` answers for them. Raises Refused."""
    require(by, NewsPermission.OPEN_NOTICES)
    tallies = Tallies(pages, answers_for(by))
    for page in pages:
        noted: Any = page
        noted.read, noted.people = tallies.of(page)
        noted.unread = noted.people - noted.read
    return pages
