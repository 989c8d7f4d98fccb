"""How pages are shown: ordinary or for the elderly, and how large their type is (U2).

The choice stands in two cookies, so that everybody has it, and on the account, so that it follows a person to another
browser. The cookie comes first: what somebody pressed a moment ago in this browser counts.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

ELDER, ORDINARY = "elder", "ordinary"
MODES = {ORDINARY: _("普通版"), ELDER: _("长辈版")}
# In pixels. The last one is what the ministry asks for: text that grows to 30.
SIZES = {17: _("标准"), 20: _("大"), 24: _("长辈"), 30: _("特大")}
DEFAULT_SIZE = {ORDINARY: 17, ELDER: 24}
MODE_COOKIE, SIZE_COOKIE = "elder", "text"
_IN_COOKIE = {"1": ELDER, "0": ORDINARY}
YEAR = 365 * 86400


@dataclass(frozen=True)
class Display:
    """How one request's page is shown; `chosen_size` is None where nobody chose: each mode has its own."""

    mode: str = ORDINARY
    chosen_size: int | None = None

    @property
    def elder(self) -> bool:
        return self.mode == ELDER

    @property
    def sizes(self) -> list[tuple[int, Any]]:
        """The sizes to choose from, with their words."""
        return list(SIZES.items())

    @property
    def size(self) -> int:
        return self.chosen_size or DEFAULT_SIZE[self.mode]


def display_of(request: HttpRequest) -> Display:
    """Return how this request's page is shown: by its cookies, else by the account's choice."""
    mode = _IN_COOKIE.get(request.COOKIES.get(MODE_COOKIE, ""), "")
    given = request.COOKIES.get(SIZE_COOKIE, "")
    size = int(given) if given in map(str, SIZES) else None
    user: Any = getattr(request, "user", None)
    if not (mode and size) and user is not None and user.is_authenticated:
        mode, size = mode or user.display_mode, size or user.text_size
    return Display(mode or ORDINARY, size)


def remember(
    request: HttpRequest, response: HttpResponse, *, mode: str | None = None, size: int | None = None
) -> None:
    """Write what was chosen into this browser's cookies; what is None stays as it was."""
    how: dict[str, Any] = {
        "max_age": YEAR,
        "samesite": "Lax",
        "secure": request.is_secure(),
        "httponly": True,
    }
    if mode is not None:
        response.set_cookie(MODE_COOKIE, "1" if mode == ELDER else "0", **how)
    if size is not None:
        response.set_cookie(SIZE_COOKIE, str(size), **how)
