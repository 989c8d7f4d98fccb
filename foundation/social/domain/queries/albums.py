"""Albums as one reader sees them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from foundation.core.access import scopes
from foundation.core.access.scopes import Scope
from foundation.social.models import Album, Photo


def albums_of(owner: Any, user: Any) -> QuerySet[Album]:
    """Return the albums in somebody's own space that `user` may see, with their covers, the newest first."""
    visible = Album.objects.visible_to(user).filter(author=owner).exclude(scope_level="circle")
    return visible.select_related("author", "cover__file").order_by("-pk")


def album_of(public_id: str, user: Any, *, username: str) -> Album:
    """Return one album that `user` may see. Raises Http404."""
    visible = Album.objects.visible_to(user).select_related("author__avatar", "cover__file")
    return get_object_or_404(visible, public_id=public_id, author__username=username)


def photos_of(album: Album) -> QuerySet[Photo]:
    """Return the photos of an album that was found by `visible_to`, in its order."""
    return album.photos.select_related("file")


def album_scope(album: Album) -> Scope | None:
    """Return who finds an album: for whom it was made, its author alone once the community hid it."""
    return album.scope if album.hidden_at is None else Scope(scopes.ONLY, str(album.author_id))


def load_albums(ids: Sequence[int], user: Any) -> list[Album]:
    """Return those of `ids` that `user` may see, ready to be shown (the feed facet)."""
    found = Album.objects.visible_to(user).filter(pk__in=ids)
    return list(found.select_related("author__avatar", "cover__file"))
