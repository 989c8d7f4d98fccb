"""A copy of the own data, packed by a worker in steps that survive its death (A7; 个保法 45).

Every step writes one piece under a name that follows from where it begins, so that doing it again writes the same
piece. The last step puts the pieces together into one archive, which appears under its name only when it is whole.
"""

import csv
import io
import json
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from foundation.accounts.models import User
from foundation.accounts.permissions import AccountPermission
from foundation.core import kinds, notify
from foundation.core.access.permissions import require
from foundation.core.facets import OwnPart
from foundation.core.flow import audit, chores, outbox
from identity.models import DataExport
from identity.models.own_data import OPEN

CHANNEL = "own_data"
# Five times as many take 20 MB more and no less time (`own_data.rss_mb`).
ROWS = 100
KEEP = timedelta(hours=24)
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
State = DataExport.State


class AlreadyPacking(Exception):
    """One copy of the own data is being packed; a second would only be later."""


def request_export(*, by: User) -> DataExport:
    """Ask for a copy of the own data. Raises AlreadyPacking, Refused."""
    require(by, AccountPermission.KEEP_ACCOUNT)
    try:
        with transaction.atomic():
            total = sum(part.facet.rows(by).count() for part in kinds.own_data())
            export = DataExport.objects.create(user=by, total=total)
            outbox.enqueue(CHANNEL, key=f"own_data:{export.pk}:0:0", payload={"id": export.pk})
            audit.append("identity.request_data", by=by, obj=export)
    except IntegrityError:
        raise AlreadyPacking from None
    return export


@transaction.atomic
def cancel_export(export: DataExport, *, by: User) -> None:
    """Give up, or throw away, one of the own copies. The caller has found it by `visible_to`."""
    locked = DataExport.objects.select_for_update().get(pk=export.pk, user=by)
    if locked.state in (State.WAITING, State.PACKING, State.READY):
        locked.state = State.CANCELLED
        locked.save(update_fields=["state"])
        audit.append("identity.cancel_data", by=by, obj=locked)
        transaction.on_commit(lambda: shutil.rmtree(locked.directory, ignore_errors=True))


def fetched(export: DataExport, *, by: User) -> None:
    """Write down that a copy was handed out."""
    audit.append("identity.fetch_data", by=by, obj=export)


@outbox.handler(CHANNEL)
def pack(key: str, payload: dict[str, Any]) -> None:
    """Pack one piece, or put the pieces together; then leave the next step to the outbox."""
    export = DataExport.objects.select_related("user").filter(pk=payload["id"]).first()
    if export is None or not export.is_open:
        return
    parts = kinds.own_data()
    export.directory.mkdir(parents=True, exist_ok=True)
    if export.part >= len(parts):
        _finish(export, parts)
        return
    part = parts[export.part]
    rows = part.facet.rows(export.user).order_by("pk").filter(pk__gt=export.last_pk)[:ROWS]
    with translation.override("zh-hans"):
        count, last_pk = _write_piece(export, part, rows)
    at_end = count < ROWS
    step = {"part": export.part + 1, "last_pk": 0} if at_end else {"last_pk": last_pk}
    moved = DataExport.objects.filter(
        pk=export.pk, part=export.part, last_pk=export.last_pk, state__in=(State.WAITING, State.PACKING)
    ).update(state=State.PACKING, done=export.done + count, **step)
    if moved:
        export.refresh_from_db()
    next_key = f"own_data:{export.pk}:{export.part}:{export.last_pk}"
    outbox.enqueue(CHANNEL, key=next_key, payload={"id": export.pk})


def _write_piece(export: DataExport, part: OwnPart, rows: Any) -> tuple[int, int]:
    """Write the rows of one step, one JSON object a line, with the names of their files."""
    name = f"{export.part:02d}-{export.last_pk:020d}.jsonl"
    whole, count, last_pk = export.directory / name, 0, export.last_pk
    half = _half(export, name)
    with half.open("w", encoding="utf-8") as target:
        for obj in rows:
            files = [_file_of(stored) for stored in part.facet.files(obj)]
            line = {"data": part.facet.as_data(obj), "files": [one for one in files if one]}
            target.write(json.dumps(line, cls=DjangoJSONEncoder, ensure_ascii=False) + "\n")
            count, last_pk = count + 1, obj.pk
    half.rename(whole)
    return count, last_pk


def _file_of(stored: Any) -> dict[str, str] | None:
    """Return under which name a stored picture goes into the archive, and where its largest size lies."""
    if not stored.ready:
        return None
    return {"name": f"files/{stored.public_id}.webp", "path": str(stored.path_of(2048, "webp"))}


def _half(export: DataExport, name: str) -> Path:
    """Return a name for an attempt at a file: a worker whose lease ran out must not write into another's."""
    return export.directory / f"{name}.{uuid.uuid4().hex}.half"


