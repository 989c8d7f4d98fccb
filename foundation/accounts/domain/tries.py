"""Tries to sign in that were too many: how long to wait, by the windows of allauth's limits, said in words."""

from typing import Any

from allauth.core.internal.ratelimit import get_rates
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.core.access.limits import A_MINUTE, in_words

TOO_MANY = "too_many_login_attempts"


def window(action: str) -> int:
    """Return after how many seconds a limit is open again in any case: the longest of its windows."""
    return max(
        (int(rate.duration) for rate in get_rates(app="allauth.account", action=action)), default=A_MINUTE
    )


def too_many(action: str) -> ValidationError:
    """Return the fault of a form that was sent too often; it says, and carries as `seconds`, how long to wait."""
    seconds = window(action)
    words = _("试的次数太多了。%(wait)s") % {"wait": in_words(seconds)}
    return ValidationError(words, code=TOO_MANY, params={"seconds": seconds})


def wait_of(form: Any) -> int:
    """Return how many seconds whoever sent this form has to wait; 0 where it was not sent too often."""
    faults = [fault for found in form.errors.as_data().values() for fault in found if fault.code == TOO_MANY]
    return max(((fault.params or {}).get("seconds", A_MINUTE) for fault in faults), default=0)
