"""Looking for neighbours by what they show of themselves (S8)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from foundation.accounts.models import User
from foundation.accounts.models.user import AgeBand
from foundation.core.models import Place
from foundation.core.search.finding import ids_found
from foundation.social.domain.queries.people import with_relation
from foundation.social.models import Follow
from groups.models import INSIDE, CircleMember

MOST = 300


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody looks for; empty parts leave it open."""

    words: str = ""
    # The address name of a committee or street.
    place: str = ""
    # The address name of a circle that the asker belongs to.
    circle: str = ""
    # Only people with whom she has a contact in common.
    known: bool = False


def found_by(user: Any, wanted: Wanted) -> Any:
    """Return the people whom `user` finds, best first, with how she stands to each and how many contacts they have in common.

    By a name, its pinyin or a piece of what somebody shows her; by community, by an own circle, by common contacts.
    Children under 14 are found by their contacts alone (security.md §7).
    """
    people: Any = User.objects.visible_to(user).filter(verified_at__isnull=False).exclude(pk=user.pk)
    contacts = Follow.objects.filter(follower_id=user.pk, mutual=True)
    people = people.filter(~Q(age_band=AgeBand.UNDER_14) | Q(pk__in=contacts.values("followed_id")))
    if wanted.place:
        # By community, never by building: where she lives more closely she says herself or not at all.
        place = Place.objects.filter(
            slug=wanted.place, level__in=[Place.Level.STREET, Place.Level.COMMITTEE]
        ).first()
        people = people.filter(place__path__startswith=place.path) if place else people.none()
    if wanted.circle:
        own = CircleMember.objects.filter(user=user, role__in=INSIDE, circle__slug=wanted.circle)
        inside = CircleMember.objects.filter(role__in=INSIDE, circle__in=own.values("circle_id"))
        people = people.filter(pk__in=inside.values("user_id"))
    common = Follow.objects.filter(
        follower__in=contacts.values("followed_id"), followed_id=OuterRef("pk"), mutual=True
    )
    if wanted.known:
        people = people.filter(Exists(common))
    people = _ordered(people, user, wanted.words)
    number = common.order_by().values("followed_id").annotate(number=Count("pk")).values("number")
    people = people.annotate(common=Coalesce(Subquery(number, output_field=IntegerField()), Value(0)))
    return with_relation(people.select_related("avatar", "place"), user)


def _ordered(people: QuerySet, user: Any, words: str) -> QuerySet:
    if not words.strip():
        return people.order_by("-date_joined", "-pk")
    ids = ids_found(words, user, kind="person")[:MOST]
    rank = Case(
        *(When(pk=pk, then=Value(place)) for place, pk in enumerate(ids)), output_field=IntegerField()
    )
    return people.filter(pk__in=ids).order_by(rank) if ids else people.none()


def own_people_of(user: Any, which: str) -> Any:
    """Return whom `user` follows, or the people who follow her openly, the newest first; her own lists alone."""
    people = User.objects.visible_to(user)
    if which == "following":
        rows = Follow.objects.filter(follower=user)
        people = people.filter(pk__in=rows.values("followed_id"))
        newest = rows.filter(followed_id=OuterRef("pk"))
    else:
        rows = Follow.objects.open().filter(followed=user)
        people = people.filter(pk__in=rows.values("follower_id"))
        newest = rows.filter(follower_id=OuterRef("pk"))
    people = people.annotate(since=Subquery(newest.values("pk")[:1]))
    return with_relation(people.select_related("avatar"), user).order_by("-since")
