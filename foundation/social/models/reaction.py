from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.social.models.post import Post


class Reaction(models.Model):
    """A like (赞); the post keeps their number, changed only by who made or removed the row."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="reactions")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("赞")
        verbose_name_plural = _("赞")
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="reacts_once")]

    def __str__(self) -> str:
        return f"{self.user_id} ♥ {self.post_id}"
