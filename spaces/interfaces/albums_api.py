"""Albums: looking at them, and keeping the own ones (S4, U5)."""

from typing import Annotated, Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from pydantic import Field

from foundation.accounts.models import User
from foundation.core.access import scopes
from foundation.core.access.scopes import RESIDENTS
from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import PageQuery
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given, PublicId
from foundation.core.api.scope import TokenScope
from foundation.core.files import resuming
from foundation.social.domain import albums
from foundation.social.domain.posts import scope_of
from foundation.social.domain.queries.albums import albums_of, photos_of
from foundation.social.interfaces.api import Name
from foundation.social.interfaces.schemas import Level
from foundation.social.models import Album, Photo
from foundation.social.models.album import MAX_CAPTION, MAX_PHOTOS
from foundation.social.permissions import SocialPermission
from spaces.interfaces.schemas import AlbumOut, AlbumPage, PhotoOut, PhotoPage, album_out, photo_out

routes = Routes("albums")
KEEPS: dict[str, Any] = {"scope": TokenScope.WRITE, "may": SocialPermission.POST_STATUS}
OPEN: dict[str, Any] = {"scope": TokenScope.READ, "open_because": "the album decides by its own scope"}


def _visible(request: ApiRequest, public_id: str) -> Album:
    visible = Album.objects.visible_to(request.user).select_related("author__avatar", "cover__file")
    return get_object_or_404(visible, public_id=public_id)


def _own(request: ApiRequest, public_id: str) -> Album:
    """Return an album that the caller keeps. Raises Http404."""
    found = _visible(request, public_id)
    if not albums.may_keep(found, request.user):
        raise Http404
    return found


def _photo(album: Album, public_id: str) -> Photo:
    return get_object_or_404(Photo.objects.select_related("album", "file"), album=album, public_id=public_id)


@routes.reads(
    "/people/{name}/albums",
    scope=TokenScope.READ,
    open_because="lists only the albums that the reader may see",
    returns=AlbumPage,
)
def list_albums(request: ApiRequest, name: Name, page: PageQuery) -> dict[str, Any]:
    """List somebody's albums, the newest first."""
    owner = get_object_or_404(User.objects.visible_to(request.user), username=name)
    rows = albums_of(owner, request.user).select_related("author__avatar").order_by()
    shown, following = paging.page_of(rows, by=["-pk"], paging=page, of=f"albums:{name}", user=request.user)
    return {"items": [album_out(one, request.user) for one in shown], "next": following}


class AlbumIn(Given):
    title: str = Field(min_length=1, max_length=40)
    text: str = Field("", max_length=300)
    level: Level = RESIDENTS


@routes.writes("POST", "/albums", returns=AlbumOut, status=201, **KEEPS)
def make_album(request: ApiRequest, body: AlbumIn, response: HttpResponse) -> AlbumOut:
    """Make an empty album; its photos come one by one."""
    made = albums.make_album(
        by=request.user, title=body.title, text=body.text, scope=scope_of(body.level, request.user)
    )
    response["Location"] = reverse("api:albums-id", args=[made.public_id])
    return album_out(_visible(request, made.public_id), request.user)


@routes.reads("/albums/{id}", returns=AlbumOut, **OPEN)
def read_album(request: ApiRequest, id: PublicId) -> AlbumOut:  # noqa: A002
    """Read what an album is."""
    return album_out(_visible(request, id), request.user)


@routes.writes("PUT", "/albums/{id}", returns=AlbumOut, **KEEPS)
def edit_album(request: ApiRequest, id: PublicId, body: AlbumIn) -> AlbumOut:  # noqa: A002
    """Write the own album's words and who may see it; a narrower level holds for its photos at once."""
    found = _visible(request, id)
    if found.author_id != request.user.pk:
        raise Http404
    # What was made in a circle stays there, whatever level is sent.
    scope = found.scope if scopes.is_place(found.scope) else scope_of(body.level, request.user)
    albums.edit_album(found, by=request.user, title=body.title, text=body.text, scope=scope)
    return album_out(_visible(request, id), request.user)


@routes.writes("DELETE", "/albums/{id}", returns=None, status=204, **KEEPS)
def delete_album(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Delete the own album with its photos, for good."""
    albums.delete_album(_own(request, id), by=request.user)


@routes.reads("/albums/{id}/photos", returns=PhotoPage, **OPEN)
def list_photos(request: ApiRequest, id: PublicId, page: PageQuery) -> dict[str, Any]:  # noqa: A002
    """List an album's photos in its order."""
    album = _visible(request, id)
    rows = photos_of(album).order_by()
    shown, following = paging.page_of(
        rows, by=["position", "pk"], paging=page, of=f"photos:{id}", user=request.user
    )
    return {"items": [photo_out(one, album) for one in shown], "next": following}


class PhotoIn(Given):
    upload: str = Field(min_length=1, max_length=16, description="A finished upload.")
    caption: str = Field("", max_length=MAX_CAPTION)


@routes.writes("POST", "/albums/{id}/photos", returns=PhotoOut, status=201, **KEEPS)
def add_photo(request: ApiRequest, id: PublicId, body: PhotoIn) -> PhotoOut:  # noqa: A002
    """Add a photo that was uploaded before to the end of the own album; the first becomes its cover."""
    album = _own(request, id)
    with resuming.taken([body.upload], by=request.user) as files:
        made = albums.add_photo(album, files[0], by=request.user, caption=body.caption)
    album.refresh_from_db(fields=["cover"])
    return photo_out(made, album)


class OrderIn(Given):
    photos: list[PublicId] = Field(
        max_length=MAX_PHOTOS, description="They come first, in this order; the others follow as they stood."
    )


@routes.writes("PUT", "/albums/{id}/order", returns=None, status=204, **KEEPS)
def order_photos(request: ApiRequest, id: PublicId, body: OrderIn) -> None:  # noqa: A002
    """Put the own album's photos in order."""
    albums.order_photos(_own(request, id), body.photos, by=request.user)


class CoverIn(Given):
    photo: PublicId


@routes.writes("PUT", "/albums/{id}/cover", returns=AlbumOut, **KEEPS)
def choose_cover(request: ApiRequest, id: PublicId, body: CoverIn) -> AlbumOut:  # noqa: A002
    """Let one of its photos stand for the own album."""
    albums.choose_cover(_photo(_own(request, id), body.photo), by=request.user)
    return album_out(_visible(request, id), request.user)


class CaptionIn(Given):
    caption: Annotated[str, Field(max_length=MAX_CAPTION)]


@routes.writes("PATCH", "/albums/{id}/photos/{photo}", returns=PhotoOut, **KEEPS)
def caption_photo(request: ApiRequest, id: PublicId, photo: PublicId, body: CaptionIn) -> PhotoOut:  # noqa: A002
    """Say what is on a photo of the own album."""
    album = _own(request, id)
    found = _photo(album, photo)
    albums.caption_photo(found, body.caption, by=request.user)
    return photo_out(_photo(album, photo), album)


@routes.writes("DELETE", "/albums/{id}/photos/{photo}", returns=None, status=204, **KEEPS)
def delete_photo(request: ApiRequest, id: PublicId, photo: PublicId) -> None:  # noqa: A002
    """Take a photo out of the own album, for good."""
    albums.delete_photo(_photo(_own(request, id), photo), by=request.user)
