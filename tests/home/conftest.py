"""A server that keeps whole pages for visitors."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from linli import kept_pages
from tests.home.serving import Server


@pytest.fixture
def server(portal: Any, article: Callable, monkeypatch: Any) -> Iterator[Server]:
    portal.home.body = [
        ("news", {"title": "社区新闻", "count": 3}),
        ("notices", {"title": "公告", "count": 3}),
        ("neighbours", {"title": "邻居们在说", "count": 3}),
    ]
    portal.home.save_revision().publish()
    article("银杏黄了")
    # A test's transaction is one connection: it must outlive the requests.
    monkeypatch.setattr(kept_pages, "close_old_connections", lambda: None)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Server()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
