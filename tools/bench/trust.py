"""A register of residents whose keys are changed and whose backup is put back; prints JSON.

python -m tools.bench.trust fill 100000      writes so many records
python -m tools.bench.trust rotate 100000    changes the keys while two readers look people up by number
python -m tools.bench.trust read 0 100000    is one of them
python -m tools.bench.trust drill FOLDER     backs up into the folder and puts it back beside the installation
"""

import json
import select
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import django

# So many processes look people up, each so often a second: a street office at its busiest.
READERS, EACH_SECOND = 2, 50


def number_of(at: int) -> str:
    """An identity document's number, one for each record."""
    return f"P{at:08d}"


def fill(count: int) -> int:
    """Write the records; return how many."""
    from foundation.core.crypto.seal import blind_index  # noqa: PLC0415 - after django.setup()
    from foundation.core.models import Place  # noqa: PLC0415
    from residents.domain.records import PHONE_LABEL, number_index  # noqa: PLC0415
    from residents.models import Resident  # noqa: PLC0415

    place = Place.objects.create(name="银杏里", slug="bench", level="committee", path="/bench/", depth=1)
    begin = date(1940, 1, 1)
    for start in range(0, count, 5000):
        rows = []
        for at in range(start, min(start + 5000, count)):
            born = begin + timedelta(days=at % 25000)
            rows.append(
                Resident(
                    sid=f"R{at:09d}A",
                    name="林秋雨",
                    gender="female",
                    birthday=born,
                    mmdd=born.month * 100 + born.day,
                    document="passport",
                    number_sealed=number_of(at),
                    number_index=number_index("passport", number_of(at)),
                    phone_sealed=f"+86139{at:08d}",
                    phone_index=blind_index(f"+86139{at:08d}", label=PHONE_LABEL),
                    place=place,
                )
            )
        Resident.objects.bulk_create(rows, batch_size=1000)
    return Resident.objects.count()


def read(which: int, count: int) -> dict[str, int]:
    """Look people up by number and open what is sealed until the input closes; return the reads, and those that failed."""
    from residents.domain.records import number_indexes  # noqa: PLC0415 - after django.setup()
    from residents.models import Resident  # noqa: PLC0415

    at, reads, failed = which, 0, 0
    while not select.select([sys.stdin], [], [], 1 / EACH_SECOND)[0]:
        at = (at + 7919) % count
        try:
            found = Resident.objects.filter(number_index__in=number_indexes("passport", number_of(at)))
            failed += found.get().number_sealed != number_of(at)
        except Exception:
            failed += 1
        reads += 1
    return {"reads": reads, "failed": failed}


def rotate(count: int) -> dict[str, float]:
    """Change the keys while readers, each a process as a web worker is, look up and open; return seconds and reads."""
    from foundation.core.flow.keys import rotate_keys  # noqa: PLC0415 - after django.setup()

    readers = [
        subprocess.Popen(
            [sys.executable, "-m", "tools.bench.trust", "read", str(which), str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for which in range(READERS)
    ]
    started = time.perf_counter()
    outcome = rotate_keys()
    took = time.perf_counter() - started
    told = [json.loads(reader.communicate("over")[0]) for reader in readers]
    if outcome.broken or outcome.clashes or outcome.renewed < 4 * count:
        raise SystemExit(f"bench: the rotation is not whole: {outcome.renewed} values")
    return {
        "s": round(took, 1),
        "reads": sum(one["reads"] for one in told),
        "failed": sum(one["failed"] for one in told),
    }


def drill(folder: Path) -> dict[str, float]:
    """Back up, then put it back; return the minutes a disaster then would have cost, and those of being back."""
    from django.conf import settings  # noqa: PLC0415 - after django.setup()

    from office.domain.backup.drill import drill as put_back  # noqa: PLC0415
    from office.domain.backup.making import back_up  # noqa: PLC0415
    from office.domain.backup.sealing import new_identity  # noqa: PLC0415

    secret, recipient = new_identity()
    (folder / "identity").write_text(secret, encoding="utf-8")
    settings.BACKUP_RECIPIENTS = [recipient]
    settings.BACKUP_PLACES = [f"file://{folder / 'place'}"]
    settings.BACKUP_KEYS_PLACE = f"file://{folder / 'keys'}"
    started = time.perf_counter()
    back_up()
    took = time.perf_counter() - started
    run = put_back(
        settings.BACKUP_PLACES[0],
        identity=folder / "identity",
        keys_from=settings.BACKUP_KEYS_PLACE,
    )
    if not run.good:
        raise SystemExit(f"bench: the drill found {run.fault}")
    return {
        "backup_s": round(took, 1),
        "lost": round(run.report["lost"] / 60, 2),
        "needed": round(run.report["needed"] / 60, 2),
        "rows": run.report["rows"],
    }


def main() -> None:
    """Read the command line."""
    django.setup()
    act, given, *more = sys.argv[1:]
    if act == "fill":
        print(fill(int(given)))
    elif act == "read":
        print(json.dumps(read(int(given), int(more[0]))))
    elif act == "rotate":
        print(json.dumps(rotate(int(given))))
    else:
        print(json.dumps(drill(Path(given))))


if __name__ == "__main__":
    main()
