"""What an installation does about its keys: new ones when asked, old ones away when nothing needs them (R13)."""

from collections.abc import Callable

from foundation.core.crypto import rotation, wrapping
from foundation.core.crypto.rotation import Outcome
from foundation.core.flow import audit, chores


def rotate_keys(say: Callable[[str], None] = lambda line: None) -> Outcome:
    """Replace the data keys while everybody goes on reading and writing, and log it; see `crypto.rotation`.

    Raises KeyMissing where the keys at hand do not open.
    """
    outcome = rotation.rotate(say)
    audit.append(
        "core.rotate_keys",
        by=None,
        data={"made": outcome.made, "renewed": outcome.renewed, "left": [*outcome.broken, *outcome.clashes]},
    )
    return outcome


def replace_wrapping_key(say: Callable[[str], None] = lambda line: None) -> int:
    """Wrap the data keys with a new key-encryption key, and log it; return how many.

    Raises KeyMissing, ImproperlyConfigured; see `crypto.wrapping`.
    """
    count = wrapping.replace_wrapping_key(say)
    audit.append("core.replace_wrapping_key", by=None, data={"keys": count})
    return count


@chores.each(chores.Rhythm.DAY)
def retire_keys() -> int:
    """Retire the keys that nothing needs any more; return how many."""
    retired = rotation.retire()
    if retired:
        audit.append("core.retire_keys", by=None, data={"keys": retired})
    return retired
