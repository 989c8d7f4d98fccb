import pytest

from tests.access.town import town

__all__ = ["town"]


@pytest.fixture(scope="session")
def payloads() -> list[str]:
    """What people write who want a page to run their code, one a line."""
    from pathlib import Path

    lines = (Path(__file__).parents[1] / "data" / "scripts.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line]
