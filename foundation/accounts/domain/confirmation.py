"""Showing once more who one is, before something that can't be undone: by password, passkey, or a code (A6)."""

import hmac
import secrets
import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

STATE = "confirm_code"
CODE_SECONDS = 600
TRIES = 5


class NoCode(Exception):
    """There is no code that could be answered: none was sent, it is too old, or it was guessed at too often."""


def is_fresh(request: Any) -> bool:
    """Say whether the person has shown within the last minutes that it is she."""
    records = get_authentication_records(request, request.user)
    confirmed = [record["at"] for record in records if record.get("reauthenticated")]
    return bool(confirmed) and time.time() - confirmed[-1] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def require_fresh(request: Any) -> None:
    """Send the person to confirm herself first, and then back here; for views of ours, as allauth's do."""
    if not is_fresh(request):
        raise ReauthenticationRequired


def send_code(request: Any) -> bool:
    """Send a code to the account's mail address, or telephone where that is all it has; False: too often."""
    user = request.user
    if not ratelimit.consume(request, action="request_login_code", key=f"confirm:{user.pk}"):
        return False
    adapter = get_adapter(request)
    code = adapter.generate_login_code()
    request.session[STATE] = {"digest": _digest(code), "at": time.time(), "id": secrets.token_hex(8)}
    if user.email:
        adapter.send_mail("account/email/login_code", user.email, {"request": request, "code": code})
    else:
        adapter.send_verification_code_sms(user, user.phone_sealed, code)
    return True


def answer(request: Any, typed: str) -> bool:
    """Take a typed code; a right one confirms the person once, a wrong one counts. Raises NoCode."""
    state = request.session.get(STATE)
    if not state or time.time() - state["at"] > CODE_SECONDS or not _may_try(state["id"]):
        request.session.pop(STATE, None)
        raise NoCode
    if not hmac.compare_digest(state["digest"], _digest(typed)):
        return False
    del request.session[STATE]
    record_authentication(request, request.user, method="code", reauthenticated=True)
    return True


def _may_try(code_id: str) -> bool:
    """Take one of the tries of a code. Each is taken by one request only, however many come at once: a counter in the
    session would be read by all of them before the first had written it."""
    return any(cache.add(f"confirm:{code_id}:{number}", 1, CODE_SECONDS) for number in range(TRIES))


def is_waiting(request: Any) -> bool:
    """Say whether a code was sent that can still be answered."""
    return STATE in request.session


def _digest(code: str) -> str:
    """What the session keeps: not the code itself, which whoever reads the table of sessions could type."""
    plain = "".join(code.split()).replace("-", "").upper()
    return salted_hmac(__name__, plain, algorithm="sha256").hexdigest()
