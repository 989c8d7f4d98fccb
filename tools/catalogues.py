"""Compile locale/*/LC_MESSAGES/*.po to .mo with polib: no gettext has to be installed."""

from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Write every catalogue that is older than its source; through a sibling file, as a server may be reading."""
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        fresh = target.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(fresh))
        fresh.replace(target)


if __name__ == "__main__":
    main()
