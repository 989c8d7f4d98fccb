"""How apps declare their operations: each says who may call it and which scope of a device it needs (U5).

What holds for all of them stands here once: the token, the right, the scope, leaving, and that a write is done once.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from ninja import Router
from ninja.decorators import decorate_view

from foundation.core.access.addresses import address_of
from foundation.core.access.permissions import Permission, require
from foundation.core.access.routes import RouteAccess
from foundation.core.api import bearer, document, once
from foundation.core.api.problems import Problem, answer_to
from foundation.core.api.scope import TokenScope

WRITES = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation as it was declared. `scope` None: somebody without a token calls it, to get one."""

    method: str
    path: str
    name: str
    access: RouteAccess
    scope: TokenScope | None
    # Somebody whose account is being closed may still do it.
    while_leaving: bool = False
    # Asked by an open app by itself: it keeps no sign-in of staff alive.
    unattended: bool = False
    # Why doing it again needs no key; empty: it does.
    repeatable: str = ""

    @property
    def writes(self) -> bool:
        return self.method in WRITES


class Routes(Router):
    """The operations of one app, named by the app's tag in the document."""

    def __init__(self, tag: str) -> None:
        super().__init__(tags=[tag])
        self.declared: list[Operation] = []

    def reads(self, path: str, **declared: Any) -> Callable[[Callable[..., Any]], Any]:
        return self.operation("GET", path, **declared)

    def writes(self, method: str, path: str, **declared: Any) -> Callable[[Callable[..., Any]], Any]:
        return self.operation(method, path, **declared)

    def operation(
        self,
        method: str,
        path: str,
        *,
        scope: TokenScope | None,
        returns: Any,
        may: Permission | None = None,
        open_because: str = "",
        status: int = 200,
        document_extra: Mapping[str, Any] | None = None,
        **facts: Any,
    ) -> Callable[[Callable[..., Any]], Any]:
        """Declare an operation: either the right that it asks for (`may`), or why everybody may call it."""
        if (may is None) == (not open_because):
            raise TypeError(f"{method} {path} needs either a right or a reason to be open")
        access = RouteAccess(permission=may, why_open=open_because)
        one = Operation(method=method, path=path, name=name_of(path), access=access, scope=scope, **facts)
        self.declared.append(one)

        def decorate(view: Callable[..., Any]) -> Any:
            view.access = access  # type: ignore[attr-defined]
            summary, _blank, more = (view.__doc__ or "").strip().partition("\n")
            register = self.api_operation(
                [method],
                path,
                response={status: returns},
                operation_id=view.__name__,
                url_name=one.name,
                summary=summary.rstrip("."),
                description=" ".join(more.split()),
                openapi_extra=document.extra_of(one, status, document_extra or {}),
            )
            return register(decorate_view(partial(_guarded, one))(view))

        return decorate


def name_of(path: str) -> str:
    """Name an address after its parts: `/people/{name}/follow` is `people-name-follow`."""
    return re.sub(r"[^a-z]+", "-", path.lower()).strip("-")


def _guarded(one: Operation, run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let an operation run only for who may, and write only once."""

    @wraps(run)
    def guarded(request: Any, **given: Any) -> HttpResponse:
        before = request.session
        try:
            _check_body(request, one)
            bearer.recognise(request, unattended=one.unattended)
            _check_caller(request, one)
            if not one.writes or one.repeatable:
                return run(request, **given)
            return once.carried_out(request, lambda: run(request, **given), address=address_of(request))
        except Exception as fault:
            return answer_to(request, fault)
        finally:
            if request.session is not before:
                request.session.save()
                request.session = before

    return guarded


def _check_caller(request: Any, one: Operation) -> None:
    """Raise Refused or Problem where the caller, or her device, may not."""
    if one.access.permission is not None:
        require(request.user, one.access.permission)
    if request.token is None:
        return
    if one.scope is not None and one.scope not in request.token.scope_list:
        raise Problem(403, "scope")
    if request.user.leaves_at is not None and not one.while_leaving:
        raise Problem(403, "leaving")


def _check_body(request: Any, one: Operation) -> None:
    """Raise for what no operation reads: too much of it, and signs that no text of a database can hold."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not one.repeatable and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RequestDataTooBig("the body is larger than any of ours")
    texts = [request.path_info, *(word for pair in request.GET.lists() for word in (pair[0], *pair[1]))]
    if any(not document.is_plain(text) for text in texts):
        raise Problem(400, "bad_request")
