"""Taking pictures in: limits before decoding, sizes by a worker (security.md §2 rows 20 and 21)."""

import shutil
import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import Any

import pillow_heif
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from foundation.core.access.scopes import ONLY, Scope
from foundation.core.files.models import StoredFile
from foundation.core.files.room import check_room, hold
from foundation.core.flow import chores, outbox

pillow_heif.register_heif_opener()

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
# An upload whose transaction was undone, or whose process died, leaves bytes that no row names; so old they may go.
ORPHAN_AFTER = timedelta(days=1)
# A request that found the file before it was dropped, to show it or to report it, has ended by then.
REMOVE_AFTER = timedelta(minutes=1)
CHANNEL, AT_ONCE = "remove", 50
READABLE = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF")
# From here on Pillow itself refuses too, wherever it is called.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
# What the decoders raise for a broken file; those of AVIF and HEIF have words of their own.
UNREADABLE = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, RuntimeError)


def check_picture(upload: UploadedFile) -> tuple[int, int]:
    """Look at an upload's header only; return width and height in pixels as stored.

    Raises ValidationError, in the reader's language, for what is too large, no picture, or a bomb.
    """
    if upload.size is None or upload.size > MAX_BYTES:
        raise ValidationError(_("这张图片超过 10 MB，请换一张小一些的。"), code="too_large")
    try:
        upload.seek(0)
        with Image.open(upload, formats=READABLE) as picture:
            width, height = picture.size
    except (Image.DecompressionBombError, *UNREADABLE) as fault:
        if isinstance(fault, Image.DecompressionBombError):
            raise ValidationError(
                _("这张图片的像素太多，请换一张 4000 万像素以内的。"), code="bomb"
            ) from None
        raise ValidationError(
            _("这个文件不是能识别的图片。请上传 JPG、PNG、WebP 或 HEIC 格式的照片。"), code="no_picture"
        ) from None
    finally:
        upload.seek(0)
    if width * height > MAX_PIXELS:
        raise ValidationError(_("这张图片的像素太多，请换一张 4000 万像素以内的。"), code="bomb")
    return width, height


def store_picture(
    upload: UploadedFile, *, owner: Any, description: str = "", scope: Scope | None = None
) -> StoredFile:
    """Keep a checked upload and leave its sizes to a worker.

    Raises ValidationError as `check_picture`, and where the owner has no room left (ASVS 5.2.4).
    """
    width, height = check_picture(upload)
    stored = StoredFile(
        owner_id=owner.pk,
        description=description,
        uploaded_bytes=upload.size or 0,
        width=width,
        height=height,
    )
    stored.scope = scope or Scope(ONLY, str(owner.pk))
    try:
        with transaction.atomic():
            hold(owner)
            check_room(owner, stored.uploaded_bytes)
            stored.directory.mkdir(parents=True, exist_ok=True)
            with stored.original.open("wb") as target:
                for chunk in upload.chunks():
                    target.write(chunk)
            stored.save()
            outbox.enqueue("picture", key=f"picture:{stored.pk}", payload={"id": stored.pk})
    except (OSError, DatabaseError):
        # Half a file on a full disk takes the room that is missing.
        shutil.rmtree(stored.directory, ignore_errors=True)
        raise
    return stored


def rescope(ids: list[int], scope: Scope) -> None:
    """Give files the scope of what they hang on, with immediate effect."""
    StoredFile.objects.filter(pk__in=ids).update(scope_level=scope.level, scope_ref=scope.ref)


@transaction.atomic
def drop(ids: list[int]) -> None:
    """Take files away from everybody at once; a minute later a worker removes the bytes.

    They count for nobody any more (`room`), so they must not lie until the day's sweep: who posts and deletes again and
    again would fill the disk of all.
    """
    StoredFile.objects.filter(pk__in=ids).update(
        scope_level=ONLY, scope_ref="", owner_id=0, dropped_at=timezone.now()
    )
    some = [(None, {"ids": list(few)}) for few in batched(ids, AT_ONCE, strict=False)]
    outbox.enqueue_many(CHANNEL, some, after=REMOVE_AFTER)


def hand_to_nobody(ids: Iterable[int]) -> None:
    """Let files stay after their owner: what they hang on shows them, and nobody else finds them."""
    StoredFile.objects.filter(pk__in=list(ids)).update(owner_id=0, scope_level=ONLY, scope_ref="")


def keep(ids: list[int], *, until: datetime) -> None:
    """Keep the bytes of files as evidence until then, whatever becomes of what they hang on."""
    StoredFile.objects.filter(pk__in=ids).update(kept_until=until)


@outbox.handler(CHANNEL)
def remove_dropped(key: str, payload: dict[str, Any]) -> None:
    """Remove the bytes of what was dropped a minute ago; evidence stays for `sweep`."""
    _remove(payload["ids"])


@chores.each(chores.Rhythm.DAY)
def sweep() -> int:
    """Remove the bytes and rows of dropped files that were kept as evidence, or forgotten; return how many went."""
    due = _needed_by_nobody().values_list("pk", flat=True)
    return sum(_remove(few) for few in batched(list(due), AT_ONCE, strict=False))


def _needed_by_nobody() -> models.QuerySet[StoredFile]:
    return StoredFile.objects.exclude(dropped_at=None).exclude(kept_until__gt=timezone.now())


@transaction.atomic
def _remove(ids: Iterable[int]) -> int:
    # Locked: whoever reports one at this moment keeps it.
    some = _needed_by_nobody().select_for_update().filter(pk__in=list(ids)).order_by("pk")
    for stored in some:
        shutil.rmtree(stored.directory, ignore_errors=True)
        stored.delete()
    return len(some)


@chores.each(chores.Rhythm.DAY)
def sweep_orphans() -> int:
    """Remove the bytes that no row names; return how many folders went."""
    oldest, gone = time.time() - ORPHAN_AFTER.total_seconds(), 0
    for some in batched(_folders(), 500, strict=False):
        named = StoredFile.objects.filter(folder__in=[folder for folder, _path in some])
        known = set(named.values_list("folder", flat=True))
        for folder, path in some:
            if folder not in known and path.stat().st_mtime < oldest:
                shutil.rmtree(path, ignore_errors=True)
                gone += 1
    return gone


def _folders() -> Iterator[tuple[uuid.UUID, Path]]:
    return named_by_folder(Path(settings.PRIVATE_ROOT).glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"))


def named_by_folder(paths: Iterable[Path]) -> Iterator[tuple[uuid.UUID, Path]]:
    """Yield the paths that bear the name a row of ours gives them, with it; others of the private root are none."""
    for path in paths:
        try:
            yield uuid.UUID(hex=path.name), path
        except ValueError:
            continue
