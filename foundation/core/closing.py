"""Whether this node is closed for work: a file says so, because the database may be what is worked on."""

import os
from pathlib import Path

from django.conf import settings

# What stands in the file while a restore goes on: what a person wrote is opened by a person alone.
RESTORE = "restore"


def is_closed() -> bool:
    """Say whether the node is closed, by whomever: it answers nobody, sends nothing and does no chores."""
    return Path(settings.MAINTENANCE_FILE).exists()


def close_for_restore() -> bool:
    """Close the node until `reopen_after_restore`; say whether it was open until now."""
    file = Path(settings.MAINTENANCE_FILE)
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="ascii") as written:
        written.write(RESTORE)
    return True


def reopen_after_restore() -> bool:
    """Open the node where a restore closed it, this one or one that broke off; say whether it is open now."""
    file = Path(settings.MAINTENANCE_FILE)
    if file.exists() and file.read_text(encoding="utf-8", errors="replace") == RESTORE:
        file.unlink(missing_ok=True)
    return not file.exists()
