"""Measures the audit chain inside an installation; prints one JSON object.

python -m tools.bench.chain 2000 100000        so many appends, each its own transaction, then so many entries verified
"""

import json
import sys
import time
from datetime import UTC, datetime

import django

BATCH = 5000
WITH_PAYLOAD = 5  # every fifth entry carries one, as where staff decide


def fill(count: int) -> None:
    """Lengthen the chain to `count` entries by the log's own digests, without its one-by-one lock."""
    from foundation.core.flow import audit  # noqa: PLC0415 - after django.setup()
    from foundation.core.flow.models import AuditEntry, AuditHead, AuditPayload  # noqa: PLC0415

    head = AuditHead.objects.get(id=1)
    seq, previous = head.seq, head.digest
    while seq < count:
        entries, payloads = [], []
        for _entry in range(min(BATCH, count - seq)):
            seq += 1
            digest = ""
            if seq % WITH_PAYLOAD == 0:
                data = {"reason": f"理由 {seq}", "salt": f"{seq:032x}"}
                payloads.append(AuditPayload(seq=seq, data=data))
                digest = audit.digest_of_payload(data)
            entry = AuditEntry(
                seq=seq, at=datetime.now(UTC), action="bench.entry", payload_digest=digest, previous=previous
            )
            previous = entry.digest = audit.digest_of_entry(
                [getattr(entry, name) for name in audit.COLUMNS], previous
            )
            entries.append(entry)
        AuditEntry.objects.bulk_create(entries)
        AuditPayload.objects.bulk_create(payloads)
        AuditHead.objects.filter(id=1).update(seq=seq, digest=previous)


def main() -> None:
    """Append, fill, verify."""
    django.setup()
    from foundation.core.flow import audit  # noqa: PLC0415 - after django.setup()

    appends, entries = int(sys.argv[1]), int(sys.argv[2])
    started = time.perf_counter()
    for _entry in range(appends):
        audit.append("bench.append", by=None)
    per_second = appends / (time.perf_counter() - started)
    fill(entries)
    took = []
    for _run in range(3):
        started = time.perf_counter()
        count, broken = audit.verify()
        took.append((time.perf_counter() - started) * 1000)
    if broken or count != entries:
        raise SystemExit(f"bench: the chain does not hold: {broken}, {count} entries")
    print(json.dumps({"append": per_second, "verify": sorted(took)[1]}))


if __name__ == "__main__":
    main()
