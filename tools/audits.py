"""What somebody found out who asked a database of known vulnerabilities about the pinned packages.

That needs such a database within reach, so no target does it. Where there is one:

    pip-audit -r requirements/base.txt --format json -o var/audit.json
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tools.report import ROOT

AUDIT = ROOT / "var" / "audit.json"
# New vulnerabilities become known every day: an older answer is none.
FRESH = timedelta(days=7)


@dataclass(frozen=True)
class Audit:
    """How many known vulnerabilities there are, and in words, also that nobody asked."""

    vulnerabilities: int
    words: str


def audit(path: Path = AUDIT, *, now: datetime | None = None) -> Audit:
    """Read the report of an audit; one that is missing, unreadable or older than seven days says nothing."""
    if not path.exists():
        return Audit(0, "not audited (no advisory database was asked)")
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if (now or datetime.now(UTC)) - written > FRESH:
        return Audit(0, f"not audited (the last audit, of {written:%Y-%m-%d}, is older than 7 days)")
    try:
        packages = json.loads(path.read_text(encoding="utf-8"))["dependencies"]
        number = sum(len(package.get("vulns", ())) for package in packages)
        skipped = sum("skip_reason" in package for package in packages)
    except (ValueError, LookupError, TypeError, AttributeError):
        return Audit(0, "not audited (the audit's report can't be read)")
    words = (
        f"audited {written:%Y-%m-%d}: {number} known vulnerabilities in {len(packages) - skipped} packages"
    )
    if skipped:
        # A package that was left out is one nobody knows anything about.
        return Audit(number, f"{words}, {skipped} were not audited")
    return Audit(number, words)
