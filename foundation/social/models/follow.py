from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User


class Follow(models.Model):
    """One person follows another (关注). `mutual` is kept on both rows: contacts are then one index scan."""

    follower = models.ForeignKey(User, models.CASCADE, related_name="following")
    followed = models.ForeignKey(User, models.CASCADE, related_name="followers")
    mutual = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("关注")
        verbose_name_plural = _("关注")
        indexes = [
            models.Index(fields=["follower", "followed"], name="contacts", condition=Q(mutual=True)),
            models.Index(fields=["followed", "-id"], name="followers_newest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["follower", "followed"], name="follows_once"),
            models.CheckConstraint(condition=~Q(follower=F("followed")), name="follows_others"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} → {self.followed_id}"
