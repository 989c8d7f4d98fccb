"""A provider of our own, and an office that has set it up."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from foundation.core.models import SiteOption
from foundation.core.pages import options


class WeatherService:
    """Answers by path with (status, body, seconds to wait); remembers what it was asked, and with which headers."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, Any]] = {}
        self.wait = threading.Event()
        self.silent = False
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.take(self)

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.origin = f"http://{self.host}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append(
            (parts.path, query, {name.lower(): value for name, value in handler.headers.items()})
        )
        if self.silent:
            self.wait.wait(5)
            return
        status, body = self.answers.get(parts.path, (404, {}))
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def close(self) -> None:
        self.wait.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def service(settings: Any) -> Iterator[WeatherService]:
    """The provider, trusted for this test."""
    made = WeatherService()
    settings.WEATHER_TRUSTED = [made.origin]
    yield made
    made.close()


@pytest.fixture
def decide(db: None) -> Callable[..., None]:
    """Let the office decide options: `decide(weather="off")`."""

    def set_to(**values: Any) -> None:
        for name, value in values.items():
            key = f"daily.{name}"
            given = {"secret": value} if options.get(key).secret else {"value": value}
            SiteOption.objects.update_or_create(pk=key, defaults=given)

    return set_to
