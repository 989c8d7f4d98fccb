"""Second factors: who must have one, whether this session was opened with it, and how a lost one is removed (A6)."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from foundation.accounts.domain import devices
from foundation.accounts.models import User
from foundation.core import notify
from foundation.core.flow import audit

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def factors_of(user: User) -> set[str]:
    """Return the kinds of second factor that the account has; recovery codes alone are none."""
    return set(Authenticator.objects.filter(user=user, type__in=FACTORS).values_list("type", flat=True))


def is_required(user: User) -> bool:
    """Say whether `user` may not work without one: everybody who may enter the admin."""
    return settings.STAFF_SECOND_FACTOR and user.can_enter_admin


def was_used(request: Any) -> bool:
    """Say whether this session was opened, or confirmed since, with a second factor."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


@transaction.atomic
def remove_lost(user: User, *, by: User | None, purpose: str) -> int:
    """Remove every second factor of somebody who lost hers, and end her sessions; return how many went.

    For an operator at the server, who has seen who she is (`manage.py second_factor`). The person is told, so that
    nobody's is removed behind her back.
    """
    gone = Authenticator.objects.filter(user=user).delete()[0]
    if gone:
        devices.end_all(user)
        audit.append("accounts.remove_second_factor", by=by, obj=user, data={"removed": gone, "why": purpose})
        notify.emit("second_factor_removed", to=[user.pk], about=user)
    return gone
