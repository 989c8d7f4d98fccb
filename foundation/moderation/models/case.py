"""Reports, and the case that all reports of one object make together (O2)."""

import hashlib
import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.access.permissions import place_paths
from foundation.core.crypto.fields import EncryptedJSONField, EncryptedTextField
from foundation.core.facets import ReportFacet
from foundation.core.ids import time_ordered_id
from foundation.core.kinds import Kind, get
from foundation.core.models import StoredFile
from foundation.moderation.permissions import ModerationPermission


class AboutPersonQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows about a person: hers, and those of the places whose staff decide."""

    def for_staff(self, user: Any, path: str) -> Q:
        """Return the condition that `user` decides at the place that stands in `path`."""
        paths = place_paths(user, ModerationPermission.DECIDE_CASES)
        if paths is None:
            # Not an empty condition: joined by "or" it would count for nothing.
            return ~Q(pk__in=[])
        allowed = Q(pk__in=[])
        for one in paths:
            allowed |= Q(**{f"{path}__startswith": one})
        return allowed


class CaseQuerySet(AboutPersonQuerySet["Case"]):
    def visible_to(self, user: Any) -> "CaseQuerySet":
        """Keep what `user` decides, and of those about herself what was upheld or hidden; who reported sees the outcome."""
        if user is None or not user.is_authenticated:
            return self.none()
        others = Q(about__isnull=True) | ~Q(about_id=user.pk)
        hers = Q(state=Case.State.UPHELD) | Q(hidden_at__isnull=False)
        return self.filter((self.for_staff(user, "place_path") & others) | (hers & Q(about_id=user.pk)))


class Case(models.Model):
    """One reported object, with what it was when it was first reported; open until staff have decided."""

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        UPHELD = "upheld", _("举报成立")
        DISMISSED = "dismissed", _("未发现违规")

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    about = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    place_path = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # Words by their names; sealed, since somebody may have deleted them with good reason.
    evidence = EncryptedJSONField()
    files = models.ManyToManyField(StoredFile, related_name="+")
    # Hidden by the number of its reports until staff have decided.
    hidden_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("举报")
        verbose_name_plural = _("举报")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"], condition=Q(state="open"), name="case_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="case_decided_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} ({self.state})"

    @property
    def kind_of(self) -> Kind:
        return get(self.kind)

    def find(self) -> Any:
        """Return the object as it is now, None where it is gone."""
        return self.kind_of.model_class._default_manager.filter(pk=self.object_id).first()

    def words_now(self) -> dict[str, str]:
        """Return what the object says now, in the form of `evidence`; nothing where it is gone."""
        facet, obj = self.kind_of.report, self.find()
        return dict(facet.evidence(obj)) if obj is not None and isinstance(facet, ReportFacet) else {}

    @property
    def shown(self) -> str:
        """What its author knows it by: what she wrote, as it was when it was reported first."""
        return next((text for text in self.evidence.values() if text), "")

    @property
    def version(self) -> str:
        """Names what a decision is made on: how many reported it, and what it says now."""
        said = json.dumps(self.words_now(), ensure_ascii=False, sort_keys=True)
        return f"{self.reports.count()}-{hashlib.sha256(said.encode()).hexdigest()[:32]}"


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: Any) -> "ReportQuerySet":
        """Keep the own ones, with their cases: who decides reads them in the case."""
        if user is None or not user.is_authenticated:
            return self.none()
        return self.filter(by_id=user.pk).select_related("case")


class Report(models.Model):
    """One person's objection to one object."""

    class Reason(models.TextChoices):
        HARASS = "harass", _("辱骂、骚扰他人")
        PRIVACY = "privacy", _("泄露他人的个人信息")
        FRAUD = "fraud", _("诈骗、虚假信息")
        ADVERT = "advert", _("广告、刷屏")
        INDECENT = "indecent", _("色情、低俗")
        ILLEGAL = "illegal", _("违法、危险")
        MINORS = "minors", _("伤害未成年人")
        OTHER = "other", _("其他")

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="reports")
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    reason = models.CharField(_("原因"), max_length=10, choices=Reason)
    # Sealed as the evidence is: it speaks of somebody else.
    text = EncryptedTextField(_("补充说明"), max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "by"], name="reported_once_by_person")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.reason}"
