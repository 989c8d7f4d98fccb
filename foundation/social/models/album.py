"""Albums (相册): pictures in an order, in a space or in a place of its own, told apart by their scope (S4)."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.accounts.validators import validate_visible
from foundation.core.access import scopes
from foundation.core.access.models import Scoped, ScopedQuerySet
from foundation.core.ids import public_id, time_ordered_id
from foundation.core.models import StoredFile
from foundation.social.models.post import shown_author

MAX_PHOTOS = 500
MAX_CAPTION = 120


class AlbumQuerySet(ScopedQuerySet["Album"]):
    def visible_to(self, user: Any) -> "AlbumQuerySet":
        """Keep the albums whose scope `user` holds and the own ones; what was hidden only its author sees (O2)."""
        shown = Q(hidden_at__isnull=True)
        if user is not None and user.is_authenticated:
            shown |= Q(author_id=user.pk)
        return super().visible_to(user).filter(shown, shown_author("author", user))  # type: ignore[return-value]


class Album(Scoped):
    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    author = models.ForeignKey(User, models.CASCADE, related_name="albums")
    title = models.CharField(_("相册名称"), max_length=40, validators=[validate_visible])
    text = models.TextField(_("说明"), max_length=300, blank=True)
    cover = models.ForeignKey("Photo", models.SET_NULL, null=True, related_name="+")
    # The form's own number: the same form sent twice is one album.
    once = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    hidden_at = models.DateTimeField(null=True, editable=False)
    photo_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)

    objects = AlbumQuerySet.as_manager()

    class Meta:
        verbose_name = _("相册")
        verbose_name_plural = _("相册")
        indexes = [
            models.Index(fields=["author", "-id"], name="album_by_author"),
            models.Index(fields=["scope_level", "scope_ref", "-id"], name="album_by_scope"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["author", "once"], name="album_made_once"),
            models.CheckConstraint(condition=Q(photo_count__lte=MAX_PHOTOS), name="album_has_an_end"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def url(self) -> str:
        """Its page: in the circle it belongs to, or in its author's space."""
        if place := scopes.url(self.scope):
            return f"{place}albums/{self.public_id}/"
        return reverse("spaces:album", args=[self.author.username, self.public_id])

    def get_absolute_url(self) -> str:
        return self.url


class Photo(models.Model):
    """One picture of an album, as visible as the album is."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    album = models.ForeignKey(Album, models.CASCADE, related_name="photos")
    # Who added it: in a circle's album others than its author do.
    author = models.ForeignKey(User, models.CASCADE, related_name="+")
    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="+")
    caption = models.CharField(_("照片说明"), max_length=MAX_CAPTION, blank=True)
    position = models.PositiveIntegerField()
    # The sender's number for this picture: sent again over a bad line, it is one photo.
    once = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["album", "once"], name="photo_sent_once")]

    def __str__(self) -> str:
        return self.public_id
