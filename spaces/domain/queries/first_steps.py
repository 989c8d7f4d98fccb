"""The first steps of a new member, each ticked off by what she did (U4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Profile, User
from foundation.social.models import Follow, Post
from groups.models import CircleMember, CircleRole
from spaces.models import FirstSteps

# So long somebody is new: later the front page does not ask any more how far she came.
NEW_FOR = timedelta(days=60)


@dataclass(frozen=True, kw_only=True)
class Step:
    """`url` is where it is done, empty while something else has to come first."""

    key: str
    words: str | Promise
    note: str | Promise
    url: str
    done: bool


@dataclass(frozen=True, kw_only=True)
class Steps:
    lines: tuple[Step, ...]

    @property
    def done(self) -> int:
        return sum(step.done for step in self.lines)

    @property
    def next(self) -> Step:
        """What comes first of all that is left."""
        return next(step for step in self.lines if not step.done)


def first_steps_of(user: Any, *, only_new: bool = False) -> Steps | None:
    """Return the steps of a member, None for visitors, where all are done, and where she put them away.

    `only_new`: none either for who has been here for long, and then nothing is asked. One statement.
    """
    if not user.is_authenticated or (only_new and not _is_new(user)):
        return None
    person = OuterRef("pk")
    circles = CircleMember.objects.exclude(role=CircleRole.BANNED)
    found = User.objects.get_queryset().filter(pk=user.pk)
    (row,) = found.annotate(
        placed=Exists(Profile.objects.filter(user=person).exclude(location="")),
        follows_somebody=Exists(Follow.objects.filter(follower=person)),
        in_circle=Exists(circles.filter(user=person)),
        wrote=Exists(Post.objects.filter(author=person, deleted_at=None)),
        away=Exists(FirstSteps.objects.filter(user=person)),
    ).values("avatar", "placed", "follows_somebody", "in_circle", "wrote", "away")
    if row["away"]:
        return None
    lines = _lines(row, verified=user.is_verified)
    return None if all(step.done for step in lines) else Steps(lines=lines)


def _is_new(user: Any) -> bool:
    since = max(user.date_joined, user.verified_at or user.date_joined)
    return bool(timezone.now() - since < NEW_FOR)


def _lines(row: Mapping[str, Any], *, verified: bool) -> tuple[Step, ...]:
    profile, feed = reverse("spaces:edit_profile"), reverse("spaces:post_status")
    steps = (
        ("picture", _("放一张头像"), _("邻居一眼认出您"), profile, row["avatar"] is not None),
        ("place", _("写上所在地"), _("谁可以看由您定"), profile, row["placed"]),
        (
            "follow",
            _("关注一位邻居"),
            _("动态里就有了新鲜事"),
            reverse("spaces:people"),
            row["follows_somebody"],
        ),
        ("circle", _("加入一个圈子"), _("找到爱好相同的人"), reverse("circles:circles"), row["in_circle"]),
        ("status", _("发第一条说说"), _("跟大家打个招呼"), feed, row["wrote"]),
    )
    if verified:
        return tuple(
            Step(key=key, words=words, note=note, url=url, done=done) for key, words, note, url, done in steps
        )
    # The rest opens with it; where one lives it says already.
    verify = Step(
        key="verify",
        words=_("完成实名认证"),
        note=_("之后才能发言、关注和加入圈子"),
        url=reverse("identity:claim"),
        done=False,
    )
    later = (
        Step(key=key, words=words, note=_("认证以后"), url="", done=done)
        for key, words, _note, _url, done in steps
        if key != "place"
    )
    return (verify, *later)
