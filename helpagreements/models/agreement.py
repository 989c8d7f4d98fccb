"""The agreement between a community and an institution, its versions and their clauses (H5)."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Organisation, User
from foundation.core.access.permissions import place_paths
from foundation.core.ids import public_id, time_ordered_id
from foundation.core.models import Place
from foundation.signing.models import SignedDocument
from helpagreements.enums import AgreementType, Standing
from helpagreements.permissions import AgreementPermission

SIGN_WITHIN = timedelta(days=15)
# Which states people call by which word (help-platform.md §2.3, 8).
STANDINGS = {
    Standing.WAITING: ("pushed",),
    Standing.SIGNED: ("signed", "active", "suspended", "termination_asked"),
    Standing.EXPIRED: ("expired",),
}
# What everybody may know of: it was signed, and by whom.
PUBLIC = (*STANDINGS[Standing.SIGNED], *STANDINGS[Standing.EXPIRED], "terminated", "superseded")
BEFORE_SIGNING = ("draft", "pushed", "rejected", "withdrawn", "lapsed")
# What binds both sides today.
IN_FORCE = ("active", "suspended", "termination_asked")


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: Any) -> "AgreementQuerySet":
        """Keep what `user` may open in full: of the own institution once it was pushed, of the places she works for."""
        if user is None or not user.is_authenticated or not user.is_active or user.is_suspended:
            return self.none()
        found = Q(institution_id__in=user.organisation_ids) & ~Q(pushed_at=None)
        paths = place_paths(user, AgreementPermission.DRAFT)
        if paths is None:
            return self
        for path in paths:
            # Whoever belongs to the institution is no officer for it (help-platform.md §2.3, 5).
            found |= Q(place__path__startswith=path) & ~Q(institution_id__in=user.organisation_ids)
        return self.filter(found)

    def public(self) -> "AgreementQuerySet":
        """Keep those of which everybody may read the card: signed at some time."""
        return self.filter(state__in=PUBLIC)

    def standing(self, standing: str) -> "AgreementQuerySet":
        """Keep those that people call by that word (待签约, 已签约, 已到期, 其他)."""
        if standing == Standing.OTHER:
            named = [state for states in STANDINGS.values() for state in states]
            return self.exclude(state__in=named)
        return self.filter(state__in=STANDINGS[Standing(standing)])


class Agreement(models.Model):
    """One agreement from its first draft to its end; what was signed is the document of its version."""

    class State(models.TextChoices):
        DRAFT = "draft", _("起草中")
        PUSHED = "pushed", _("待签约")
        SIGNED = "signed", _("已签约，未到生效日")
        ACTIVE = "active", _("生效中")
        SUSPENDED = "suspended", _("暂停")
        TERMINATION_ASKED = "termination_asked", _("申请解约中")
        EXPIRED = "expired", _("已到期")
        TERMINATED = "terminated", _("已解约")
        REJECTED = "rejected", _("机构已拒绝")
        WITHDRAWN = "withdrawn", _("社区已撤回")
        LAPSED = "lapsed", _("逾期未签")
        SUPERSEDED = "superseded", _("已续签")

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    number = models.CharField(_("编号"), max_length=24, unique=True, editable=False)
    type = models.CharField(_("协议类型"), max_length=12, choices=AgreementType)
    title = models.CharField(_("名称"), max_length=60)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("社区"))
    community = models.ForeignKey(
        Organisation, models.PROTECT, related_name="agreements_of_office", verbose_name=_("甲方")
    )
    institution = models.ForeignKey(
        Organisation, models.PROTECT, related_name="agreements", verbose_name=_("乙方")
    )
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.DRAFT)
    version = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField(_("生效日"), null=True)
    ends_on = models.DateField(_("截止日"), null=True)
    drafted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    pushed_at = models.DateTimeField(null=True)
    sign_by = models.DateTimeField(null=True)
    # The trusted time inside the institution's signature.
    signed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # How many days before a deadline the two sides were last reminded; empty: not yet of this one.
    reminded_at_days = models.PositiveSmallIntegerField(null=True, editable=False)
    # What it takes the place of once it is in force (变更、续签).
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="renewals")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("帮扶协议")
        verbose_name_plural = _("帮扶协议")
        indexes = [
            models.Index(fields=["institution", "state"], name="agreement_of_institution"),
            models.Index(fields=["place", "state"], name="agreement_of_place"),
            models.Index(fields=["state", "ends_on"], name="agreement_ending"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[*BEFORE_SIGNING, *PUBLIC]), name="agreement_state_known"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(starts_on__lt=F("ends_on")),
                name="agreement_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(
                    pushed_at__isnull=False,
                    sign_by__isnull=False,
                    starts_on__isnull=False,
                    ends_on__isnull=False,
                ),
                name="pushed_agreement_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "pushed", "rejected", "withdrawn", "lapsed"])
                | Q(signed_at__isnull=False),
                name="signed_agreement_has_time",
            ),
            # One renewal at a time is on its way.
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=Q(state__in=["draft", "pushed", "signed", "active"]),
                name="one_renewal_of_agreement",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("helpagreements:agreement", args=[self.public_id])

    @property
    def standing(self) -> Standing:
        """The word that people call its state by."""
        return next((word for word, states in STANDINGS.items() if self.state in states), Standing.OTHER)

    @property
    def covers_children(self) -> bool:
        return self.type == AgreementType.CHILDREN

    @property
    def current(self) -> "Version":
        """The version that counts: the newest."""
        return self.versions.select_related("document").get(number=self.version)


class Version(models.Model):
    """One wording. Once pushed its clauses never change: a revision makes the next version."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    # As they stood when it was pushed: a later version may have others.
    title = models.CharField(max_length=60, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    document = models.OneToOneField(SignedDocument, models.PROTECT, null=True, related_name="+")
    pushed_at = models.DateTimeField(null=True)
    # When somebody of the institution first opened it (电子签名法 10, 11).
    first_opened_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="version_of_agreement_once"),
            models.CheckConstraint(
                condition=Q(document__isnull=True) | Q(pushed_at__isnull=False),
                name="frozen_version_was_pushed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} v{self.number}"


class Clause(models.Model):
    """One clause of one wording. `key` is the same from version to version, so that they can be laid side by side."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="clauses")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    title = models.CharField(_("标题"), max_length=40)
    text = models.TextField(_("内容"), max_length=2000)
    required = models.BooleanField(default=True, editable=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="clause_once_in_version")]

    def __str__(self) -> str:
        return self.title


class ClauseTemplate(models.Model):
    """A clause as the office wants it in new agreements of one type; `{{…}}` is filled in from the agreement."""

    type = models.CharField(_("协议类型"), max_length=12, choices=AgreementType)
    position = models.PositiveSmallIntegerField(_("次序"), default=10)
    key = models.SlugField(_("代号"), max_length=40)
    title = models.CharField(_("标题"), max_length=40)
    text = models.TextField(_("内容"), max_length=2000)
    required = models.BooleanField(_("必备条款"), default=True)

    class Meta:
        verbose_name = _("条款模板")
        verbose_name_plural = _("条款模板")
        ordering = ["type", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["type", "key"], name="clause_template_once")]

    def __str__(self) -> str:
        return self.title
