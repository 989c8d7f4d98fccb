"""Who calls: the port by which the API asks whose a token is; `accounts` answers it (U5)."""

from collections.abc import Callable
from typing import Any, Protocol

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from foundation.core.api.memory import Memory
from foundation.core.api.problems import Problem


class Token(Protocol):
    """What the API needs to know of a device's token."""

    pk: Any
    user: Any
    scope_list: list[str]


class ApiRequest(HttpRequest):
    """The request of an operation: `token` is None for somebody who is not signed in."""

    user: Any
    token: Any
    session: SessionBase


_finders: list[tuple[Callable[[str], Token | None], Callable[[Any], None]]] = []


def answered_by(finder: Callable[[str], Any], *, used: Callable[[Any], None]) -> None:
    """Make `finder(secret)` the one that knows the living tokens; `used(token)` notes that one was."""
    _finders[:] = [(finder, used)]


def recognise(request: Any, *, unattended: bool = False) -> None:
    """Set `user`, `token` and a memory in place of the session; cookies count for nothing here.

    Raises Problem for a token that is none, or none any more.
    """
    request.user, request.token, request.session = AnonymousUser(), None, Memory()
    given = request.headers.get("Authorization", "")
    if not given:
        return
    kind, _blank, secret = given.partition(" ")
    for finder, used in _finders:
        token = finder(secret.strip()) if kind.lower() == "bearer" else None
        if token is not None:
            request.user, request.token = token.user, token
            request.session = Memory(f"token:{token.pk}")
            if not unattended:
                used(token)
            return
    raise Problem(401, "token", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
