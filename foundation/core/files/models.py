"""People's own files: never public by address, checked at every request (DESIGN §2)."""

import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from foundation.core.access.models import Scoped, ScopedQuerySet
from foundation.core.ids import public_id, time_ordered_id

# Longest side in pixels of the sizes that a worker makes of every picture.
SIZES = (320, 960, 2048)
FORMATS = ("avif", "webp")


class StoredFileQuerySet(ScopedQuerySet["StoredFile"]):
    def visible_to(self, user: Any) -> "StoredFileQuerySet":
        """Keep the files whose scope `user` holds and the own ones; dropped ones and closed owners' never."""
        people: Any = get_user_model()._default_manager
        standing = people.in_good_standing().filter(pk=models.OuterRef("owner_id"))
        standing = standing.filter(models.Q(leaves_at=None) | models.Q(pk=getattr(user, "pk", None)))
        return super().visible_to(user).filter(models.Exists(standing), dropped_at=None)  # type: ignore[return-value]


class StoredFile(Scoped):
    """One picture of a person. Carries the scope of what it hangs on; without that, only the owner sees it.

    The upload itself is kept until the sizes are made, then it goes, and with it every EXIF tag.
    """

    class State(models.TextChoices):
        NEW = "new"
        READY = "ready"
        FAILED = "failed"

    scope_owner = "owner_id"

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    # `core` knows people only as numbers: no foreign key up.
    owner_id = models.BigIntegerField(db_index=True)
    folder = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    description = models.CharField(max_length=120, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    uploaded_bytes = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    # Set when what it hangs on was deleted: the bytes go a minute later, the address at once.
    dropped_at = models.DateTimeField(null=True)
    # What was reported stays as evidence until this time, though nobody sees it any more (O2).
    kept_until = models.DateTimeField(null=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        app_label = "core"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="ready") | models.Q(width__gt=0, height__gt=0),
                name="ready_file_has_size",
            )
        ]

    def __str__(self) -> str:
        return self.public_id

    @cached_property
    def directory(self) -> Path:
        """Where its bytes lie: two levels of folders by random name below PRIVATE_ROOT."""
        name = self.folder.hex
        return settings.PRIVATE_ROOT / name[:2] / name[2:4] / name

    def path_of(self, size: int, extension: str) -> Path:
        return self.directory / f"{size}.{extension}"

    @property
    def original(self) -> Path:
        return self.directory / "original"

    @property
    def ready(self) -> bool:
        return self.state == self.State.READY

    def url_of(self, size: int, extension: str = "webp") -> str:
        return reverse("file", args=[self.public_id, size, extension])

    @property
    def url_320(self) -> str:
        return self.url_of(320)

    @property
    def url_960(self) -> str:
        return self.url_of(960)

    @property
    def url_2048(self) -> str:
        return self.url_of(2048)

    @property
    def avif_320(self) -> str:
        return self.url_of(320, "avif")

    @property
    def avif_960(self) -> str:
        return self.url_of(960, "avif")

    @property
    def alt(self) -> str:
        return self.description


class Upload(models.Model):
    """A picture on its way, piece by piece, until something takes it; its owner's alone, and gone within a day."""

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    owner_id = models.BigIntegerField(db_index=True)
    folder = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    # How much lies there for certain: written under the row's lock, after the bytes.
    offset = models.PositiveIntegerField(default=0)
    # What the whole has to be, where the sender said so.
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "core"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(size__gt=0, offset__lte=models.F("size")), name="upload_within_its_size"
            )
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def path(self) -> Path:
        return settings.PRIVATE_ROOT / "uploads" / self.folder.hex

    @property
    def whole(self) -> bool:
        return self.offset == self.size
