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


@pytest.fixture(scope="session")
def payloads() -> list[str]:
    """What people write who want a page to run their code, one a line."""
    lines = (Path(__file__).parents[1] / "data" / "scripts.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line]


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
