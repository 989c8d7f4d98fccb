"""What waits for a second person: an invitation into an organisation, a suspension (H2)."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Membership, Organisation, User
from foundation.core.access.permissions import held_roles, place_paths
from foundation.core.access.roles import Role
from foundation.core.ids import public_id
from organisations.models.institution import Institution
from organisations.permissions import InstitutionPermission


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: Any) -> "InvitationQuerySet":
        """Keep those sent to `user`, and those of the organisations that she is the head of."""
        if user is None or not user.is_authenticated:
            return self.none()
        heads = [
            held.organisation
            for held in held_roles(user)
            if held.role in (Role.INSTITUTION_HEAD, Role.BUSINESS_OWNER)
        ]
        return self.filter(Q(user_id=user.pk) | Q(organisation_id__in=heads))

    def waiting(self) -> "InvitationQuerySet":
        return self.filter(state=Invitation.State.WAITING)


class Invitation(models.Model):
    """Asks somebody to become a member, or a member to become the head; she answers while signed in."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等对方确认")
        ACCEPTED = "accepted", _("已接受")
        DECLINED = "declined", _("已谢绝")
        WITHDRAWN = "withdrawn", _("已撤回")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    position = models.CharField(_("身份"), max_length=8, choices=Membership.Position)
    # Where children are served: the day on which her record was looked up.
    checked_on = models.DateField(_("查询日期"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("加入组织的邀请")
        verbose_name_plural = _("加入组织的邀请")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], condition=Q(state="waiting"), name="invited_once"
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state="waiting", position="head"),
                name="handed_over_to_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.user_id} {self.position}"

    def get_absolute_url(self) -> str:
        return reverse("organisations:invitation", args=[self.public_id])


class SuspensionRequestQuerySet(models.QuerySet["SuspensionRequest"]):
    def visible_to(self, user: Any) -> "SuspensionRequestQuerySet":
        """Keep those of the places that `user` oversees: the institution learns of it when it is decided."""
        paths = place_paths(user, InstitutionPermission.SUSPEND)
        if paths is None:
            return self.all()
        found = Q(pk__in=[])
        for path in paths:
            found |= Q(institution__organisation__place__path__startswith=path)
        return self.filter(found)


class SuspensionRequest(models.Model):
    """One member of staff asks that an institution be suspended; another one decides in the inbox."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等第二人确认")
        APPROVED = "approved", _("已暂停")
        REFUSED = "refused", _("未同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="suspension_requests")
    reason = models.CharField(_("理由"), max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = SuspensionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("暂停机构")
        verbose_name_plural = _("暂停机构")
        constraints = [
            models.UniqueConstraint(
                fields=["institution"], condition=Q(state="waiting"), name="suspension_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(asked_by__isnull=True)
                | ~Q(decided_by=F("asked_by")),
                name="suspension_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} ({self.state})"
