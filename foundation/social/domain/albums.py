"""Making albums, and adding, naming, ordering and removing their photos (S4)."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core.access import scopes
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.access.scopes import Scope
from foundation.core.files import uploads
from foundation.core.flow import audit
from foundation.core.pages.version import taken_back
from foundation.core.text import check, follow_up, stand_in_line
from foundation.social.domain import comments
from foundation.social.domain.newcomers import check_newcomer
from foundation.social.domain.text import written
from foundation.social.models import Album, FeedEntry, Photo
from foundation.social.models.album import MAX_CAPTION, MAX_PHOTOS
from foundation.social.permissions import SocialPermission

KIND = "album"


def make_album(*, by: Any, title: str, text: str = "", scope: Scope, once: uuid.UUID | None = None) -> Album:
    """Make an empty album; the same `once` from the same author gives the one that stands already.

    Raises Refused, TooOften, ValidationError.
    """
    require(by, SocialPermission.POST_STATUS)
    if not scopes.may_post(by, scope):
        raise Refused(Refusal.FORBIDDEN)
    title, text = _words(title, text, by=by)
    checked = check(title, text)
    consume("album", by, rate=settings.RATES["album"])
    once = once or uuid.uuid4()
    try:
        with transaction.atomic():
            album = Album(author=by, title=title, text=text, once=once)
            album.scope = scope
            album.save(force_insert=True)
            follow_up(album, checked)
            audit.append("social.make_album", by=by, obj=album)
            return album
    except IntegrityError:
        return Album.objects.get(author=by, once=once)


def edit_album(album: Album, *, by: Any, title: str, text: str, scope: Scope) -> Album:
    """Change words and scope of the own album; a narrower scope holds for its photos at their next request.

    What was made in a place of its own, as a circle is, stays there: others added to it. Raises Refused,
    ValidationError.
    """
    require(by, SocialPermission.POST_STATUS)
    if not scopes.may_post(by, scope) or (scope != album.scope and scopes.is_place(album.scope)):
        raise Refused(Refusal.FORBIDDEN)
    title, text = _words(title, text, by=by)
    checked = check(title, text)
    with transaction.atomic():
        stand_in_line(album, checked)
        locked = _kept(album, by)
        if locked.scope.level == scopes.PUBLIC:
            taken_back()
        if scope != locked.scope:
            locked.scope = scope
            if locked.hidden_at is None:
                uploads.rescope(_files(locked), scope)
            comments.rescope(locked, scope)
            FeedEntry.objects.filter(kind=KIND, object_id=locked.pk).update(channel=scopes.channel(scope))
        locked.title, locked.text = title, text
        locked.save(update_fields=["title", "text", "scope_level", "scope_ref"])
        follow_up(locked, checked)
        audit.append("social.edit_album", by=by, obj=locked)
    return locked


def add_photo(
    album: Album, upload: UploadedFile, *, by: Any, caption: str = "", once: uuid.UUID | None = None
) -> Photo:
    """Add one picture to the end; the same `once` again, after a line was cut, gives the photo that stands already.

    The first makes the album appear in the feed and is its cover. Raises Refused, TooOften, and ValidationError for
    what is no picture, too large or too much, and for an album that is full.
    """
    require(by, SocialPermission.POST_STATUS)
    if not _may_add(album, by):
        raise Refused(Refusal.FORBIDDEN)
    once = once or uuid.uuid4()
    if there := Photo.objects.filter(album=album, once=once, author=by).select_related("file").first():
        return there
    caption = written(caption)[:MAX_CAPTION]
    check_newcomer("", descriptions=[caption], by=by)
    checked = check(caption)
    consume("photo", by, rate=settings.RATES["photo"])
    uploads.check_picture(upload)
    try:
        with transaction.atomic():
            photo = _add(album, upload, by, caption, once)
            follow_up(album, checked)
            return photo
    except IntegrityError:
        return Photo.objects.get(album=album, once=once, author=by)


def _add(album: Album, upload: UploadedFile, by: Any, caption: str, once: uuid.UUID) -> Photo:
    locked = Album.objects.select_for_update(of=("self",)).get(pk=album.pk)
    if locked.photo_count >= MAX_PHOTOS:
        raise ValidationError(_("一本相册最多 500 张照片，请再建一本。"), code="too_many")
    scope = locked.scope if locked.hidden_at is None else Scope(scopes.ONLY, str(locked.author_id))
    stored = uploads.store_picture(upload, owner=by, description=caption, scope=scope)
    last = locked.photos.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    photo = Photo.objects.create(
        album=locked, author=by, file=stored, caption=caption, position=position, once=once
    )
    locked.photo_count += 1
    locked.cover_id = locked.cover_id or photo.pk
    locked.save(update_fields=["photo_count", "cover"])
    if locked.photo_count == 1:
        FeedEntry.objects.get_or_create(
            kind=KIND,
            object_id=locked.pk,
            defaults={"id": locked.pk, "actor": locked.author, "channel": scopes.channel(locked.scope)},
        )
    return photo


@transaction.atomic
def order_photos(album: Album, public_ids: Sequence[str], *, by: Any) -> None:
    """Put the named photos first, in that order; the others follow as they stood. Raises Refused."""
    require(by, SocialPermission.POST_STATUS)
    locked = _kept(album, by)
    photos = {photo.public_id: photo for photo in locked.photos.all()}
    wanted = [photos.pop(name) for name in dict.fromkeys(public_ids) if name in photos]
    ordered = [*wanted, *photos.values()]
    for position, photo in enumerate(ordered):
        photo.position = position
    Photo.objects.bulk_update(ordered, ["position"], batch_size=200)


@transaction.atomic
def move_photo(photo: Photo, by_places: int, *, by: Any) -> None:
    """Move a photo so many places back, or forward where that is negative, as far as there are any. Raises Refused."""
    locked = _kept(photo.album, by)
    names = list(locked.photos.values_list("public_id", flat=True))
    if photo.public_id not in names:
        return
    at = names.index(photo.public_id)
    names.insert(max(0, at + by_places), names.pop(at))
    order_photos(locked, names, by=by)


@transaction.atomic
def caption_photo(photo: Photo, caption: str, *, by: Any) -> None:
    """Say what is on a photo; read aloud as its description too. Raises Refused, ValidationError."""
    require(by, SocialPermission.POST_STATUS)
    caption = written(caption)
    if len(caption) > MAX_CAPTION:
        raise ValidationError(_("照片说明最多 120 个字。"), code="too_long")
    check_newcomer("", descriptions=[caption], by=by)
    checked = check(caption)
    stand_in_line(photo.album, checked)
    locked = _kept(photo.album, by, photo=photo)
    Photo.objects.filter(pk=photo.pk).update(caption=caption)
    photo.file.__class__.objects.filter(pk=photo.file_id).update(description=caption)
    follow_up(locked, checked)


@transaction.atomic
def choose_cover(photo: Photo, *, by: Any) -> None:
    """Let a photo stand for its album. Raises Refused."""
    require(by, SocialPermission.POST_STATUS)
    locked = _kept(photo.album, by)
    locked.cover = photo
    locked.save(update_fields=["cover"])


@transaction.atomic
def delete_photo(photo: Photo, *, by: Any) -> None:
    """Take a photo away; again changes nothing. Its sender may, the album's author, and who keeps order. Raises Refused."""
    locked = _kept(photo.album, by, photo=photo)
    found = Photo.objects.filter(pk=photo.pk)
    if not found.exists():
        return
    uploads.drop([photo.file_id])
    found.delete()
    cover = locked.photos.first() if locked.cover_id in (None, photo.pk) else locked.cover
    locked.cover = cover
    Album.objects.filter(pk=locked.pk).update(photo_count=F("photo_count") - 1, cover=cover)
    taken_back()


