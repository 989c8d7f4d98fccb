from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.models.idea import KNOWN, Idea, State
from feedback.rules import MAX_ANSWER
from foundation.accounts.models import User


class Answer(models.Model):
    """What the community said to an idea, and how far it was then; without words only that it went on."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="answers")
    # Shown is the community; who wrote it is for the log.
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(_("答复"), max_length=MAX_ANSWER, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State)
    # Whether the idea came into this state with it.
    moved = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("答复")
        verbose_name_plural = _("答复")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["idea", "at"], name="answers_of_idea")]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=KNOWN), name="answer_state_known"),
            models.CheckConstraint(
                condition=models.Q(moved=True) | ~models.Q(text=""), name="answer_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.idea_id} {self.state}"
