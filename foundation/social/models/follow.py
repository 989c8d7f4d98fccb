from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User


class FollowQuerySet(models.QuerySet["Follow"]):
    def open(self) -> "FollowQuerySet":
        """Keep what everybody may count: a secret follow is its follower's own business."""
        return self.filter(secret=False)


class Follow(models.Model):
    """One person follows another (关注). `mutual` is kept on both rows: contacts are then one index scan.

    A `secret` one (悄悄关注) is in no list and no number but its follower's own, and makes nobody a contact.
    """

    follower = models.ForeignKey(User, models.CASCADE, related_name="following")
    followed = models.ForeignKey(User, models.CASCADE, related_name="followers")
    mutual = models.BooleanField(default=False)
    secret = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FollowQuerySet.as_manager()

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
            models.CheckConstraint(condition=~Q(secret=True, mutual=True), name="secret_is_no_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} → {self.followed_id}"


class FollowRule(models.Model):
    """What somebody decided about being followed; nothing stored: everybody may, in secret too (S6)."""

    user = models.OneToOneField(User, models.CASCADE, related_name="follow_rule")
    by_anybody = models.BooleanField(_("邻居可以关注我"), default=True)
    in_secret = models.BooleanField(_("接受悄悄关注"), default=True)

    class Meta:
        verbose_name = _("关注规则")
        verbose_name_plural = _("关注规则")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.by_anybody} {self.in_secret}"


class Block(models.Model):
    """One person wants to have nothing to do with another (拉黑): neither sees anything of the other (S6)."""

    blocker = models.ForeignKey(User, models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("拉黑")
        verbose_name_plural = _("拉黑")
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="blocks_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="blocks_others"),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} ⊘ {self.blocked_id}"
