"""How the office wants each kind to be reviewed, and the reasons that it keeps at hand (O1)."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.core import kinds
from foundation.core.facets import ReviewFacet, ReviewTiming
from foundation.core.models import Place
from foundation.core.pages.version import kept, portal_changed

URGENT_AFTER_DAYS = 2
# Stricter ones first.
STRICTNESS = [ReviewTiming.BEFORE, ReviewTiming.AFTER, ReviewTiming.NEVER]


class DecidingLevel(models.TextChoices):
    """For how high a place the role has to be held; roles without a place are above them all."""

    ANY = "any", _("不限")
    COMMITTEE = "committee", _("社区及以上")
    STREET = "street", _("仅街道")


# How deep below the top of the tree of places a level still counts; where there is no street, the committee is the top.
DEEPEST = {DecidingLevel.STREET: 1, DecidingLevel.COMMITTEE: 2}


@dataclass(frozen=True)
class Rule:
    """What holds for one kind: the office's setting, or what the kind brings."""

    timing: ReviewTiming
    steps: int = 1
    level: str = DecidingLevel.ANY
    days: int = URGENT_AFTER_DAYS

    def reaches(self, held_path: str) -> bool:
        """Say whether a role that is held for that place is high enough to decide."""
        deepest = DEEPEST.get(DecidingLevel(self.level))
        return deepest is None or len(held_path) <= deepest * Place.steplen


class ReviewSetting(models.Model):
    """The office's setting of one kind; a kind without one follows its facet."""

    kind = models.CharField(_("类型"), max_length=40, unique=True)
    timing = models.CharField(
        _("审核时间"),
        max_length=6,
        choices=[
            (ReviewTiming.BEFORE.value, _("先审后发")),
            (ReviewTiming.AFTER.value, _("先发后审")),
            (ReviewTiming.NEVER.value, _("不审核")),
        ],
    )
    steps = models.PositiveSmallIntegerField(
        _("审核步骤"), choices=[(1, _("一人审核")), (2, _("两人审核（初审、复审）"))], default=1
    )
    level = models.CharField(
        _("由哪一级审核"), max_length=10, choices=DecidingLevel, default=DecidingLevel.ANY
    )
    days = models.PositiveSmallIntegerField(_("几天内办完"), default=URGENT_AFTER_DAYS)

    class Meta:
        verbose_name = _("审核设置")
        verbose_name_plural = _("审核设置")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(timing__in=["before", "after", "never"]), name="review_setting_timing"
            ),
            models.CheckConstraint(condition=models.Q(steps__in=[1, 2]), name="review_setting_steps"),
            models.CheckConstraint(
                condition=models.Q(level__in=["any", "committee", "street"]), name="review_setting_level"
            ),
            models.CheckConstraint(condition=models.Q(days__gte=1, days__lte=60), name="review_setting_days"),
        ]

    def __str__(self) -> str:
        return self.kind

    def clean(self) -> None:
        """Keep what law or house rule fixes: a kind is only made stricter than its facet allows."""
        super().clean()
        least = facet_of(self.kind).least
        if self.timing in STRICTNESS and STRICTNESS.index(ReviewTiming(self.timing)) > STRICTNESS.index(
            least
        ):
            raise ValidationError({"timing": _("这一类按规定不能放宽到这个程度。")}, code="too_lenient")


class ReviewReason(models.Model):
    """A reason for a refusal that staff keep at hand; a kind that has none brings its own."""

    kind = models.CharField(_("类型"), max_length=40)
    text = models.CharField(_("理由"), max_length=300)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("常用理由")
        verbose_name_plural = _("常用理由")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "text"], name="review_reason_once")]

    def __str__(self) -> str:
        return self.text


def facet_of(kind_key: str) -> ReviewFacet:
    """Return how a kind is reviewed. Raises KeyError for no kind and TypeError for one that has no review."""
    facet = kinds.get(kind_key).review
    if not isinstance(facet, ReviewFacet):
        raise TypeError(f"{kind_key} is not reviewed: {facet.reason}")
    return facet


def rule_of(kind_key: str) -> Rule:
    """Return what holds for a kind, from this process's memory while nothing was changed.

    Raises KeyError for no kind and TypeError for one that has no review.
    """
    facet = facet_of(kind_key)
    return kept("review-rules", _rules).get(kind_key) or Rule(facet.timing)


def _rules() -> dict[str, Rule]:
    return {
        row.kind: Rule(ReviewTiming(row.timing), row.steps, row.level, row.days)
        for row in ReviewSetting.objects.all()
    }


# What everybody decides by has changed: every process asks again.
rules_changed = portal_changed
