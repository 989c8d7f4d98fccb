"""A new key-encryption key while the site runs: the data keys are wrapped anew, what they sealed stays (security.md §7)."""

import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from foundation.core.crypto import keys
from foundation.core.crypto.keys import KeyMissing
from foundation.core.crypto.models import CryptoKey

HERE, NEXT, OLD = "LINLI_KEK", "LINLI_KEK_NEXT", "LINLI_KEK_OLD"


def replace_wrapping_key(say: Callable[[str], None] = lambda line: None) -> int:
    """Wrap every data key with a new key-encryption key; return how many. The values they sealed stay as they are.

    Where the present one comes from the environment, the new one does too (`LINLI_KEK_NEXT`). Otherwise it is made as
    `KEYS_DIR/kek.next` and takes the old one's place when every data key is wrapped anew, so that in between, and
    after a death at any point, both open. Raises KeyMissing, and ImproperlyConfigured where the new key would be known
    to this process alone; then nothing was changed.
    """
    keys.key_encryption_key.cache_clear()
    from_environment = _is_from_environment()
    if not from_environment:
        keys.create_key_encryption_key("kek.next")
    old, new = keys.key_encryption_key(), keys.key_encryption_key_named("next")
    assert new is not None  # noqa: S101 - it was asked for, or made, above
    if old == new:
        raise ImproperlyConfigured(f"The new key-encryption key is the present one: give {NEXT} another.")
    done = _wrap_all(old, new)
    if from_environment:
        say(f"now {HERE} becomes the key of {NEXT}, and {OLD} what it was until every node restarted")
    else:
        _take_its_place(settings.KEYS_DIR)
        say("the new key is kek, the old one kek.old: keep it apart, with the backups that it opens")
    keys.forget()
    return done


def _is_from_environment() -> bool:
    """Whether the keys come from the environment; one of each kind would leave nodes, or the next start, locked out."""
    given, coming = os.environ.get(HERE), os.environ.get(NEXT)
    if given and not coming:
        raise ImproperlyConfigured(
            f"{HERE} comes from the environment, so the key that replaces it has to as well: make one with "
            f"`openssl rand -base64 32`, keep it where {HERE} is kept, set it as {NEXT} on every node, restart them, "
            "and run this again"
        )
    if coming and not given:
        raise ImproperlyConfigured(
            f"{NEXT} is set, but the present key is the file kek: unset {NEXT}, and the new key is made as a file"
        )
    return bool(given)


@transaction.atomic
def _wrap_all(old: bytes, new: bytes) -> int:
    done = 0
    for row in CryptoKey.objects.select_for_update().exclude(wrapped=b""):
        try:
            plain = keys.unwrap(row, by=old)
        except KeyMissing:
            # A run before this one came so far; a key that neither opens stops this one.
            keys.unwrap(row, by=new)
            continue
        row.wrapped = keys.wrap(plain, purpose=row.purpose, number=row.number, by=new)
        row.save(update_fields=["wrapped"])
        done += 1
    return done


def _take_its_place(folder: Path) -> None:
    """Let `kek.next` become `kek`, and that `kek.old`; at every moment each is there under one of the names."""
    spare = folder / "kek.spare"
    spare.unlink(missing_ok=True)
    os.link(folder / "kek", spare)
    os.replace(spare, folder / "kek.old")
    # The old one has its new name for certain before its place is taken.
    keys.write_through(folder)
    os.replace(folder / "kek.next", folder / "kek")
    keys.write_through(folder)
