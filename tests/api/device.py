"""A device that speaks to the API in process: what the tests call it by."""

import json
import uuid
from typing import Any

from django.test import Client

from foundation.accounts.domain import tokens
from foundation.core.api.scope import TokenScope

ROOT = "/api/v1"


class Device:
    """Sends JSON with a token; `key` is made anew for every write that names none."""

    def __init__(self, token: str = "", **client: Any) -> None:
        self.token, self.http = token, Client(**client)

    def call(self, method: str, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if method not in ("GET", "HEAD"):
            sent.setdefault("Idempotency-Key", key or uuid.uuid4().hex)
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        kind = sent.pop("Content-Type", "application/json")
        return self.http.generic(method, ROOT + path, raw, content_type=kind, headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.call("POST", path, body, **more)

    def put(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.call("PUT", path, body, **more)

    def patch(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.call("PATCH", path, body, **more)

    def delete(self, path: str, **more: Any) -> Any:
        return self.call("DELETE", path, **more)


def device_of(user: Any, *scopes: str) -> Device:
    """Return a device that `user` has signed in with, allowed all or only some things."""
    wanted = [TokenScope(scope) for scope in scopes] or list(TokenScope)
    _token, secret = tokens.make_token(user, name="测试手机", scopes=wanted, agent="", address="")
    return Device(secret)


def problem(answer: Any) -> str:
    """Return which problem an answer is; it has to be one, whole."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content.decode()[:500]
    said = answer.json()
    assert said["status"] == answer.status_code
    assert said["title"]
    assert said["detail"]
    return said["type"].removeprefix("urn:linli:problem:")
