"""Circles as one reader sees them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from foundation.accounts.models import User
from foundation.core.zh.text import runs
from foundation.moderation.models import Case as Report
from foundation.social.models import Post
from groups.models import INSIDE, Circle, CircleMember, CircleRole, CircleTag


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody looks for; empty parts leave it open."""

    words: str = ""
    interest: str = ""
    mine: bool = False


def as_read_by(circles: QuerySet, user: Any) -> Any:
    """Add what a card shows: cover, place, interests, and as `my_role` how `user` stands to each."""
    role: Any = Value("")
    if user.is_authenticated and user.pk:
        mine = CircleMember.objects.filter(circle_id=OuterRef("pk"), user_id=user.pk)
        role = Coalesce(Subquery(mine.values("role")[:1]), Value(""))
    return circles.select_related("cover", "place", "owner").prefetch_related("tags").annotate(my_role=role)


def found_by(user: Any, wanted: Wanted) -> Any:
    """Return the circles that `user` sees in the list: the own first, then the newest that she can join."""
    rows = as_read_by(Circle.objects.visible_to(user), user).filter(hidden_at=None)
    if wanted.mine:
        rows = rows.filter(my_role__in=[*INSIDE, CircleRole.ASKED])
    else:
        rows = rows.filter(Q(secret=False) | Q(my_role__in=INSIDE), state=Circle.State.LIVE)
    for run in runs(wanted.words):
        tagged = CircleTag.objects.filter(name__icontains=run).values("circle_id")
        rows = rows.filter(Q(name__icontains=run) | Q(purpose__icontains=run) | Q(pk__in=tagged))
    if wanted.interest:
        rows = rows.filter(pk__in=CircleTag.objects.filter(name=wanted.interest).values("circle_id"))
    first = Case(When(my_role__in=INSIDE, then=0), default=1, output_field=IntegerField())
    return rows.annotate(mine_first=first).order_by("mine_first", "-pk")


def newest(most: int) -> Any:
    """Return the newest listed circles, the same for every reader."""
    return Circle.objects.visible_to(None).listed().select_related("cover", "place").order_by("-pk")[:most]


def interests(most: int = 12) -> list[str]:
    """Return what people of listed circles are interested in, the most frequent first."""
    rows = CircleTag.objects.filter(circle__in=Circle.objects.listed().values("pk"))
    counted = rows.values("name").annotate(number=Count("pk")).order_by("-number", "name")
    return [row["name"] for row in counted[:most]]


def circles_of(person: Any, reader: Any) -> Any:
    """Return the circles that somebody belongs to, as far as `reader` may know of them: listed ones, and those of both."""
    inside = CircleMember.objects.inside().filter(user_id=person.pk).values("circle_id")
    rows = Circle.objects.visible_to(reader).filter(pk__in=inside, state=Circle.State.LIVE, hidden_at=None)
    if reader is None or not reader.is_authenticated or reader.pk != person.pk:
        # What the office sees by its right is nothing to be listed under somebody's name.
        theirs = CircleMember.objects.inside().filter(user_id=getattr(reader, "pk", None) or 0)
        rows = rows.filter(Q(secret=False) | Q(pk__in=theirs.values("circle_id")))
    return rows.select_related("cover", "place").order_by("-pk")


def circle_ids_of(person: Any) -> QuerySet:
    """Return the ids of the circles whose posts somebody reads as a member, as a query of one column."""
    return CircleMember.objects.reading(person).order_by().values("circle_id")


def members_of(circle: Circle, reader: Any, *, words: str = "") -> QuerySet:
    """Return the memberships of a circle whose people `reader` may see, who keeps order there first."""
    people = User.objects.visible_to(reader)
    if words:
        people = people.filter(display_name__icontains=words)
    rows = circle.members.inside().filter(user_id__in=people.values("pk")).select_related("user__avatar")
    height = Case(
        When(role=CircleRole.OWNER, then=0),
        When(role=CircleRole.MODERATOR, then=1),
        default=2,
        output_field=IntegerField(),
    )
    return rows.annotate(height=height).order_by("height", "since", "pk")


def keepers_of(circle: Circle) -> list[CircleMember]:
    """Return the owner and the moderators, for everybody who sees the circle."""
    rows = circle.members.managing().filter(user__in=User.objects.visible_to(None))
    return sorted(rows.select_related("user__avatar"), key=lambda one: (one.role != CircleRole.OWNER, one.pk))


def posts_in(circle: Circle, user: Any) -> Any:
    """Return the circle's posts that `user` may see, the newest first."""
    scope = circle.scope
    visible = Post.objects.visible_to(user)
    return visible.filter(scope_level=scope.level, scope_ref=scope.ref).order_by("-pk")


def reported_in(circle: Circle, user: Any) -> list[tuple[Post, int]]:
    """Return the circle's posts that wait in the office because somebody reported them, each with how many did.

    Who reported is the office's to know.
    """
    posts = {str(post.pk): post for post in posts_in(circle, user).select_related("author")[:500]}
    if not posts:
        return []
    open_cases = Report.objects.filter(kind="post", object_id__in=list(posts), state=Report.State.OPEN)
    counted = open_cases.annotate(number=Count("reports")).order_by("pk")[:20]
    return [(posts[name], number) for name, number in counted.values_list("object_id", "number")]


def overseen(user: Any, *, state: str = "", words: str = "") -> Any:
    """Return the circles of the places that `user` oversees, for the office's list."""
    rows = Circle.objects.overseen_by(user).select_related("place", "owner")
    if state in Circle.State.values:
        rows = rows.filter(state=state)
    if words:
        rows = rows.filter(name__icontains=words)
    return rows.order_by("-pk")
