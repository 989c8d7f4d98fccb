"""The one inbox: whatever waits for somebody's decision is one row here (O1)."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.access.permissions import place_paths
from foundation.core.ids import public_id
from foundation.core.kinds import Kind, ReviewFacet

URGENT_AFTER = timedelta(days=2)


class ReviewItemQuerySet(models.QuerySet["ReviewItem"]):
    def visible_to(self, user: Any) -> "ReviewItemQuerySet":
        """Keep the items whose kind `user` may decide, at the places she may decide for."""
        allowed = Q(pk__in=[])
        for kind in kinds.all_kinds().values():
            if not isinstance(kind.review, ReviewFacet):
                continue
            paths = place_paths(user, kind.review.permission)
            if paths is None:
                allowed |= Q(kind=kind.key)
            for path in paths or ():
                allowed |= Q(kind=kind.key, place_path__startswith=path)
        return self.filter(allowed)


class ReviewItem(models.Model):
    """One object of a kind, waiting or decided. The object's own state stays with its owner."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待审核")
        APPROVED = "approved", _("已通过")
        REFUSED = "refused", _("未通过")
        WITHDRAWN = "withdrawn", _("已撤回")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    kind = models.CharField(_("类型"), max_length=40)
    object_id = models.CharField(max_length=40)
    place_path = models.CharField(max_length=255, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    submitted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)

    objects = ReviewItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("审核事项")
        verbose_name_plural = _("审核事项")
        indexes = [models.Index(fields=["state", "submitted_at", "id"], name="review_oldest")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id"], condition=Q(state="waiting"), name="review_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="review_decided_has_time",
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
        facet = self.kind_of.review
        if not isinstance(facet, ReviewFacet):
            raise TypeError(f"{self.kind} is not reviewed: {facet.reason}")
        return facet

    @property
    def is_urgent(self) -> bool:
        return self.state == self.State.WAITING and timezone.now() - self.submitted_at > URGENT_AFTER
