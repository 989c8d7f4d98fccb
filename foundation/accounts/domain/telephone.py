"""The blind index by which the account of a mobile number is found."""

from collections.abc import Iterator, Sequence
from typing import Any

from foundation.core.crypto.rotation import index_of
from foundation.core.crypto.seal import blind_index, blind_indexes

LABEL = "accounts.user.phone"


def phone_index(number: str) -> str:
    """Return the index that is stored for a mobile number in international form."""
    return blind_index(number, label=LABEL)


def phone_indexes(number: str) -> list[str]:
    """Return every index that a number may stand under."""
    return blind_indexes(number, label=LABEL)


@index_of("accounts.User", "phone_index", label=LABEL)
def _numbers(users: Sequence[Any]) -> Iterator[tuple[Any, str]]:
    return ((user.pk, user.phone_sealed) for user in users if user.phone_sealed)
