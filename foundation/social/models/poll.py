"""A question with answers to choose from, carried by a post (G4). Who chose what, nobody is told."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.social.models.post import Post

FEWEST_CHOICES, MOST_CHOICES = 2, 10
MAX_CHOICE = 40


class Poll(models.Model):
    """`voter_count` and each choice's `votes` are changed only under this row's lock."""

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="poll")
    several = models.BooleanField(_("可以选几项"), default=False)
    until = models.DateTimeField(_("截止时间"))
    voter_count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("投票")
        verbose_name_plural = _("投票")

    def __str__(self) -> str:
        return f"{self.post_id}"

    @property
    def is_over(self) -> bool:
        return self.until <= timezone.now()


class PollChoice(models.Model):
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="choices")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=MAX_CHOICE)
    votes = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "position"], name="one_choice_per_position"),
            models.CheckConstraint(condition=Q(position__lt=MOST_CHOICES), name="at_most_ten_choices"),
        ]

    def __str__(self) -> str:
        return self.text


class PollVote(models.Model):
    """Where one may be chosen, everybody has the slot 0 alone: the constraint counts, not whoever looked before."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="votes")
    choice = models.ForeignKey(PollChoice, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    slot = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "user", "slot"], name="votes_once_per_slot"),
            models.UniqueConstraint(fields=["choice", "user"], name="chooses_once"),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.slot}"
