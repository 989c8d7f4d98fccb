"""What is nobody's mistake in the code: the database, the cache or the disk is not there for a moment."""

import errno
import sqlite3

from django.db import InterfaceError, OperationalError
from redis.exceptions import ConnectionError as CacheAway
from redis.exceptions import TimeoutError as CacheSlow

# What the machine is short of, whatever was to be done.
SHORTAGES = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EIO,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
}
# So many seconds later it is worth trying again.
RETRY_AFTER = 30
# PostgreSQL: the server takes no writing now, as during a switch to the other one.
READ_ONLY = "25006"


def is_shortage(error: BaseException | None) -> bool:
    """Say whether the machine had no room, rather than the work being wrong."""
    return isinstance(error, OSError) and error.errno in SHORTAGES


def is_outage(error: BaseException | None) -> bool:
    """Say whether trying again later will help, so that the answer is 503 and no fault of ours."""
    if isinstance(error, CacheAway | CacheSlow | InterfaceError) or is_shortage(error):
        return True
    cause = error.__cause__ if error is not None else None
    if isinstance(error, OperationalError):
        # SQLite says the same of a table that does not exist: that is a mistake.
        return not (isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode == sqlite3.SQLITE_ERROR)
    return getattr(cause, "sqlstate", None) == READ_ONLY
