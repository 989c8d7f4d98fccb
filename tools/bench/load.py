"""A small HTTP/1.1 client that keeps its connections open and costs little beside what it measures."""

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

CLIENTS = 16


@dataclass
class Answer:
    """One response: status, headers in lower case (the last of a name; cookies apart), body."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: bytes


@dataclass
class Tally:
    """What a run of requests brought."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    # Turned away without being told when to come again, or not answered at all.
    errors: int = 0

    @property
    def requests(self) -> int:
        """How many were answered."""
        return sum(self.statuses.values())

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """Return a request's bytes."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def _answer(reader: asyncio.StreamReader, *, whole: bool) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status, headers, cookies = int(head[0].split(" ", 2)[1]), {}, []
    for line in head[1:]:
        name, _, value = line.partition(": ")
        if name.lower() == "set-cookie":
            cookies.append(value)
        headers[name.lower()] = value
    body = b""
    if "chunked" in headers.get("transfer-encoding", ""):
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            part = await reader.readexactly(size + 2)
            if whole:
                body += part[:-2]
        await reader.readexactly(2)
    elif length := int(headers.get("content-length", "0")):
        body = await reader.readexactly(length)
    return Answer(status, headers, cookies, body)


def fetch(port: int, message: bytes) -> Answer:
    """Send one request on a connection of its own."""

    async def once() -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(message)
        answer = await _answer(reader, whole=True)
        writer.close()
        return answer

    return asyncio.run(once())


def run(port: int, make: Callable[[int], bytes], *, seconds: float, clients: int = CLIENTS) -> Tally:
    """Send `make(number)` from so many clients, each on one connection, for so long."""
    tally = Tally()
    numbers = itertools.count()

    async def client(until: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        while time.monotonic() < until:
            writer.write(make(next(numbers)))
            answer = await _answer(reader, whole=False)
            tally.statuses[answer.status] = tally.statuses.get(answer.status, 0) + 1
            tally.errors += answer.status == 503 and "retry-after" not in answer.headers
            if answer.headers.get("connection", "").lower() == "close":
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        writer.close()

    async def everybody() -> None:
        started = time.monotonic()
        await asyncio.gather(*(client(started + seconds) for _ in range(clients)))
        tally.seconds = time.monotonic() - started

    asyncio.run(everybody())
    return tally


def cookie_header(answers: Sequence[Answer]) -> str:
    """Return what a browser would send back after these answers."""
    jar: dict[str, str] = {}
    for answer in answers:
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            jar[name] = value
    return "; ".join(f"{name}={value}" for name, value in jar.items())
