"""The one inbox: whatever waits for somebody's decision is one row here (O1)."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.access.permissions import place_paths
from foundation.core.facets import ReviewFacet
from foundation.core.ids import public_id
from foundation.core.kinds import Kind
from foundation.moderation.models.setting import facet_of, rule_of


class ReviewItemQuerySet(models.QuerySet["ReviewItem"]):
    def visible_to(self, user: Any) -> "ReviewItemQuerySet":
        """Keep the items whose kind `user` may decide, at the places and levels she may decide for; never those about her."""
        allowed = Q(pk__in=[])
        for kind in kinds.all_kinds().values():
            if not isinstance(kind.review, ReviewFacet):
                continue
            paths = place_paths(user, kind.review.permission)
            if paths is None:
                allowed |= Q(kind=kind.key)
            for path in paths or ():
                if rule_of(kind.key).reaches(path):
                    allowed |= Q(kind=kind.key, place_path__startswith=path)
        # Not `exclude`: it would ask for NULLs apart, and the index would not serve.
        others = Q(about__isnull=True) | ~Q(about_id=getattr(user, "pk", None) or 0)
        return self.filter(allowed, others)

    def open(self) -> "ReviewItemQuerySet":
        """Keep what waits for a first or a second decision."""
        return self.filter(state__in=OPEN)


class ReviewItem(models.Model):
    """One object of a kind, waiting or decided. The object's own state stays with its owner."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待审核")
        HALF = "half", _("初审完成，待复审")
        APPROVED = "approved", _("已通过")
        REFUSED = "refused", _("未通过")
        WITHDRAWN = "withdrawn", _("已撤回")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    kind = models.CharField(_("类型"), max_length=40)
    object_id = models.CharField(max_length=40)
    place_path = models.CharField(max_length=255, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    # Everybody sees it already; a refusal takes it away.
    afterwards = models.BooleanField(default=False)
    # Whom it is about, where that is a person: see `ReviewFacet.about`.
    about = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    submitted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now)
    assigned_to = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    # Who decided first where two have to, the version that she saw, and what she decided: the second confirms just that.
    first_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    first_version = models.CharField(max_length=64, blank=True)
    first_decision = models.JSONField(default=dict, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)

    objects = ReviewItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("审核事项")
        verbose_name_plural = _("审核事项")
        indexes = [
            models.Index(fields=["state", "submitted_at", "id"], name="review_oldest"),
            models.Index(
                fields=["assigned_to", "submitted_at"],
                name="review_assigned",
                condition=Q(state__in=["waiting", "half"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                condition=Q(state__in=["waiting", "half"]),
                name="review_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "half"], decided_at__isnull=True)
                | (~Q(state__in=["waiting", "half"]) & Q(decided_at__isnull=False)),
                name="review_decided_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused"])
                | ~Q(decided_by=F("first_by"))
                | Q(first_by__isnull=True),
                name="review_two_steps_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} ({self.state})"

    def get_absolute_url(self) -> str:
        return reverse("reviews:item", args=[self.public_id])

    @property
    def kind_of(self) -> Kind:
        return kinds.get(self.kind)

    @property
    def facet(self) -> ReviewFacet:
        """How its kind is reviewed; only kinds with that facet get into the inbox."""
        return facet_of(self.kind)

    def label(self, *, approved: bool) -> str:
        """Return what the one or the other decision is called for its kind."""
        yes, no = self.facet.labels or (self.State.APPROVED.label, self.State.REFUSED.label)
        return str(yes if approved else no)

    @property
    def outcome(self) -> str:
        """What was decided, in the words of its kind; its state where nothing is yet."""
        if self.state in (self.State.APPROVED, self.State.REFUSED):
            return self.label(approved=self.state == self.State.APPROVED)
        return str(self.get_state_display())

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_urgent(self) -> bool:
        """It has waited longer than the office wants things of its kind to wait."""
        waited = timezone.now() - self.submitted_at
        return self.is_open and waited > timedelta(days=rule_of(self.kind).days)


# The states in which an item waits for somebody.
OPEN = (ReviewItem.State.WAITING, ReviewItem.State.HALF)


class ReviewStep(models.Model):
    """One act on an item before it was decided; the decision itself stands in the item."""

    class What(models.TextChoices):
        HANDED = "handed", _("转交")
        TAKEN_BACK = "taken_back", _("收回转交")
        HALF = "half_approve", _("初审")

    item = models.ForeignKey(ReviewItem, models.CASCADE, related_name="steps")
    what = models.CharField(max_length=12, choices=What)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    to = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    text = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.what}"
