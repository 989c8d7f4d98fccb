"""A place where a status of somebody could come to light, and what should be found there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
