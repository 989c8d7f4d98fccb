import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.access.town import town

__all__ = ["town"]


def _corpus(name: str) -> list[str]:
    return (Path(__file__).parents[1] / "data" / name).read_text(encoding="utf-8").split("\n")[:-1]


@pytest.fixture(scope="session")
def scripts() -> list[str]:
    """What people write who want a page to run their code, one a line."""
    return [line for line in _corpus("scripts.txt") if line]


@pytest.fixture(scope="session")
def payloads(scripts: list[str], sample: Callable) -> list[str]:
    """Some of it."""
    return sample(scripts)


@pytest.fixture(scope="session")
def every(whole: bool) -> Callable[[list[str], int], list[str]]:
    """Take each so many-th for a page that others like it stand for; all of them with --whole."""
    return lambda corpus, step: corpus if whole else corpus[::step]


@pytest.fixture(scope="session")
def ways_out() -> list[str]:
    """What people put into `next` who want somebody to be led to another site, one a line."""
    return _corpus("redirects.txt")


@pytest.fixture(scope="session")
def redirects(ways_out: list[str], sample: Callable) -> list[str]:
    """Some of it."""
    return sample(ways_out)


@pytest.fixture(scope="session")
def production() -> Callable[..., dict[str, Any]]:
    """Read settings as production has them under some environment: `production("DEBUG", LINLI_PROXIES="1")`."""

    @functools.cache
    def read(*names: str, **environment: str) -> dict[str, Any]:
        code = (
            "import json, sys; from linli.settings import production as p;"
            "print(json.dumps({name: getattr(p, name, None) for name in sys.argv[1:]}, default=str))"
        )
        given = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": "site",
            "LINLI_SECRET_KEY": "tests" * 12,
            "LINLI_HOSTS": "linli.example",
            "LINLI_VAR": tempfile.mkdtemp(prefix="linli-production-"),
        }
        done = subprocess.run(
            [sys.executable, "-c", code, *names],
            env=given | environment,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    return read
