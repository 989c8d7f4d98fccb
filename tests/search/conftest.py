from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def hits() -> Callable[..., list[str]]:
    """Search, and name each hit: its title, or what it says where it has none."""
    from foundation.core.search.finding import find

    def ask(words: str, user: Any = None, **options: Any) -> list[str]:
        return [hit.title or hit.excerpt for hit in find(words, user, **options).hits]

    return ask


@pytest.fixture
def say() -> Callable[..., Any]:
    """Let somebody post a status."""
    from foundation.core.access.scopes import PUBLIC, Scope
    from foundation.social.domain import posts

    def post(text: str, by: Any, level: str = PUBLIC) -> Any:
        scope = posts.scope_of(level, by) if level != "place" else Scope("place", by.place_path)
        return posts.post_status(by=by, text=text, scope=scope)

    return post
