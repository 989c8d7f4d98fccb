#!/usr/bin/env python
"""Run Django commands from a plain checkout, installed or not."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def main() -> None:
    """Put the project package (`site/`) and the apps (the root) on the path and hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings.dev")
    for folder in (ROOT / "site", ROOT):
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
