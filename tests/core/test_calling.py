"""Who is called by an address that an office typed: nobody inside of our own network, and nobody for long (P4)."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from foundation.core.flow import calling
from foundation.core.flow.calling import AddressRefused, BadAnswer, Unanswered, check_public, get_json

pytestmark = [pytest.mark.row("P4"), pytest.mark.security(18)]


@pytest.fixture
def server() -> Iterator[Callable[[Callable], str]]:
    """Serve `answer(handler)` on a port of its own; returns the origin."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Callable[[BaseHTTPRequestHandler], None]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer(self)

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    for one in servers:
        one.shutdown()
        one.server_close()


def _send(handler: Any, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


@pytest.mark.deny
@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.7/v1",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "https://name@127.0.0.1/",
        "file:///etc/passwd",
        "ftp://example.org/",
    ],
)
def test_no_way_leads_into_our_own_network(url: str) -> None:
    with pytest.raises(AddressRefused):
        get_json(url)


@pytest.mark.deny
def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: Any) -> None:
    found = [(2, 1, 6, "", (address, 443)) for address in ("8.8.8.8", "10.1.2.3")]
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *args, **kwargs: found)
    with pytest.raises(AddressRefused):
        check_public("rebound.example")
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *args, **kwargs: found[:1])
    check_public("fine.example")


def test_a_host_that_is_not_there_is_not_reached(monkeypatch: Any) -> None:
    def unknown(*args: Any, **kwargs: Any) -> None:
        raise OSError("unknown")

    monkeypatch.setattr(calling.socket, "getaddrinfo", unknown)
    with pytest.raises(Unanswered):
        get_json("https://nowhere.example/")


def test_it_reads_what_a_server_says(server: Callable) -> None:
    origin = server(lambda handler: _send(handler, 200, b'{"path": "' + handler.path.encode() + b'"}'))
    assert get_json(f"{origin}/a", params={"b": "1"}, trusted=[origin]) == (200, {"path": "/a?b=1"})


@pytest.mark.deny
def test_it_is_not_led_elsewhere(server: Callable) -> None:
    asked = []

    def lead(handler: Any) -> None:
        asked.append(handler.path)
        _send(handler, 302, b"", Location="/inside")

    origin = server(lead)
    assert get_json(f"{origin}/out", trusted=[origin]) == (302, None)
    assert asked == ["/out"]


@pytest.mark.deny
def test_garbage_and_floods_are_no_answer(server: Callable, monkeypatch: Any) -> None:
    garbage = server(lambda handler: _send(handler, 200, b"<html>"))
    with pytest.raises(BadAnswer):
        get_json(garbage, trusted=[garbage])
    monkeypatch.setattr(calling, "MOST_BYTES", 1000)
    flood = server(lambda handler: _send(handler, 200, b'"' + b"x" * 5000 + b'"'))
    with pytest.raises(BadAnswer):
        get_json(flood, trusted=[flood])


@pytest.mark.deny
def test_nobody_waits_long(server: Callable, monkeypatch: Any) -> None:
    monkeypatch.setattr(calling, "TIMEOUT", (1, 0.3))
    silent = server(lambda handler: time.sleep(1.5))
    begun = time.monotonic()
    with pytest.raises(Unanswered):
        get_json(silent, trusted=[silent])
    assert time.monotonic() - begun < 1.4

    def drip(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _piece in range(20):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)

    monkeypatch.setattr(calling, "DEADLINE", 0.5)
    dripping = server(drip)
    with pytest.raises(Unanswered):
        get_json(dripping, trusted=[dripping])


def test_an_error_without_json_is_its_status(server: Callable) -> None:
    origin = server(lambda handler: _send(handler, 502, b"<html>bad gateway"))
    assert get_json(origin, trusted=[origin]) == (502, None)
