"""An interest group (兴趣群组): a card of what people do together, shown to exactly whom its owner chose (G1, G2)."""

import uuid
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.accounts.validators import validate_visible
from foundation.core.access.models import Scoped, ScopedQuerySet
from foundation.core.access.scopes import MANAGERS, ONLY, PLACE, PUBLIC, Scope
from foundation.core.ids import public_id, time_ordered_id
from foundation.core.models import Place, StoredFile
from groups.models.circle import reads


class GroupQuerySet(ScopedQuerySet["Group"]):
    def visible_to(self, user: Any) -> "GroupQuerySet":
        """Keep those whose scope `user` holds and the own ones; what was closed or hidden only for its owner."""
        found = Q(closed_at__isnull=True, hidden_at__isnull=True)
        if reads(user):
            found |= Q(owner_id=user.pk)
        return super().visible_to(user).filter(found)  # type: ignore[return-value]

    def on_portal(self) -> "GroupQuerySet":
        """Keep those that staff approved for everybody, as long as they are shown."""
        return self.filter(portal="shown", closed_at__isnull=True, hidden_at__isnull=True)


class Group(Scoped):
    """Its scope follows from `visibility` and `portal` alone (`token`); both are written by the domain."""

    class Visibility(models.TextChoices):
        MANAGERS = "managers", _("对管理员公开")
        PLACE = "place", _("对辖区人员公开")
        ONLY = "only", _("只有自己可看")

    class Joining(models.TextChoices):
        OPEN = "open", _("谁都可以加入")
        REQUEST = "request", _("申请后由联系人同意")

    class Portal(models.TextChoices):
        OFF = "off", _("没有上首页")
        ASKED = "asked", _("等待审核")
        SHOWN = "shown", _("已上首页")

    scope_owner = "owner"

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    slug = models.SlugField(_("网址名"), max_length=60, unique=True, editable=False)
    name = models.CharField(_("名称"), max_length=20, validators=[validate_visible])
    purpose = models.CharField(_("一句话介绍"), max_length=60, validators=[validate_visible])
    description = models.TextField(_("详细介绍"), max_length=2000, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=30, validators=[validate_visible])
    contact_phone = models.CharField(
        _("联系电话"),
        max_length=30,
        blank=True,
        validators=[RegexValidator(r"^[0-9+() -]{5,30}\Z", _("请填写电话号码。"))],
    )
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("属于哪个社区"))
    cover = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+", editable=False)
    visibility = models.CharField(_("谁可以看"), max_length=10, choices=Visibility, default=Visibility.PLACE)
    joining = models.CharField(_("怎样加入"), max_length=10, choices=Joining, default=Joining.OPEN)
    portal = models.CharField(max_length=6, choices=Portal, default=Portal.OFF, editable=False)
    # Why it was not shown on the portal, as its owner was told.
    reason = models.CharField(max_length=300, blank=True, editable=False)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    member_count = models.PositiveIntegerField(default=0, editable=False)
    once = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    hidden_at = models.DateTimeField(null=True, editable=False)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("兴趣群组")
        verbose_name_plural = _("兴趣群组")
        indexes = [models.Index(fields=["scope_level", "scope_ref", "-id"], name="groups_by_scope")]
        constraints = [
            models.CheckConstraint(
                condition=Q(visibility__in=["managers", "place", "only"]), name="group_visibility_known"
            ),
            models.CheckConstraint(
                condition=Q(portal__in=["off", "asked", "shown"]), name="group_portal_known"
            ),
            # Nothing but what everybody of the place may see is ever shown to all, or asks to be.
            models.CheckConstraint(
                condition=Q(portal="off") | Q(visibility="place"), name="group_on_portal_is_for_place"
            ),
            models.CheckConstraint(
                condition=~Q(scope_level="public") | Q(portal="shown"), name="group_public_was_approved"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("groups:group", args=[self.slug])

    @property
    def token(self) -> Scope:
        """Who may see it, as it stands now."""
        if self.closed_at is not None or self.visibility == self.Visibility.ONLY:
            return Scope(ONLY, str(self.owner_id))
        if self.portal == self.Portal.SHOWN:
            return Scope(PUBLIC)
        level = MANAGERS if self.visibility == self.Visibility.MANAGERS else PLACE
        return Scope(level, self.place.path)

    @property
    def cover_scope(self) -> Scope:
        return Scope(ONLY, str(self.owner_id)) if self.hidden_at is not None else self.scope

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class GroupMember(models.Model):
    """Somebody in a group, or who asked to be; its owner is one too."""

    class Role(models.TextChoices):
        ASKED = "asked", _("等待同意")
        MEMBER = "member", _("成员")

    group = models.ForeignKey(Group, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    role = models.CharField(_("身份"), max_length=10, choices=Role, default=Role.MEMBER)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("群组成员")
        verbose_name_plural = _("群组成员")
        constraints = [
            models.UniqueConstraint(fields=["group", "user"], name="one_standing_in_group"),
            models.CheckConstraint(condition=Q(role__in=["asked", "member"]), name="group_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.user_id} {self.role}"
