"""What `make test` found out: every test by name, for the very files that lay in the checkout."""

import hashlib
import json
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "var" / "test-report.json"


def git(*arguments: str) -> bytes:
    """Output of a git command in the checkout; empty where this is no checkout or git is missing."""
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return b""


@dataclass(frozen=True)
class State:
    """The commit, and a digest of what differs from it (empty: nothing)."""

    commit: str
    changes: str

    @property
    def known(self) -> bool:
        """Without a commit two states can't be compared."""
        return bool(self.commit)


def state() -> State:
    """The state of the checkout now; files that git ignores do not count."""
    changed = git("diff", "--binary", "HEAD")
    new = sorted(filter(None, git("ls-files", "-z", "--others", "--exclude-standard").split(b"\0")))
    digest = hashlib.sha256(changed)
    for name in new:
        digest.update(name + b"\0" + (ROOT / name.decode()).read_bytes())
    return State(git("rev-parse", "HEAD").decode().strip(), digest.hexdigest() if changed or new else "")


def write(tested: State, runs: dict[str, dict[str, Any]]) -> None:
    """Write the report: `runs` holds for each database what `tests/plugins/report.py` recorded, by test."""
    tests = [
        {"nodeid": nodeid, **facts, "database": database}
        for database, recorded in runs.items()
        for nodeid, facts in sorted(recorded.items())
    ]
    REPORT.parent.mkdir(exist_ok=True)
    content = {
        **asdict(tested),
        "dirty": bool(tested.changes),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "databases": list(runs),
        "tests": tests,
    }
    REPORT.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read(wanted: State | None = None) -> dict[str, Any] | None:
    """The last report as `write` wrote it; None where there is none, or it is not of the `wanted` state."""
    if not REPORT.exists():
        return None
    content: dict[str, Any] = json.loads(REPORT.read_text(encoding="utf-8"))
    if wanted and not (wanted.known and wanted == State(content["commit"], content["changes"])):
        return None
    return content
