"""What goes on in a place, for its community's page: news, notices, what is coming, agreements (P12)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from foundation.core.models import Place
from foundation.core.zh.happenings import Happening, happenings
from groups.domain.queries import groups
from helpagreements.domain.queries import agreements
from news.models import ArticlePage, NoticePage

MOST = 4
# Days ahead.
AHEAD = 30


@dataclass(frozen=True)
class Goings:
    articles: list[Any]
    notices: list[Any]
    happenings: list[Happening]
    agreements: list[Any]
    groups: list[Any]
    more: bool


def goings_on(place: Place, user: Any) -> Goings:
    """Return what `user` may see of what is published about a place and all below it, the newest first."""
    inside = {"place__path__startswith": place.path}
    signed = list(agreements.published(place)[: MOST + 1])
    return Goings(
        articles=list(ArticlePage.objects.visible_to(user).in_language().filter(**inside).for_list()[:MOST]),
        notices=list(_notices(place, user)[:MOST]),
        happenings=_coming(place, user),
        agreements=signed[:MOST],
        groups=list(groups.on_portal(place)[:MOST]),
        more=len(signed) > MOST,
    )


def _notices(place: Place, user: Any) -> Any:
    """Those for the place, one above or below it, or for everybody: what whoever lives there has to know."""
    found = NoticePage.objects.visible_to(user).in_language().in_force().for_list()
    return found.concerning(place)


def _coming(place: Place, user: Any) -> list[Happening]:
    today = timezone.localdate()
    found = happenings(user, today, today + timedelta(days=AHEAD))
    return [one for one in found if one.place_path.startswith(place.path) or not one.place_path][:MOST]
