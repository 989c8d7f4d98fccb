"""Signing in without a page: the same steps, limits and refusals as allauth's views (A1, A6, U5)."""

from enum import StrEnum
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.account.internal.flows.email_verification import send_verification_email_at_login
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import Login
from allauth.account.utils import has_verified_email
from allauth.core import ratelimit
from allauth.core.exceptions import RateLimited
from allauth.utils import get_form_class
from django.conf import settings

from foundation.accounts.domain import passwords, second_factor
from foundation.accounts.models import User


class Hindrance(StrEnum):
    """Why somebody whose password is right is not in yet."""

    CLOSED = "closed"
    NOT_ACTIVATED = "not_activated"
    SECOND_FACTOR = "second_factor"
    SECOND_FACTOR_SETUP = "second_factor_setup"
    PASSWORD_DUE = "password_due"  # noqa: S105 - a state, no secret


class NotYet(Exception):
    """The password was right, and something is missing; `why` says what."""

    def __init__(self, why: Hindrance) -> None:
        super().__init__(why.value)
        self.why = why


def login_form(request: Any, *, login: str, password: str) -> LoginForm:
    """Return the form of the page, which checks and counts. Raises RateLimited for a flood from one address."""
    if not ratelimit.consume(request, action="login"):
        raise RateLimited
    form = get_form_class(settings.ACCOUNT_FORMS, "login", LoginForm)
    return form({"login": login, "password": password}, request=request)


def check_standing(request: Any, form: LoginForm) -> User:
    """Return whose valid form it is, where nothing but a second factor can be missing. Raises NotYet."""
    user: Any = form.user
    if not user.is_active:
        raise NotYet(Hindrance.CLOSED)
    if not has_verified_email(user, form._login.email):
        # As by the page: whoever knows the password is sent the letter once more.
        send_verification_email_at_login(request, Login(user=user, email=form._login.email))
        raise NotYet(Hindrance.NOT_ACTIVATED)
    return user


def needs_code(user: User, code: str) -> bool:
    """Say whether a second step has to be looked at. Raises NotYet where it is missing, or can't be taken here."""
    if second_factor.factors_of(user):
        if not code:
            raise NotYet(Hindrance.SECOND_FACTOR)
        return True
    if second_factor.is_required(user):
        raise NotYet(Hindrance.SECOND_FACTOR_SETUP)
    return False


def check_password_age(user: User) -> None:
    """Raise NotYet for staff whose password is due: they choose the new one on the page."""
    if passwords.is_due(user):
        raise NotYet(Hindrance.PASSWORD_DUE)


def confirmed(request: Any, user: User, *, method: str) -> None:
    """Note in the memory of the device that she has just shown who she is, as a sign-in by the page does."""
    record_authentication(request, user, method=method, reauthenticated=True)


def is_right_password(user: User, password: str) -> bool:
    """Say whether it is her password; counted as every attempt is. Raises ValidationError beyond the limit."""
    return get_adapter().reauthenticate(user, password)
