from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.models.idea import Idea
from foundation.accounts.models import User


class Vote(models.Model):
    """Somebody wants it too; shown as a number."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="votes")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("支持")
        verbose_name_plural = _("支持")
        constraints = [models.UniqueConstraint(fields=["idea", "user"], name="one_vote_per_idea")]

    def __str__(self) -> str:
        return f"{self.idea_id} {self.user_id}"
