"""Organisations and who belongs to them: bare facts, written by `organisations`, that every floor above can ask for."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models.user import User
from foundation.accounts.validators import validate_visible
from foundation.core.ids import public_id, time_ordered_id
from foundation.core.models import Place


class Organisation(models.Model):
    """An office (street, committee), an institution that helps, or a business (DESIGN §3).

    `stands` is what lower floors need to know: it is approved and not suspended. Who may see it is said by its kind.
    """

    class Type(models.TextChoices):
        OFFICE = "office", _("街道与社区")
        INSTITUTION = "institution", _("帮扶机构")
        BUSINESS = "business", _("商家")

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    type = models.CharField(max_length=12, choices=Type)
    name = models.CharField(_("名称"), max_length=60, validators=[validate_visible])
    # Unified social credit code (GB 32100-2015), upper case; empty only while an application is a draft.
    code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在社区"))
    stands = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("组织")
        verbose_name_plural = _("组织")
        indexes = [models.Index(fields=["type", "place"], name="organisation_by_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=["office", "institution", "business"]), name="organisation_type_known"
            ),
            # One office answers for a place.
            models.UniqueConstraint(
                fields=["place"], condition=Q(type="office"), name="one_office_for_place"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Somebody belongs to an organisation. Ended ones stay: what was signed then was signed by a member."""

    class Position(models.TextChoices):
        HEAD = "head", _("负责人")
        MEMBER = "member", _("成员")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    position = models.CharField(max_length=8, choices=Position, default=Position.MEMBER)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("成员")
        verbose_name_plural = _("成员")
        constraints = [
            models.CheckConstraint(
                condition=Q(position__in=["head", "member"]), name="membership_position_known"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="membership_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["organisation", "user"], condition=Q(until__isnull=True), name="member_once"
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(until__isnull=True, position="head"),
                name="one_head_of_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.user_id} {self.position}"
