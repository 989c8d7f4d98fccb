"""How one person stands to one circle: exactly one row, whatever became of her there (G3)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from groups.models.circle import KNOWN, Circle


class CircleRole(models.TextChoices):
    """Stored: a value never changes once released."""

    ASKED = "asked", _("等待同意")
    MEMBER = "member", _("成员")
    MODERATOR = "moderator", _("管理员")
    OWNER = "owner", _("圈主")
    BANNED = "banned", _("已禁止加入")


INSIDE = (CircleRole.MEMBER, CircleRole.MODERATOR, CircleRole.OWNER)
MANAGING = (CircleRole.MODERATOR, CircleRole.OWNER)


class CircleMemberQuerySet(models.QuerySet["CircleMember"]):
    def inside(self) -> "CircleMemberQuerySet":
        """Keep those who belong to their circle."""
        return self.filter(role__in=INSIDE)

    def managing(self) -> "CircleMemberQuerySet":
        return self.filter(role__in=MANAGING)

    def reading(self, user: Any) -> "CircleMemberQuerySet":
        """Keep the memberships of `user` in circles that can be read."""
        return self.inside().filter(user_id=user.pk, circle__state__in=KNOWN, circle__hidden_at__isnull=True)


class CircleMember(models.Model):
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="circle_memberships")
    role = models.CharField(_("身份"), max_length=10, choices=CircleRole, default=CircleRole.MEMBER)
    since = models.DateTimeField(default=timezone.now)
    # Pairs of question and answer, while the request waits.
    answers = models.JSONField(default=list)
    # The weekly letter of what was new.
    weekly = models.BooleanField(default=True)

    objects = CircleMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("圈子成员")
        verbose_name_plural = _("圈子成员")
        indexes = [models.Index(fields=["user", "role"], name="circles_of_user")]
        constraints = [
            models.UniqueConstraint(fields=["circle", "user"], name="one_standing_in_circle"),
            models.UniqueConstraint(fields=["circle"], condition=Q(role="owner"), name="one_owner_of_circle"),
            models.CheckConstraint(
                condition=Q(role__in=["asked", "member", "moderator", "owner", "banned"]),
                name="circle_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.circle_id} {self.user_id} {self.role}"

    @property
    def is_inside(self) -> bool:
        return self.role in INSIDE

    @property
    def manages(self) -> bool:
        return self.role in MANAGING
