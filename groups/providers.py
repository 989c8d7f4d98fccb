"""The scope `circle`: what the people of a circle write for each other (G3, G4)."""

from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.access import scopes
from foundation.social.domain.queries.mentions import near
from groups.domain.queries.addresses import names_of, url_of
from groups.models import Circle, CircleMember


def _refs(user: Any) -> QuerySet | list[str]:
    """Return the ids of the circles that somebody belongs to as a subquery; a stand-in belongs to none."""
    if user.pk is None:
        return []
    mine = CircleMember.objects.reading(user).order_by()
    return mine.annotate(ref=Cast("circle_id", CharField())).values("ref")


def _labels(refs: set[str]) -> dict[str, str]:
    names = names_of(refs)
    return {ref: _("圈子“%(circle)s”的成员可见") % {"circle": names.get(ref, "")} for ref in refs}


def _members(ref: str) -> QuerySet:
    inside = CircleMember.objects.inside().filter(circle_id=ref)
    return User.objects.in_good_standing().filter(pk__in=inside.values("user_id"))


def _may_post(user: Any, ref: str) -> bool:
    """Say whether somebody may write there: a member, while the circle is live and she is not muted."""
    if user.pk is None or getattr(user, "is_muted", False):
        return False
    mine = CircleMember.objects.reading(user).filter(circle_id=ref)
    return mine.filter(circle__state=Circle.State.LIVE).exists()


def _may_manage(user: Any, ref: str) -> bool:
    if user.pk is None:
        return False
    mine = CircleMember.objects.reading(user).managing().filter(circle_id=ref)
    return mine.filter(circle__state=Circle.State.LIVE).exists()


@near
def _in_the_same_circles(user: Any) -> QuerySet:
    """Return the ids of those who are in a circle with somebody: she may mean them by an @."""
    mine = CircleMember.objects.reading(user).order_by().values("circle_id")
    return CircleMember.objects.inside().filter(circle_id__in=mine).order_by().values("user_id")


scopes.register(
    scopes.ScopeProvider(
        level=scopes.CIRCLE,
        refs=_refs,
        label=lambda ref: _labels({ref})[ref],
        labels=_labels,
        url=url_of,
        members=_members,
        may_post=_may_post,
        may_manage=_may_manage,
    )
)
