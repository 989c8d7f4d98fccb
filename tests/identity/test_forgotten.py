"""What was typed and never sent goes after thirty days (A2, A3); whatever is somebody's stays."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.utils import timezone

from foundation.accounts.domain import activation
from foundation.accounts.models import User
from foundation.core.flow import chores
from foundation.core.flow.models import AuditEntry
from identity.domain import claims
from identity.domain.claims import SixItems
from identity.models import Claim
from identity.rules import Verdict

pytestmark = [pytest.mark.django_db, pytest.mark.row("A2", "A3")]


@pytest.fixture
def drafted(person: Callable, places: dict, items: SixItems) -> Callable[..., Claim]:
    """The draft of a new account, whose mail was answered or not."""

    def make(name: str, *, activated: bool = False) -> Claim:
        user = person(name, verified=False)
        EmailAddress.objects.filter(user=user).update(verified=activated)
        return claims.start_claim(by=user, items=items, verdict=Verdict.OK, place=places["ginkgo"])

    return make


@pytest.fixture
def days_later() -> Callable[[float], None]:
    def run(days: float) -> None:
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            chores.do_all(chores.Rhythm.DAY)

    return run


def test_what_nobody_activated_goes_after_thirty_days_with_its_items(
    drafted: Callable, days_later: Callable
) -> None:
    drafted("nobody")
    days_later(29.9)
    assert Claim.objects.get().items["number"]
    days_later(30.1)
    assert not Claim.objects.exists()
    assert not User.objects.exists()
    assert not EmailAddress.objects.exists()


@pytest.mark.deny
def test_a_draft_left_on_an_activated_account_is_erased_and_the_account_stays(
    drafted: Callable, days_later: Callable
) -> None:
    draft = drafted("lin", activated=True)
    before = User.objects.values("pk", "email", "password", "display_name", "is_active").get()
    days_later(30.1)
    draft.refresh_from_db()
    assert (draft.state, draft.items, draft.number_index) == ("abandoned", {}, "")
    assert User.objects.values(*before).get() == before
    assert AuditEntry.objects.get(action="identity.lapse").actor_id is None


@pytest.mark.deny
def test_of_an_activated_account_nothing_else_goes(
    waiting: Callable, person: Callable, days_later: Callable
) -> None:
    claim, staff = waiting(), person("staff", roles=("staff",))
    User.objects.filter(pk=staff.pk).update(last_login=None)
    days_later(400)
    claim.refresh_from_db()
    assert (claim.state, claim.items["name"]) == ("waiting", "林秋雨")
    assert set(User.objects.all()) == {claim.user, staff}


@pytest.mark.deny
@pytest.mark.parametrize(
    "known", [{"last_login": timezone.now()}, {"is_active": False}, {"is_superuser": True}], ids=list
)
def test_an_account_that_somebody_knows_stays_without_its_items(
    drafted: Callable, days_later: Callable, known: dict[str, Any]
) -> None:
    drafted("lin")
    User.objects.update(**known)
    days_later(400)
    assert User.objects.count() == 1
    assert Claim.objects.get().items == {}


@pytest.mark.deny
def test_what_was_activated_since_the_chore_looked_stays(
    drafted: Callable, days_later: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chore reads its list first and asks again under the lock."""
    draft, remove = drafted("lin"), activation.remove_unanswered

    def late(pk: int) -> bool:
        EmailAddress.objects.update(verified=True)
        claims.submit_drafts(draft.user)
        return remove(pk)

    monkeypatch.setattr(activation, "remove_unanswered", late)
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert activation.remove_forgotten() == 0
        assert not claims._lapse(draft)
    draft.refresh_from_db()
    assert (draft.state, bool(draft.items)) == ("waiting", True)


def test_the_form_says_so(client: Any, portal: Any) -> None:
    assert "30 天内没有激活的账号" in client.get("/account/signup/").content.decode()
