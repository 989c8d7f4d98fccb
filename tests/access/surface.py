"""A place where a status of somebody could come to light, and what should be found there."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from foundation.core.flow import outbox
from foundation.core.models import OutboxMessage
from foundation.core.search import indexing
from tests.access.scene import LEVELS, Scene, may_see


def sees(reader: str) -> set[str]:
    return {level for level in LEVELS if may_see(reader, level)}


@dataclass(frozen=True)
class Surface:
    """Where to look, what is found there, and what should be: `found(client, scene)` gives levels."""

    routes: tuple[str, ...]
    found: Callable[[Any, Scene], set[str]]
    expected: Callable[[str], set[str]] = sees

    def shown_to(self, reader: str, scene: Scene) -> set[str]:
        return self.found(scene.client(reader), scene)


def text_of(response: Any) -> str:
    return response.content.decode() if response.status_code == 200 else ""


def marks(text: str, word: str = "正文") -> set[str]:
    return {level for level in LEVELS if f"{word}{level}" in text}


def indexed() -> None:
    """Write what was saved into the index of the search, as the outbox does."""
    for message in OutboxMessage.objects.filter(channel__startswith=indexing.CHANNEL, state="new").order_by(
        "id"
    ):
        outbox._handlers[message.channel](message.key, json.loads(message.payload))
        message.delete()
