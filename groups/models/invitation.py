"""Ways into a circle: one person who was asked, or a link for whoever has it (G3)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.ids import public_id
from groups.models.circle import Circle, reads
from groups.models.member import CircleMember


class CircleInvitationQuerySet(models.QuerySet["CircleInvitation"]):
    def visible_to(self, user: Any) -> "CircleInvitationQuerySet":
        """Keep those sent to `user`, and those of the circles in which she keeps order."""
        if not reads(user):
            return self.none()
        managed = CircleMember.objects.managing().filter(user_id=user.pk).values("circle_id")
        return self.filter(Q(user_id=user.pk) | Q(circle_id__in=managed))

    def open(self) -> "CircleInvitationQuerySet":
        """Keep those that still let somebody in."""
        return self.filter(state=CircleInvitation.State.OPEN, expires_at__gt=timezone.now())


class CircleInvitation(models.Model):
    """Without `user` it is a link, which stays open for others after one has come in by it."""

    class State(models.TextChoices):
        OPEN = "open", _("有效")
        ACCEPTED = "accepted", _("已接受")
        DECLINED = "declined", _("已谢绝")
        WITHDRAWN = "withdrawn", _("已撤回")

    # The key itself: whoever knows it may come in.
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="invitations")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    used = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    objects = CircleInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("圈子邀请")
        verbose_name_plural = _("圈子邀请")
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "user"],
                condition=Q(state="open", user__isnull=False),
                name="invited_once_into_circle",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted", "declined", "withdrawn"]),
                name="circle_invitation_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.circle_id}: {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("circles:invitation", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN and self.expires_at > timezone.now()