def _finish(export: DataExport, parts: list[OwnPart]) -> None:
    """Put the pieces together once, and tell the person that the archive is there.

    The pieces go only when that it is there is written down: until then it can be made anew from them.
    """
    half = None if export.file.exists() else _archive(export, parts)
    with transaction.atomic():
        locked = DataExport.objects.select_for_update().get(pk=export.pk)
        made = locked.is_open
        if made:
            # Whoever was faster has made the same one, and may have cleared the pieces away since.
            if half is not None and not export.file.exists():
                half.rename(export.file)
            now = timezone.now()
            locked.state, locked.ready_at, locked.expires_at = State.READY, now, now + KEEP
            locked.size = export.file.stat().st_size
            locked.save(update_fields=["state", "ready_at", "expires_at", "size"])
            notify.emit("data_ready", to=[export.user_id], about=export)
    if made:
        for left in export.directory.iterdir():
            if left != export.file:
                left.unlink(missing_ok=True)
    elif locked.state != State.READY:
        # Cancelled meanwhile: nobody waits for it.
        shutil.rmtree(export.directory, ignore_errors=True)
    elif half is not None:
        half.unlink(missing_ok=True)


def _archive(export: DataExport, parts: list[OwnPart]) -> Path:
    """Stream the pieces into one archive under the name of this attempt."""
    half = _half(export, "data")
    listed = []
    with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for number, part in enumerate(parts):
            pieces = sorted(export.directory.glob(f"{number:02d}-*.jsonl"))
            rows = _pack_json(archive, f"{part.key}.json", pieces)
            if rows:
                _pack_table(archive, f"{part.key}.csv", pieces)
            _pack_files(archive, pieces)
            listed.append({"key": part.key, "name": part.name, "rows": rows})
        context = {"parts": listed, "user": export.user, "made_at": timezone.now()}
        with translation.override("zh-hans"):
            archive.writestr("index.html", render_to_string("identity/own_data_index.html", context))
            archive.writestr("README.txt", render_to_string("identity/own_data_readme.txt", context))
    return half


def _lines(pieces: list[Path]) -> Iterator[dict[str, Any]]:
    for piece in pieces:
        with piece.open(encoding="utf-8") as source:
            for line in source:
                yield json.loads(line)


def _pack_json(archive: zipfile.ZipFile, name: str, pieces: list[Path]) -> int:
    """Write all rows of a part as one JSON list, a row at a time; return how many."""
    rows = 0
    with archive.open(name, "w") as raw, io.TextIOWrapper(raw, encoding="utf-8") as target:
        target.write("[")
        for line in _lines(pieces):
            row = {**line["data"], "files": [one["name"] for one in line["files"]]}
            target.write((",\n" if rows else "\n") + json.dumps(row, ensure_ascii=False))
            rows += 1
        target.write("\n]\n")
    return rows


def _pack_table(archive: zipfile.ZipFile, name: str, pieces: list[Path]) -> None:
    """Write the same rows as a table for a spreadsheet, in which nothing is a formula."""
    with archive.open(name, "w") as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as target:
        writer: Any = None
        for line in _lines(pieces):
            row = {**line["data"], "files": " ".join(one["name"] for one in line["files"])}
            if writer is None:
                writer = csv.DictWriter(target, list(row), extrasaction="ignore", restval="")
                writer.writeheader()
            writer.writerow({column: _cell(value) for column, value in row.items()})


def _cell(value: Any) -> str:
    """Return a value as text that a spreadsheet shows and never calculates."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA) else text


def _pack_files(archive: zipfile.ZipFile, pieces: list[Path]) -> None:
    """Lay the pictures beside, as they are: they don't get smaller."""
    known = set(archive.namelist())
    for line in _lines(pieces):
        for one in line["files"]:
            path = Path(one["path"])
            if one["name"] not in known and path.exists():
                archive.write(path, one["name"], zipfile.ZIP_STORED)
                known.add(one["name"])


@chores.each(chores.Rhythm.MINUTE)
def sweep_exports() -> int:
    """Remove the copies that lay ready for a day, and whatever lies there without one; return how many copies."""
    _give_up()
    gone = 0
    for export in DataExport.objects.filter(state=State.READY, expires_at__lte=timezone.now()):
        DataExport.objects.filter(pk=export.pk).update(state=State.EXPIRED)
        shutil.rmtree(export.directory, ignore_errors=True)
        gone += 1
    return gone


def _give_up() -> None:
    """End what is packed for more than a day, tell its owner, and remove the folders that nobody waits for.

    A packing that failed for good, or was cancelled while a worker was at it, would leave somebody's life there.
    """
    for export in DataExport.objects.filter(state__in=OPEN, asked_at__lte=timezone.now() - KEEP):
        with transaction.atomic():
            if DataExport.objects.filter(pk=export.pk, state__in=OPEN).update(state=State.FAILED):
                notify.emit("data_failed", to=[export.user_id], about=export)
    root = settings.PRIVATE_ROOT / "exports"
    # Listed before the rows are read: a row is there before its folder.
    folders = list(root.iterdir()) if root.exists() else []
    if folders:
        wanted = DataExport.objects.filter(state__in=(*OPEN, State.READY)).values_list("folder", flat=True)
        names = {folder.hex for folder in wanted}
        for folder in folders:
            if folder.name not in names:
                shutil.rmtree(folder, ignore_errors=True)


def erase_exports(user: User) -> int:
    """Remove every copy of somebody who leaves."""
    found = list(DataExport.objects.filter(user=user))
    for export in found:
        shutil.rmtree(export.directory, ignore_errors=True)
        export.delete()
    return len(found)
