"""The port by which every app asks whether what somebody wrote may stand; `moderation` answers it (O2)."""

from collections.abc import Iterable
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


def strictest(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that asks most; of equal ones the first."""
    order = [*Level, None]
    return min(verdicts, key=lambda verdict: order.index(verdict.level), default=Verdict())


def check(*texts: str) -> Verdict:
    """Read what is to be kept, each text by itself, and return the strictest verdict.

    Raises ValidationError, naming the passage, where one must not stand at all.
    """
    for reader in _readers:
        verdict = strictest(reader.check(text) for text in texts)
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


def check_name(name: str) -> Verdict:
    """Read a name. It stands beside everything and can't be hidden: what would be held is refused too.

    Raises ValidationError, naming the passage.
    """
    verdict = check(name)
    if verdict.level is Level.HOLD:
        raise ValidationError(
            _("“%(passage)s”不能用在昵称里，请换一个。"),
            code="blocked",
            params={"passage": verdict.passage},
        )
    return verdict


def check_private(*texts: str) -> None:
    """Read what is for few: nobody looks at it afterwards, so that what would be held is refused too.

    What would only be looked at stands, and is shown to nobody. Raises ValidationError, naming the passage.
    """
    verdict = check(*texts)
    if verdict.level is Level.HOLD:
        raise ValidationError(
            _("“%(passage)s”不能发送，请修改后再发。"),
            code="blocked",
            params={"passage": verdict.passage},
        )


def follow_up(obj: Any, verdict: Verdict) -> None:
    """Bring what was kept with a listed word before staff; what is to be held is hidden until they decided."""
    for reader in _readers:
        if verdict.level is not None:
            reader.follow_up(obj, verdict)
