"""People who post all the while, and the ledger of what they were told: whoever got no answer sends the form again."""

import contextlib
import http.client
import threading
import time
import urllib.parse
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tools.bench import web
from tools.bench.installation import PROXIED
from tools.bench.web import token_of
from tools.faults.house import Broken, House, until

WRITERS = ("resident", "neighbour", "guardian")
PATIENCE = 12.0
# A page in words comes within so many seconds, whatever is broken (I8).
WITHIN = 5.0
SORRY = ("过一会儿再", "稍后再")


def sign_in(port: int, name: str) -> dict[str, str]:
    """Sign in by the form and return the headers of a member's requests. Raises Broken."""
    try:
        return web.sign_in(port, name)
    except web.NotSignedIn as fault:
        raise Broken(str(fault)) from fault


@dataclass
class Ledger:
    """What clients sent and were told. Written by all their threads."""

    acked: dict[str, str] = field(default_factory=dict)  # once → text
    statuses: Counter[str] = field(default_factory=Counter)
    resent: int = 0
    slowest: float = 0.0
    wordless: list[str] = field(default_factory=list)


class Crowd:
    """So many clients of the nodes, each with one form at a time; left by the block, all they were told is known."""

    def __init__(
        self, house: House, *, clients: int = 4, picture: bytes = b"", ports: list[int] | None = None
    ) -> None:
        self.house, self.clients, self.picture = house, clients, picture
        self.ports = ports or house.ports
        self.ledger = Ledger()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._paused = threading.Event()
        self._threads: list[threading.Thread] = []
        self._cookies = [sign_in(self.ports[0], name) for name in WRITERS]

    def __enter__(self) -> "Crowd":
        for number in range(self.clients):
            thread = threading.Thread(target=self._post, args=(number,), daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    @property
    def acked(self) -> int:
        """How many posts were told to be there."""
        return len(self.ledger.acked)

    def reach(self, more: int, *, seconds: float = 120.0) -> float:
        """Wait until so many more are acked; return how long it took."""
        goal = self.acked + more
        return until(lambda: self.acked >= goal, f"{more} more posts", seconds=seconds)

    def _post(self, number: int) -> None:
        headers, turn = self._cookies[number % len(self._cookies)], number
        while not self._over.is_set():
            once, text = str(uuid.uuid4()), f"故障演练 {uuid.uuid4().hex[:12]}"
            tries = 0
            while True:
                turn += 1
                status = self._send(self.ports[turn % len(self.ports)], headers, once, text)
                if status == 302:
                    with self._lock:
                        self.ledger.acked[once] = text
                        self.ledger.resent += tries > 0
                    break
                if 400 <= status < 500 or (self._over.is_set() and tries > 200):
                    break
                tries += 1
                # A form that got no answer is sent again, as people do, until it has one.
                self._over.wait(0.15) if not self._over.is_set() else time.sleep(0.15)

    def _send(self, port: int, headers: dict[str, str], once: str, text: str) -> int:
        fields = {"text": text, "scope": "residents", "once": once, "csrfmiddlewaretoken": token_of(headers)}
        if self.picture:
            kind, body = _multipart(fields, self.picture)
        else:
            kind, body = "application/x-www-form-urlencoded", urllib.parse.urlencode(fields).encode()
        started, status, page = time.monotonic(), 0, ""
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        with contextlib.suppress(OSError, http.client.HTTPException):
            link.request("POST", "/feed/post/", body, {**headers, "Content-Type": kind})
            answer = link.getresponse()
            page, status = answer.read().decode("utf-8", "replace"), answer.status
        link.close()
        with self._lock:
            self.ledger.statuses[str(status or "none")] += 1
            self.ledger.slowest = max(self.ledger.slowest, time.monotonic() - started)
            if status >= 500 and not any(word in page for word in SORRY):
                self.ledger.wordless.append(page[:200])
        return status


def _multipart(fields: dict[str, str], picture: bytes) -> tuple[str, bytes]:
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="pictures"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = b"".join(parts) + head.encode() + picture + f"\r\n--{mark}--\r\n".encode()
    return f"multipart/form-data; boundary={mark}", body


def page(port: int, path: str = "/", headers: dict[str, str] | None = None) -> tuple[int, str, float]:
    """Ask for a page once; status 0: no answer. Also how long it took."""
    started, status, text = time.monotonic(), 0, ""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.suppress(OSError, http.client.HTTPException):
        link.request("GET", path, headers=headers or PROXIED)
        answer = link.getresponse()
        text, status = answer.read().decode("utf-8", "replace"), answer.status
    link.close()
    return status, text, time.monotonic() - started


def degraded(house: House, *, port: int | None = None) -> dict[str, Any]:
    """Assert I8 of a visitor's page now: in words, within seconds, and no lie. Raises Broken."""
    status, text, took = page(house.ports[0] if port is None else port, "/news/")
    if took > WITHIN:
        raise Broken(f"a page took {took:.1f} s")
    if status == 0:
        raise Broken("no page came at all")
    if status >= 500 and not any(word in text for word in SORRY):
        raise Broken(f"a page says {status} and nothing to people")
    return {"status": status, "took": round(took, 2)}
