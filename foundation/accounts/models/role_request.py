"""A strong role that waits for the second person (A5)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models.user import User
from foundation.accounts.permissions import AccountPermission
from foundation.core.access.permissions import has_permission
from foundation.core.access.roles import Role
from foundation.core.ids import public_id
from foundation.core.models import Place


class RoleRequestQuerySet(models.QuerySet["RoleRequest"]):
    def visible_to(self, user: Any) -> "RoleRequestQuerySet":
        """Keep all for those who give roles: nobody else learns who is to hold one."""
        return self.all() if has_permission(user, AccountPermission.GIVE_ROLES) else self.none()


class RoleRequest(models.Model):
    """One administrator asks that somebody be given a strong role; another one decides in the inbox."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待第二人确认")
        APPROVED = "approved", _("已授予")
        REFUSED = "refused", _("未同意")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("账号"))
    role = models.CharField(_("角色"), max_length=24, choices=Role)
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("管辖范围")
    )
    purpose = models.CharField(_("理由"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = RoleRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("角色申请")
        verbose_name_plural = _("角色申请")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "place"],
                condition=Q(state="waiting"),
                name="role_asked_once_for_place",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(state="waiting", place__isnull=True),
                name="role_asked_once",
            ),
            # The second person is a second person, whatever the code above says.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(asked_by__isnull=True)
                | ~Q(decided_by=models.F("asked_by")),
                name="role_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} ({self.state})"

    def get_absolute_url(self) -> str:
        """Where it is decided about; the site names the page (ABSOLUTE_URL_OVERRIDES), which lies higher up."""
        return ""
