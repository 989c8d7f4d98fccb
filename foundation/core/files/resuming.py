"""Pictures that come in pieces over bad lines: what arrived stays, and the sender goes on from there (U5)."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from functools import partial
from itertools import batched
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core.access.limits import consume
from foundation.core.access.permissions import require
from foundation.core.files.models import Upload
from foundation.core.files.room import check_room, hold
from foundation.core.files.uploads import MAX_BYTES, ORPHAN_AFTER, check_picture, named_by_folder
from foundation.core.flow import chores
from foundation.core.permissions import PortalPermission

KEEP = timedelta(hours=24)
# Written down one by one: a process that dies loses no more than this.
PIECE = 256 * 1024
MEDIA_TYPES = ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/avif", "image/gif")


class OffsetDiffers(Exception):
    """More, or less, lies there than the sender believes; `offset` says how much."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


@transaction.atomic
def begin(*, by: Any, size: int, media_type: str, sha256: str = "") -> Upload:
    """Make room for a picture.

    Raises Refused, TooOften, and ValidationError for one that is too large, too many at once, or more than fits.

    What waits is counted under the lock of the person's account: as much as one form of the page takes.
    """
    require(by, PortalPermission.UPLOAD_PICTURES)
    consume("upload", by, rate=settings.RATES["upload"])
    if size > MAX_BYTES:
        raise ValidationError(_("这张图片超过 10 MB，请换一张小一些的。"), code="too_large")
    hold(by)
    waiting = Upload.objects.filter(owner_id=by.pk).aggregate(total=models.Sum("size"))["total"] or 0
    if waiting + size > settings.UPLOAD_MAX_BODY:
        raise ValidationError(_("还有太多照片没有用上，请先发布它们，或者明天再传。"), code="quota")
    # Before a byte of it travels; when it is used, it is counted again.
    check_room(by, waiting + size)
    upload = Upload(owner_id=by.pk, size=size, media_type=media_type, sha256=sha256.lower())
    upload.save(force_insert=True)
    return upload


def find(public_id: str, *, by: Any) -> Upload | None:
    """Return one of the own uploads, None for everything else."""
    return Upload.objects.filter(public_id=public_id, owner_id=by.pk or 0).first()


def append(upload: Upload, *, offset: int, read: Callable[[int], bytes], by: Any) -> Upload:
    """Add what `read(most)` gives, piece by piece, until it gives nothing more; return how far it is.

    Every piece is there for certain before the next is read. Raises OffsetDiffers where somebody else was faster or
    something was lost, ValidationError for more than was announced, and for what is, as a whole, no picture, and
    Upload.DoesNotExist where it was thrown away or used up between two pieces.
    """
    require(by, PortalPermission.UPLOAD_PICTURES)
    if offset != upload.offset:
        raise OffsetDiffers(upload.offset)
    while piece := read(PIECE):
        upload = _write(upload.pk, offset, piece)
        offset = upload.offset
    if upload.whole:
        _check(upload)
    return upload


@transaction.atomic
def _write(pk: int, offset: int, piece: bytes) -> Upload:
    locked = Upload.objects.select_for_update().get(pk=pk)
    if locked.offset != offset:
        raise OffsetDiffers(locked.offset)
    if offset + len(piece) > locked.size:
        raise ValidationError(_("传来的内容比说好的多。"), code="too_long")
    locked.path.parent.mkdir(parents=True, exist_ok=True)
    locked.path.touch()
    with locked.path.open("r+b") as target:
        # What a dead process left behind the offset is written over.
        target.seek(offset)
        target.write(piece)
    locked.offset = offset + len(piece)
    locked.save(update_fields=["offset"])
    return locked


def _check(upload: Upload) -> None:
    """Look at the whole once. Raises ValidationError, and throws away what will never be a picture."""
    try:
        source = upload.path.open("rb")
    except FileNotFoundError:
        # Its row went first, where somebody took it or threw it away; bytes that were lost are a fault.
        if Upload.objects.filter(pk=upload.pk).exists():
            raise
        raise Upload.DoesNotExist from None
    try:
        with source:
            if upload.sha256 and hashlib.file_digest(source, "sha256").hexdigest() != upload.sha256:
                raise ValidationError(_("传来的内容在路上变了样，请重新上传。"), code="checksum")
            check_picture(_as_file(source, upload))
    except ValidationError:
        cancel(upload)
        raise


def _as_file(source: Any, upload: Upload) -> UploadedFile:
    return UploadedFile(source, name="upload", content_type=upload.media_type, size=upload.size)


def cancel(upload: Upload) -> None:
    """Throw an upload away."""
    with transaction.atomic():
        Upload.objects.filter(pk=upload.pk).delete()
        transaction.on_commit(partial(upload.path.unlink, missing_ok=True))


@contextmanager
def taken(ids: Sequence[str], *, by: Any) -> Iterator[list[UploadedFile]]:
    """Give finished uploads as the files of a form; when the block ends well they are used up.

    Raises ValidationError for one that is not there, is not whole or belongs to somebody else.
    """
    with transaction.atomic(), ExitStack() as files:
        own = Upload.objects.select_for_update().filter(owner_id=by.pk or 0, public_id__in=ids)
        found = {upload.public_id: upload for upload in own}
        if len(set(ids)) != len(ids) or any(one not in found or not found[one].whole for one in ids):
            raise ValidationError(_("有一张照片没有传完，或者已经用过了。"), code="upload")
        chosen = [found[one] for one in ids]
        yield [_as_file(files.enter_context(upload.path.open("rb")), upload) for upload in chosen]
        for upload in chosen:
            cancel(upload)


def forget(owner_id: int) -> int:
    """Throw away what somebody who leaves had begun; return how many."""
    return _drop(Upload.objects.filter(owner_id=owner_id))


@chores.each(chores.Rhythm.DAY)
def sweep() -> int:
    """Throw away what nobody took within a day; return how many."""
    return _drop(Upload.objects.filter(created_at__lt=timezone.now() - KEEP))


@chores.each(chores.Rhythm.DAY)
def sweep_orphans() -> int:
    """Remove the bytes of uploads that have no row, as where a process died after its commit; return how many."""
    oldest, gone = time.time() - ORPHAN_AFTER.total_seconds(), 0
    lying = named_by_folder((settings.PRIVATE_ROOT / "uploads").glob("*"))
    for some in batched(lying, 500, strict=False):
        named = Upload.objects.filter(folder__in=[folder for folder, _path in some])
        known = set(named.values_list("folder", flat=True))
        for folder, path in some:
            # Whoever throws one away at this moment may be quicker.
            with suppress(FileNotFoundError):
                if folder not in known and path.stat().st_mtime < oldest:
                    path.unlink()
                    gone += 1
    return gone


def _drop(uploads: models.QuerySet[Upload]) -> int:
    gone = 0
    for upload in uploads.iterator():
        cancel(upload)
        gone += 1
    return gone
