"""Who is left to give roles when an administrator stops being one (A5, A7)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from foundation.accounts.domain import roles
from foundation.accounts.models import RoleAssignment, User
from foundation.core import kinds
from foundation.core.access.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.row("A5")]


@pytest.mark.deny
@pytest.mark.row("A7")
@pytest.mark.parametrize("state", ["leaves_at", "suspended_until"])
def test_one_who_is_leaving_or_suspended_is_no_other_administrator(
    person: Callable, portal: Any, state: str
) -> None:
    """Else the last who can give roles could be taken off, or leave, and nobody were left."""
    chief, second = (person(name, roles=("administrator",)) for name in ("chief", "second"))
    User.objects.filter(pk=second.pk).update(**{state: timezone.now() + timedelta(days=3)})
    assert kinds.leaving_blockers(chief)
    with pytest.raises(roles.LastAdministrator):
        roles.take_role(chief, Role.ADMINISTRATOR, by=chief)
    assert RoleAssignment.objects.filter(user=chief, role=Role.ADMINISTRATOR).exists()
