"""For every row of the mission how many tests prove it: `A2 12 passed, 0 failed, browser 2, deny 3`.

    python -m tools.rows                 the rows of the mission, from `@pytest.mark.row("A2")`
    python -m tools.rows security        the lines of the security scoreboard, from `@pytest.mark.security(12)`

Reads the report of the last whole `make test` of these very files and runs the tests where there is none. A test
that ran on both databases counts once, and as failed if it failed on either. `browser` counts those that drive a
real browser, `deny` those that show a refusal.
"""

import csv
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import report
from tools.test import run_all

# Which table names the lines, by the mark as the report writes it.
TABLES = {"rows": "rows.csv", "security": "scoreboard.csv"}


@dataclass
class Proof:
    """One test, over all databases it ran on."""

    names: set[str]
    browser: bool
    deny: bool
    failed: bool = False


def proofs(tests: Iterable[dict[str, Any]], mark: str) -> list[Proof]:
    """Join the runs of each test; one that was skipped everywhere proves nothing and is left out."""
    found: dict[str, Proof] = {}
    for test in tests:
        if test["outcome"] != "skipped":
            proof = found.setdefault(test["nodeid"], Proof(set(test[mark]), test["browser"], test["deny"]))
            proof.failed |= test["outcome"] == "failed"
    return list(found.values())


def line(name: str, all_proofs: list[Proof]) -> str:
    """What proves one row or line; zeros where nothing does."""
    ran = [proof for proof in all_proofs if name in proof.names]
    failed = sum(proof.failed for proof in ran)
    browser, deny = sum(proof.browser for proof in ran), sum(proof.deny for proof in ran)
    return f"{name} {len(ran) - failed} passed, {failed} failed, browser {browser}, deny {deny}"


def main() -> int:
    """Print all lines; 0 whenever that could be done, whatever the tests said."""
    mark = sys.argv[1] if len(sys.argv) > 1 else "rows"
    tests = report.read(report.state())
    if tests is None:
        run_all()
        tests = report.read()
    if tests is None:
        print("rows: the tests did not run to their end, so there is no report", file=sys.stderr)
        return 1
    with Path(__file__).with_name(TABLES[mark]).open(encoding="utf-8", newline="") as file:
        names = [entry["name"] for entry in csv.DictReader(file)]
    found = proofs(tests, mark)
    for name in names:
        print(line(name, found))
    if strange := set().union(*(proof.names for proof in found)) - set(names):
        print(
            f"rows: marked in tests, but not in {TABLES[mark]}: {', '.join(sorted(strange))}", file=sys.stderr
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
