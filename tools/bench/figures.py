"""How a figure is said: one JSON object per line, with the commit it was taken at."""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def commit() -> str:
    """The commit that is measured, marked where files differ from it."""
    named = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return named.stdout.strip() or "unknown"


def say(bench: str, value: float, unit: str, *, n: int = 1, at: str = "") -> None:
    """Print one figure. `n`: how many samples; `at`: which of them this is (median, p95, max)."""
    rounded = round(value, 3) if isinstance(value, float) and abs(value) < 100 else round(value, 1)
    figure = {"bench": bench, "value": rounded, "unit": unit, "n": n, "at": at, "commit": commit()}
    print(json.dumps(figure), flush=True)


def note(line: str) -> None:
    """Say what goes on, beside the figures."""
    print(f"bench: {line}", file=sys.stderr, flush=True)


def middle(values: Iterable[float]) -> float:
    """The median of some runs."""
    return statistics.median(values)
