"""What the last whole run of the tests says about the rows of the mission and the lines of the scoreboard."""

import csv
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools import report
from tools.test import run_all


@dataclass
class Proof:
    """One test, over all databases it ran on."""

    nodeid: str
    names: set[str]
    browser: bool
    deny: bool
    failed: bool = False
    databases: list[str] = field(default_factory=list)


def proofs(tests: Iterable[dict[str, Any]], mark: str) -> list[Proof]:
    """Join the runs of each test; one that was skipped everywhere proves nothing and is left out.

    `mark` says whose marks count, as the report calls them: `rows` or `security`.
    """
    found: dict[str, Proof] = {}
    for test in tests:
        if test["outcome"] != "skipped":
            nodeid = test["nodeid"]
            proof = found.setdefault(nodeid, Proof(nodeid, set(test[mark]), test["browser"], test["deny"]))
            proof.failed |= test["outcome"] == "failed"
            proof.databases.append(test["database"])
    return list(found.values())


def of(name: str, all_proofs: list[Proof]) -> list[Proof]:
    """The tests that prove one row or line."""
    return [proof for proof in all_proofs if name in proof.names]


def line(name: str, all_proofs: list[Proof]) -> str:
    """What proves one row or line, in numbers; zeros where nothing does."""
    ran = of(name, all_proofs)
    failed = sum(proof.failed for proof in ran)
    browser, deny = sum(proof.browser for proof in ran), sum(proof.deny for proof in ran)
    return f"{name} {len(ran) - failed} passed, {failed} failed, browser {browser}, deny {deny}"


def table(file: str) -> list[dict[str, str]]:
    """The rows of a table that lies beside this file; each has at least a `name`."""
    with Path(__file__).with_name(file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def last_run() -> dict[str, Any] | None:
    """The report of the last whole run of these very files, which is made where there is none.

    None where the tests did not run to their end; that is said on standard error.
    """
    found = report.read(report.state())
    if found is None:
        run_all()
        found = report.read()
    if found is None:
        print("the tests did not run to their end, so there is no report", file=sys.stderr)
    return found


def print_lines(names: list[str], all_proofs: list[Proof], file: str) -> None:
    """Print what proves each name; marks that no line of the table asks for are named on standard error."""
    for name in names:
        print(line(name, all_proofs))
    if strange := set().union(*(proof.names for proof in all_proofs)) - set(names):
        print(f"marked in tests, but not in {file}: {', '.join(sorted(strange))}", file=sys.stderr)
