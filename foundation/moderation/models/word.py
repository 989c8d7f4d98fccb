"""The list of words that staff keep, and a reading of all that was written before (O2)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.text import Level
from foundation.moderation.rules import SENTENCE_ENDS, folded

SHORTEST = 2
LONGEST = 240


def looked_for(text: str) -> str:
    """Return how a listed word is looked for; the full stop behind it is none of it."""
    return folded(text)[0].strip("".join(SENTENCE_ENDS))[:LONGEST]


class Word(models.Model):
    """One listed word; `folded` is how it is looked for, so that two spellings of one are one."""

    text = models.CharField(_("词"), max_length=60)
    folded = models.CharField(max_length=LONGEST, unique=True, editable=False)
    level = models.CharField(_("处理"), max_length=5, choices=Level)
    note = models.CharField(_("备注"), max_length=120, blank=True)
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("敏感词")
        verbose_name_plural = _("敏感词")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__in=["block", "hold", "flag"]), name="word_level_known"
            )
        ]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        super().clean()
        self.folded = looked_for(self.text)
        if len(self.folded) < SHORTEST:
            raise ValidationError({"text": _("至少两个字。")}, code="too_short")


class WordScan(models.Model):
    """A reading of everything that stands already; goes on from `kind` and `last_id` after a stop."""

    started_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=40, blank=True)
    last_id = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    looked = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.looked}/{self.total}"
