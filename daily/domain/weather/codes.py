"""The providers' codes in our own words, and how each is drawn (`codes.csv`, `icons.csv`)."""

import csv
from functools import cache
from pathlib import Path

from daily.enums import Sky

FOLDER = Path(__file__).parent


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def _codes() -> dict[tuple[str, str], Sky]:
    return {(row["provider"], row["code"]): Sky(row["sky"]) for row in _rows("codes.csv")}


@cache
def icons() -> dict[str, str]:
    """Return the name of the icon for each sky."""
    return {row["sky"]: row["icon"] for row in _rows("icons.csv")}


def sky_of(provider: str, code: object) -> Sky:
    """Return what a provider's code means; one that is new to us is unknown, not something like it."""
    return _codes().get((provider, str(code)), Sky.UNKNOWN)
