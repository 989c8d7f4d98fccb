"""Walking the permission matrix (H1): each cell of an action's row as one test that bears the cell's name."""

from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client

from foundation.core.access.matrix import Cell, matrix


def cells(prefix: str) -> list[Any]:
    """Return `(action, letter, cell)` for every cell of the rows whose action begins so: `institution.review-A`."""
    return [
        pytest.param(
            action, letter, cell, id=f"{action}-{letter}", marks=[] if cell.allowed else [pytest.mark.deny]
        )
        for action, row in matrix().items()
        if action.startswith(prefix)
        for letter, cell in row.items()
    ]


def browser_of(user: Any, *, fresh: bool = False) -> Client:
    """Return a browser in which `user` is signed in (None: a visitor); `fresh`: she has just shown who she is."""
    client = Client()
    if user is None:
        return client
    client.force_login(user)
    if fresh:
        prove(client, user)
    return client


def prove(client: Client, user: Any) -> None:
    """Let `user`, who is signed in there, have shown a moment ago that it is she."""
    request = HttpRequest()
    request.session, request.user = client.session, user
    record_authentication(request, user, method="password", reauthenticated=True)
    request.session.save()


def let_in(response: Any) -> bool:
    """Say whether the call went through: no refusal, no way to sign in, no page missing."""
    if response.status_code in (301, 302):
        target = response["Location"]
        return not any(part in target for part in ("/login/", "/reauthenticate", "/admin/?", "/verify"))
    return bool(response.status_code < 400)


__all__ = ["Cell", "browser_of", "cells", "let_in", "prove"]
