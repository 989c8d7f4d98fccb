"""The other side: a mail gateway and a provider of short messages that know keys, and can misbehave on demand."""

import asyncio
import http.client
import json
import os
import socket
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tools.services import free_port

type Mood = Callable[[str, int], str | None]


class Postman:
    """An SMTP gateway. `mood(recipient, number)` says what it answers instead; None: it takes the mail.

    Every mail that is taken is counted by key and by recipient; a known key is thrown away, as real gateways do.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.keys: set[str] = set()
        self._controller: Controller | None = None
        self.reset()

    def reset(self) -> None:
        """Behave, and count anew."""
        self.delivered: Counter[str] = Counter()
        self.mood: Mood = lambda recipient, number: None
        # Where it says something, the line is dropped instead of an answer: was the mail taken? Nobody knows.
        self.drops: Mood = lambda recipient, number: None
        self.waits = 0.0
        self.asked = self.copies = 0

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        """Take one mail, as aiosmtpd asks."""
        to = envelope.rcpt_tos[0]
        self.asked += 1
        if answer := self.mood(to, self.asked):
            return answer
        lines = bytes(envelope.content).decode("utf-8", "replace").splitlines()
        key = next(line.partition(": ")[2] for line in lines if line.startswith("X-Linli-Key"))
        if key in self.keys:
            self.copies += 1
        else:
            self.keys.add(key)
            self.delivered[to] += 1
        if self.waits:
            # Taken already: who is tired of waiting does not know that.
            await asyncio.sleep(self.waits)
        if self.drops(to, self.asked) is not None and server.transport is not None:
            server.transport.close()
        return "250 taken"

    def open(self) -> None:
        """Listen."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        """Be away: nobody listens."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


class Silence:
    """Takes connections and says nothing, as a server behind a broken firewall."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_server(("127.0.0.1", port), reuse_port=False)
        self._held: list[socket.socket] = []
        threading.Thread(target=self._hold, daemon=True).start()

    def _hold(self) -> None:
        while True:
            try:
                self._held.append(self._socket.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        """Hang up."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for held in self._held:
            held.close()


class Provider:
    """A provider of short messages: takes `{"to", "text", "key"}` and knows keys."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.copies = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.copies += asked["key"] in outer.keys
                outer.keys.add(asked["key"])
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


def hand_over(to: str, text: str, *, key: str) -> None:
    """What SMS_GATEWAY names while faults are made: hand a short message to the provider. Raises OSError."""
    link = http.client.HTTPConnection("127.0.0.1", int(os.environ["LINLI_FAULTS_SMS"]), timeout=5)
    link.request("POST", "/", json.dumps({"to": to, "text": text, "key": key}))
    if link.getresponse().status != 200:
        raise ConnectionError("the provider does not take it")
