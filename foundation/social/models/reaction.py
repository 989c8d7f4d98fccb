from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.social.enums import ReactionKind
from foundation.social.models.post import Post


class Reaction(models.Model):
    """What one person says to a post: one of five kinds (赞 支持 感谢 祝贺 加油), another takes its place.

    The post keeps the numbers, changed only by who made, changed or removed the row.
    """

    post = models.ForeignKey(Post, models.CASCADE, related_name="reactions")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(
        max_length=12, choices=ReactionKind, default=ReactionKind.LIKE, db_default=ReactionKind.LIKE
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("回应")
        verbose_name_plural = _("回应")
        constraints = [
            models.UniqueConstraint(fields=["post", "user"], name="reacts_once"),
            models.CheckConstraint(condition=Q(kind__in=ReactionKind.values), name="reaction_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.post_id}"
