"""What lies ready in a circle: pinned posts and files (G4)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.core.ids import public_id
from foundation.core.models import StoredFile
from foundation.social.models import Post
from groups.models.circle import Circle

MOST_PINS = 3


class CirclePin(models.Model):
    """A post that stands first. Its slot is its circle's own: there are three."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="pins")
    post = models.OneToOneField(Post, models.CASCADE, related_name="circle_pin")
    slot = models.PositiveSmallIntegerField()
    pinned_at = models.DateTimeField(default=timezone.now)
    # Every member was told of it: an announcement.
    announced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("置顶")
        verbose_name_plural = _("置顶")
        constraints = [
            models.UniqueConstraint(fields=["circle", "slot"], name="one_post_on_a_pin"),
            models.CheckConstraint(condition=Q(slot__lt=MOST_PINS), name="at_most_three_pins"),
        ]

    def __str__(self) -> str:
        return f"{self.circle_id} {self.slot}"


class CircleFile(models.Model):
    """A file that somebody laid into a circle for its people; who may open it stands on the file itself."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="+")
    name = models.CharField(_("文件名"), max_length=80)
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    # The form's own number: the same form sent twice is one file.
    once = models.UUIDField(unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("圈子文件")
        verbose_name_plural = _("圈子文件")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
