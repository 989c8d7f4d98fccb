from django.db import models
from django.utils.translation import gettext_lazy as _


class ReactionKind(models.TextChoices):
    """What somebody says to a post with one press. Stored: a value never changes once released."""

    LIKE = "like", _("赞")
    SUPPORT = "support", _("支持")
    THANKS = "thanks", _("感谢")
    CONGRATULATE = "congratulate", _("祝贺")
    CHEER = "cheer", _("加油")

    @property
    def icon(self) -> str:
        return ICONS[self]

    @property
    def counter(self) -> str:
        """The post's column that counts this kind; likes are what remains of all, and have none."""
        return "" if self is ReactionKind.LIKE else f"{self.value}_count"


ICONS = {
    ReactionKind.LIKE: "heart",
    ReactionKind.SUPPORT: "hand-heart",
    ReactionKind.THANKS: "flower-2",
    ReactionKind.CONGRATULATE: "star",
    ReactionKind.CHEER: "sprout",
}
