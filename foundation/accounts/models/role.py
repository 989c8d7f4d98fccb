from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models.user import User
from foundation.core.access.roles import PLACED, Role
from foundation.core.models import Place


class RoleAssignment(models.Model):
    """A role that somebody holds, placed ones for a place; `resident` follows from having an account."""

    user = models.ForeignKey(User, models.CASCADE, related_name="role_assignments", verbose_name=_("账号"))
    role = models.CharField(_("角色"), max_length=24, choices=Role)
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("管辖范围")
    )
    given_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("角色")
        verbose_name_plural = _("角色")
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "place"], name="role_given_once_for_place"),
            models.UniqueConstraint(
                fields=["user", "role"], condition=models.Q(place__isnull=True), name="role_given_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(role__in=[str(role) for role in sorted(PLACED)])
                | models.Q(place__isnull=False),
                name="placed_role_has_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
