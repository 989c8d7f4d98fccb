"""Run all tests on SQLite and on PostgreSQL with Valkey, write the report, hold the domain to its coverage.

    make test                                     everything
    make test ARGS="tests/news -k comment"        some tests, on SQLite
    make test ARGS="--database postgresql -k x"   the same there; `both` is possible too

Whatever else stands in ARGS goes to pytest.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools import report
from tools.coverage_floor import below_floor, packages

ROOT = Path(__file__).resolve().parents[1]
SCRATCH = ROOT / "var" / "test"
SQLITE, POSTGRESQL = "sqlite", "postgresql"
# What drives a browser needs a real server, whose threads can't share SQLite's database in memory.
SELECTION = {SQLITE: ["-m", "not browser"], POSTGRESQL: []}
INTERRUPTED = 2  # pytest: stopped by the user or before a test could run


def environment(database: str) -> dict[str, str]:
    """The run decides on database and Redis, not the shell it was started from."""
    given = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return {
        **given,
        "DJANGO_SETTINGS_MODULE": "linli.settings.test",
        "LINLI_TEST_REPORT": str(SCRATCH / f"{database}.json"),
        "LINLI_TEST_DATABASE": database,
        "COVERAGE_FILE": str(SCRATCH / f"{database}.coverage"),
        "COVERAGE_CORE": "sysmon",  # costs a tenth of what the tracer costs
    }


def run(database: str, arguments: list[str]) -> int:
    """Run pytest on one database and return its exit code."""
    command = [sys.executable, "-m", "pytest", "-q", *SELECTION[database], *arguments]
    if database == POSTGRESQL:
        command = [sys.executable, "-m", "tools.services", "run", "--", *command]
    print(f"test: {database}", flush=True)
    return subprocess.run(command, check=False, cwd=ROOT, env=environment(database)).returncode


def recorded(database: str) -> dict[str, Any]:
    """What the run on that database recorded; nothing where it broke off early."""
    path = SCRATCH / f"{database}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def run_all() -> int:
    """Both databases, the report and the coverage floor; 0 when everything held."""
    for old in [*SCRATCH.glob("*"), report.REPORT]:
        old.unlink(missing_ok=True)
    tested = report.state()
    arguments = ["-n", "2", "--dist", "worksteal", "-rs", "--no-cov-on-fail", "--cov-report="]
    arguments += [f"--cov={package}" for package in packages()]
    codes = {database: run(database, arguments) for database in SELECTION}
    if INTERRUPTED in codes.values():
        return INTERRUPTED
    report.write(tested, {database: recorded(database) for database in codes})
    if failed := [database for database, code in codes.items() if code]:
        print(f"test: failed on {' and '.join(failed)}")
        return 1
    if complaints := below_floor([SCRATCH / f"{database}.coverage" for database in codes]):
        print("test: the domain is tested too little", *complaints, sep="\n")
        return 1
    return 0


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.test", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=[SQLITE, POSTGRESQL, "both"], default=SQLITE)
    given, arguments = parser.parse_known_args()
    SCRATCH.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) == 1:
        return run_all()
    databases = list(SELECTION) if given.database == "both" else [given.database]
    return max(run(database, arguments) for database in databases)


if __name__ == "__main__":
    sys.exit(main())
