"""The port by which every app asks whether what somebody wrote may stand; `moderation` answers it (O2)."""

from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Level(models.TextChoices):
    """What becomes of a text in which a listed word is found; the strictest first."""

    BLOCK = "block", gettext_lazy("不能发布")
    HOLD = "hold", gettext_lazy("审核后才公开")
    FLAG = "flag", gettext_lazy("先公开，再审核")


@dataclass(frozen=True)
class Verdict:
    """The strictest level that was found, None where nothing was, and the passage as it was written."""

    level: Level | None = None
    passage: str = ""


class Reader(Protocol):
    def check(self, text: str) -> Verdict: ...

    def follow_up(self, obj: models.Model, verdict: Verdict) -> None: ...

    def stand_in_line(self, obj: models.Model) -> None: ...


_readers: list[Reader] = []


def answered_by(reader: Reader) -> None:
    """Make `reader` the one that knows the listed words."""
    _readers[:] = [reader]


def check(text: str) -> Verdict:
    """Read a text before it is kept. Raises ValidationError, naming the passage, where it must not stand at all."""
    for reader in _readers:
        verdict = reader.check(text)
        if verdict.level is Level.BLOCK:
            raise ValidationError(
                _("“%(passage)s”不能发布，请修改后再发。"),
                code="blocked",
                params={"passage": verdict.passage},
            )
        return verdict
    return Verdict()


def stand_in_line(obj: models.Model, verdict: Verdict) -> None:
    """Call it before a row is locked that is there already and that `follow_up` will be called for.

    Staff's decision locks the case first and the object after it, and two orders would wait for each other.
    """
    for reader in _readers:
        if verdict.level is not None:
            reader.stand_in_line(obj)


def follow_up(obj: Any, verdict: Verdict) -> None:
    """Bring what was kept with a listed word before staff; what is to be held is hidden until they decided."""
    for reader in _readers:
        if verdict.level is not None:
            reader.follow_up(obj, verdict)
