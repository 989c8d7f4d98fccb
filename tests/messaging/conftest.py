"""A street where things happen to 林秋雨."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from foundation.core.access.scopes import Scope
from foundation.social.domain import posts


class Clock:
    """A clock that stands until it is set; `at("2026-11-25 12:00")` in the street's own time."""

    def __init__(self, monkeypatch: Any) -> None:
        self.now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def at(self, words: str) -> datetime:
        self.now = datetime.fromisoformat(words).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
        return self.now


@pytest.fixture
def clock(monkeypatch: Any) -> Clock:
    frozen = Clock(monkeypatch)
    frozen.at("2026-11-25 12:00")
    return frozen


@pytest.fixture
def lin(person: Callable, portal: Any) -> Any:
    return person("lin", display="林秋雨")


@pytest.fixture
def zhou(person: Callable) -> Any:
    return person("zhou", display="周叶")


@pytest.fixture
def post(lin: Any) -> Any:
    return posts.post_status(by=lin, text="院里的银杏", scope=Scope("residents"))
