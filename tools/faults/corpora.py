"""The long corpora, whole: every payload in every field, of which `make test` takes a seeded sample."""

import subprocess
import sys

from tools.bench.figures import ROOT
from tools.faults.outcome import Outcome

WHERE = ["tests/security", "tests/core/test_audit.py", "tests/core/test_crypto.py"]


def whole(outcome: Outcome) -> None:
    """Run the tests that sample with `--whole`, on PostgreSQL."""
    command = [sys.executable, "-m", "tools.test", "--database", "postgresql", "--whole", "-n", "2", *WHERE]
    done = subprocess.run(command, check=False, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    last = done.stdout.strip().splitlines()[-1:] or ["nothing ran"]
    outcome.facts["pytest"] = last[0]
    outcome.check(is_so=done.returncode == 0, otherwise=done.stdout[-1500:])
