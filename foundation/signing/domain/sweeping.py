"""Looking after the signed files: what no row names goes, what rows name is there and whole, old timestamps are renewed."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from foundation.core.flow import audit, chores
from foundation.signing.domain import authorities, store
from foundation.signing.domain.documents import place_path
from foundation.signing.domain.pdf import pades, reading
from foundation.signing.models import DeviceTask, Evidence, Revision, SignedDocument

RENEW_AFTER = timedelta(days=365)
CHUNK = 500
log = logging.getLogger("linli.signing")


@dataclass
class Swept:
    """What sweeping came to: how many files went, and which rows' files are missing or altered."""

    removed: int = 0
    checked: int = 0
    missing: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.missing and not self.altered


def named_files() -> Iterator[tuple[str, str]]:
    """Yield digest and sort of every file that a row names."""
    for sha256 in Revision.objects.values_list("sha256", flat=True).iterator(CHUNK):
        yield sha256, store.PDF
    for html, data in SignedDocument.objects.values_list("html_sha256", "data_sha256").iterator(CHUNK):
        yield html, store.HTML
        yield data, store.JSON
    for packed, pdf in Evidence.objects.values_list("zip_sha256", "pdf_sha256").iterator(CHUNK):
        yield packed, store.ZIP
        yield pdf, store.PDF


def sweep() -> Swept:
    """Remove what a signature that came to nothing left, a day after; digest every file again that a row names."""
    done = Swept()
    DeviceTask.objects.filter(expires_at__lt=timezone.now()).delete()
    # Before the rows are read: a file that comes meanwhile is younger than a day.
    named = {sha256 for sha256, _sort in named_files()}
    named |= set(DeviceTask.objects.values_list("prepared_sha256", flat=True))
    for path in store.unnamed(named):
        path.unlink(missing_ok=True)
        done.removed += 1
    for sha256, sort in named_files():
        done.checked += 1
        try:
            store.get(sha256, sort)
        except store.FileGone:
            done.missing.append(sha256)
        except (store.FileAltered, OSError):
            # What the disk does not give back is not the file either.
            done.altered.append(sha256)
    if not done.whole:
        log.error("signed files: %d missing, %d altered", len(done.missing), len(done.altered))
    return done


@chores.each(chores.Rhythm.DAY)
def sweep_daily() -> int:
    """Sweep, and return how many files went or are not as they should be; the log says which of the two."""
    done = sweep()
    return done.removed + len(done.missing) + len(done.altered)


@chores.each(chores.Rhythm.DAY)
def renew_timestamps() -> int:
    """Give every completed document whose last timestamp is a year old a new one; return how many."""
    done = 0
    due = SignedDocument.objects.filter(completed_at__lt=timezone.now() - RENEW_AFTER, voided_at=None)
    for document in due.order_by("pk").iterator(CHUNK):
        last = document.revisions.order_by("-number").first()
        if last is None or last.made_at >= timezone.now() - RENEW_AFTER:
            continue
        try:
            done += renew(document)
        except Exception:
            # A file that is gone, a clock that does not answer: the next document's turn, and this one's tomorrow.
            log.exception("the timestamps of document %d could not be renewed", document.pk)
    return done


@transaction.atomic
def renew(document: SignedDocument) -> bool:
    """Stamp one document anew, under its lock; False where the result did not stand its check, and nothing changed."""
    locked = SignedDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
    trust = authorities.trust()
    stamped = pades.renew(store.get(locked.latest_sha256), trust=trust, clock=authorities.clock())
    found = reading.read(stamped, trust)
    if not found.readable or not found.clocks_good or not all(one.good for one in found.signatures):
        log.error("the timestamps of document %d could not be renewed", locked.pk)
        return False
    locked.latest_sha256 = store.put(stamped)
    Revision.objects.create(
        document=locked,
        number=locked.revisions.count(),
        what=Revision.What.RENEWED,
        sha256=locked.latest_sha256,
        size=len(stamped),
    )
    locked.save(update_fields=["latest_sha256"])
    audit.append(
        "signing.renew",
        by=None,
        obj=locked,
        place_path=place_path(locked),
        data={"sha256": locked.latest_sha256},
    )
    return True
