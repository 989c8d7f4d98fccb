"""A push service of our own (RFC 8030) that really opens what it is sent (RFC 8291) and checks who sent it (RFC 8292)."""

import base64
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def data(words: str) -> bytes:
    return base64.urlsafe_b64decode(words + "=" * (-len(words) % 4))


class PushService:
    """Answers 201, or what `answers` holds for the next messages: (status, headers)."""

    def __init__(self) -> None:
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.messages: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers = service.take(
                    self.path, {name.lower(): value for name, value in self.headers.items()}, body
                )
                self.send_response(status)
                for name, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": text(point), "auth": text(self.auth)}

    def take(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        try:
            claims = self.check(headers["authorization"])
        except (KeyError, ValueError, AssertionError) as fault:
            self.refused.append(repr(fault))
            return 403, {}
        if self.answers:
            return self.answers.pop(0)
        opened = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        message = {"path": path, "claims": claims, "body": json.loads(opened), "sealed": body, **headers}
        self.messages.append(message)
        return 201, {"Location": f"{self.origin}/message/{len(self.messages)}"}

    def check(self, authorization: str) -> dict[str, Any]:
        """Return the token's claims. Raises ValueError, AssertionError where they or the signature are wrong."""
        scheme, _space, rest = authorization.partition(" ")
        assert scheme.lower() == "vapid"
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        head, claims, signature = parts["t"].split(".")
        raw = data(signature)
        wrapped = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data(parts["k"]))
        key.verify(wrapped, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
        assert json.loads(data(head))["alg"] == "ES256"
        said = json.loads(data(claims))
        assert said["aud"] == self.origin
        assert time.time() < said["exp"] <= time.time() + 24 * 3600
        assert said["sub"].startswith("mailto:")
        return {**said, "key": parts["k"]}
