"""Finding the institutions that help (帮扶机构查询): by matter, age, whom they help, place and words."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from foundation.core.models import Place
from foundation.core.zh.text import is_han, pairs, runs
from organisations.models import Audience, Group, Institution, Service

# Age groups that people choose from, with their first and last year.
AGES = {"0-5": (0, 5), "6-13": (6, 13), "14-17": (14, 17), "18-59": (18, 59), "60+": (60, 120)}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody looks for; empty parts leave it open."""

    words: str = ""
    matter: str = ""
    group: str = ""
    ages: str = ""
    place: Place | None = None


def found(user: Any, wanted: Wanted) -> models.QuerySet[Institution]:
    """Return the institutions that help now and do what is wanted, whoever asks; the right is the view's to ask."""
    rows = Institution.objects.visible_to(user).listed()
    for run in runs(wanted.words):
        for word in pairs(run, for_index=False) if is_han(run) else [run]:
            # A word stands alone between blanks, a single character begins a pair.
            rows = rows.filter(search_text__contains=f" {word}")
    if wanted.group in Group.values:
        rows = rows.filter(Exists(Audience.objects.filter(institution=OuterRef("pk"), group=wanted.group)))
    if wanted.matter or wanted.ages:
        rows = rows.filter(Exists(_services(wanted).filter(institution=OuterRef("pk"))))
    if wanted.place is not None:
        # Serving the street serves its committees; a building lies in the committee that is served.
        through = Institution.area.through.objects.filter(institution_id=OuterRef("pk"))
        inside = Q(place__path__startswith=wanted.place.path) | Q(place__path__in=wanted.place.chain)
        rows = rows.filter(Exists(through.filter(inside)))
    return (
        rows.select_related("organisation__place", "logo")
        .prefetch_related("audiences", "services")
        .order_by("organisation__name", "pk")
    )


def _services(wanted: Wanted) -> models.QuerySet[Service]:
    services = Service.objects.all()
    if wanted.matter in Service.Matter.values:
        services = services.filter(matter=wanted.matter)
    if wanted.ages in AGES:
        first, last = AGES[wanted.ages]
        services = services.filter(
            Q(minimum_age__isnull=True) | Q(minimum_age__lte=last),
            Q(maximum_age__isnull=True) | Q(maximum_age__gte=first),
        )
    return services
