"""A circle (圈子): what it is, who may come in, how far its admission has come (G3)."""

import uuid
from typing import Any

from django.apps import apps
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.accounts.validators import validate_visible
from foundation.core.access.permissions import place_paths
from foundation.core.access.scopes import CIRCLE, ONLY, PUBLIC, Scope
from foundation.core.ids import public_id, time_ordered_id
from foundation.core.models import Place, StoredFile
from groups.permissions import GroupPermission

# What its people see; before it was approved there is nothing to see.
KNOWN = ("live", "archived")
MOST_MEMBERS = 5000


def reads(user: Any) -> bool:
    """Say whether somebody reads more than visitors do: signed in, open, not suspended."""
    if user is None or not user.is_authenticated or not user.is_active:
        return False
    return not getattr(user, "is_suspended", False)


def overseen_places(user: Any, path: str) -> Q | None:
    """Return the condition that what stands at `path` lies in a place that `user` oversees; None: in none."""
    paths = place_paths(user, GroupPermission.OVERSEE)
    if paths is None:
        return Q()
    found = Q(pk__in=[])
    for one in paths:
        found |= Q(**{f"{path}__startswith": one})
    return found if paths else None


class CircleQuerySet(models.QuerySet["Circle"]):
    def visible_to(self, user: Any) -> "CircleQuerySet":
        """Keep the listed ones that were approved, those that `user` belongs or is invited to, the own ones, and those of her office.

        A secret circle is not there for anybody else; one that the community hid only for its owner and the office.
        """
        found = Q(state__in=KNOWN, secret=False, hidden_at__isnull=True)
        if reads(user):
            members: Any = apps.get_model("groups.CircleMember")._default_manager
            invited: Any = apps.get_model("groups.CircleInvitation")._default_manager
            near = Q(pk__in=members.inside().filter(user_id=user.pk).values("circle_id")) | Q(
                pk__in=invited.open().filter(user_id=user.pk).values("circle_id")
            )
            found |= near & Q(state__in=KNOWN, hidden_at__isnull=True)
            found |= Q(owner_id=user.pk)
            overseen = overseen_places(user, "place__path")
            if overseen is not None:
                found |= overseen
        return self.filter(found)

    def overseen_by(self, user: Any) -> "CircleQuerySet":
        """Keep what lies in the places that `user` oversees."""
        overseen = overseen_places(user, "place__path")
        return self.none() if overseen is None else self.filter(overseen)

    def listed(self) -> "CircleQuerySet":
        """Keep those that anybody finds and can join."""
        return self.filter(state=Circle.State.LIVE, secret=False, hidden_at__isnull=True)


class Circle(models.Model):
    """`state` is written by the machine alone, `member_count` with each membership that begins or ends."""

    class State(models.TextChoices):
        WAITING = "waiting", _("审核中")
        LIVE = "live", _("开放中")
        REFUSED = "refused", _("未通过")
        ARCHIVED = "archived", _("已解散")

    class Joining(models.TextChoices):
        OPEN = "open", _("谁都可以加入")
        REQUEST = "request", _("申请后由管理员同意")
        INVITATION = "invitation", _("只能凭邀请加入")

    # Never used twice: posts name their circle by it.
    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    # In every address of its posts: it never changes.
    slug = models.SlugField(_("网址名"), max_length=60, unique=True, editable=False)
    name = models.CharField(_("名称"), max_length=20, validators=[validate_visible])
    purpose = models.CharField(_("一句话介绍"), max_length=60, validators=[validate_visible])
    description = models.TextField(_("详细介绍"), max_length=2000, blank=True)
    rules = models.TextField(_("圈子公约"), max_length=1000, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("由哪个社区审核"))
    cover = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+", editable=False)
    joining = models.CharField(_("怎样加入"), max_length=10, choices=Joining, default=Joining.OPEN)
    questions = models.JSONField(_("申请时要回答的问题"), default=list, blank=True)
    secret = models.BooleanField(_("不公开"), default=False)
    capacity = models.PositiveIntegerField(
        _("人数上限"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2), MaxValueValidator(MOST_MEMBERS)],
    )
    member_count = models.PositiveIntegerField(default=0, editable=False)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    state = models.CharField(
        _("状态"), max_length=8, choices=State, default=State.WAITING, db_index=True, editable=False
    )
    # Why it was refused, as its owner was told.
    reason = models.CharField(max_length=300, blank=True, editable=False)
    # The form's own number: the same form sent twice is one circle.
    once = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    hidden_at = models.DateTimeField(null=True, editable=False)
    # Up to here its people were told what was new.
    letter_until = models.DateTimeField(null=True, editable=False)

    objects = CircleQuerySet.as_manager()

    class Meta:
        verbose_name = _("圈子")
        verbose_name_plural = _("圈子")
        indexes = [
            models.Index(fields=["-id"], name="circles_listed", condition=Q(state="live", secret=False))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "live", "refused", "archived"]), name="circle_state_known"
            ),
            models.CheckConstraint(
                condition=Q(joining__in=["open", "request", "invitation"]), name="circle_joining_known"
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(member_count__lte=F("capacity")),
                name="circle_within_capacity",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("circles:circle", args=[self.slug])

    @property
    def scope(self) -> Scope:
        """The token of what its people write for each other."""
        return Scope(CIRCLE, str(self.pk))

    @property
    def shown_to(self) -> Scope | None:
        """Who may know of the circle itself; None: nobody but its owner and the office."""
        if self.state not in KNOWN or self.hidden_at is not None:
            return None
        return self.scope if self.secret else Scope(PUBLIC)

    @property
    def cover_scope(self) -> Scope:
        return self.shown_to or Scope(ONLY, str(self.owner_id))

    @property
    def is_live(self) -> bool:
        return self.state == self.State.LIVE

    @property
    def is_known(self) -> bool:
        return self.state in KNOWN

    @property
    def is_full(self) -> bool:
        return self.capacity is not None and self.member_count >= self.capacity

    @property
    def free(self) -> int | None:
        """How many can still come; None where there is no limit."""
        return None if self.capacity is None else max(self.capacity - self.member_count, 0)

    @property
    def asks_first(self) -> bool:
        """Somebody who wants to join has something to read or to answer before."""
        return bool(self.rules) or self.joining == self.Joining.REQUEST


class CircleTag(models.Model):
    """What people of a circle are interested in; the list is filtered by it."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="tags")
    name = models.CharField(_("兴趣"), max_length=10)

    class Meta:
        verbose_name = _("兴趣")
        verbose_name_plural = _("兴趣")
        ordering = ["id"]
        indexes = [models.Index(fields=["name", "circle"], name="circles_by_tag")]
        constraints = [models.UniqueConstraint(fields=["circle", "name"], name="circle_tag_once")]

    def __str__(self) -> str:
        return self.name