@transaction.atomic
def delete_album(album: Album, *, by: Any) -> None:
    """Take an album away with its photos and what was said under it; again changes nothing. Raises Refused."""
    found = Album.objects.select_for_update(of=("self",)).filter(pk=album.pk).first()
    if found is None:
        return
    if found.author_id != by.pk and not scopes.may_manage(by, found.scope):
        raise Refused(Refusal.FORBIDDEN)
    uploads.drop(_files(found))
    comments.remove_all(found)
    FeedEntry.objects.filter(kind=KIND, object_id=found.pk).delete()
    audit.append("social.delete_album", by=by, obj=found)
    found.delete()
    taken_back()


@transaction.atomic
def hide_album(album: Album, *, hidden: bool, by: Any) -> None:
    """Take an album and its photos from everybody's eyes but its author's, or give them back (O2)."""
    locked = Album.objects.select_for_update(of=("self",)).get(pk=album.pk)
    if (locked.hidden_at is not None) == hidden:
        return
    locked.hidden_at = timezone.now() if hidden else None
    locked.save(update_fields=["hidden_at"])
    taken_back()
    uploads.rescope(_files(locked), Scope(scopes.ONLY, str(locked.author_id)) if hidden else locked.scope)


def may_keep(album: Album, user: Any) -> bool:
    """Say whether `user` orders an album: its author, and in a circle who keeps order there."""
    return album.author_id == user.pk or scopes.may_manage(user, album.scope)


def _may_add(album: Album, by: Any) -> bool:
    return scopes.may_post(by, album.scope) if scopes.url(album.scope) else album.author_id == by.pk


def _kept(album: Album, by: Any, *, photo: Photo | None = None) -> Album:
    locked = Album.objects.select_for_update(of=("self",)).select_related("author", "cover").get(pk=album.pk)
    if not may_keep(locked, by) and (photo is None or photo.author_id != by.pk):
        raise Refused(Refusal.FORBIDDEN)
    return locked


def _files(album: Album) -> list[int]:
    return list(album.photos.values_list("file_id", flat=True))


def _words(title: str, text: str, *, by: Any) -> tuple[str, str]:
    title, text = written(title), written(text)
    if not title:
        raise ValidationError(_("请给相册起个名字。"), code="empty")
    if len(title) > 40 or len(text) > 300:
        raise ValidationError(_("名称最多 40 个字，说明最多 300 个字。"), code="too_long")
    check_newcomer(f"{title}\n{text}", by=by)
    return title, text
