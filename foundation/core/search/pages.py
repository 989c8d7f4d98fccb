"""Pages that are the same for everybody and no object of a kind: help and the like."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

from foundation.core.facets import Words

KIND = "page"


@dataclass(frozen=True, kw_only=True)
class FoundPage:
    """`key` never changes once released; `title`, `url` and `text` are asked in every language of the site."""

    key: int
    title: Words
    url: Callable[[], str]
    text: Callable[[], str]


_pages: dict[int, FoundPage] = {}


def register_page(*, key: int, title: Words, url: Callable[[], str], text: Callable[[], str]) -> None:
    """Let a page that anybody may open be found. Raises ImproperlyConfigured where another one has the key."""
    page = FoundPage(key=key, title=title, url=url, text=text)
    if _pages.setdefault(key, page) is not page:
        raise ImproperlyConfigured(f"Two pages are found as {key}.")


def registered() -> list[FoundPage]:
    """Return the pages."""
    return list(_pages.values())
