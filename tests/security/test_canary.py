"""What somebody is asked for stands in no log, no letter, no cache and no address (ASVS 14.2.1, 16.2.5)."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client

from foundation.accounts.models import User
from identity.models import Claim
from tests.accounts.test_signing_in import ITEMS, link_in

pytestmark = [pytest.mark.django_db, pytest.mark.row("A1", "A2"), pytest.mark.security(53), pytest.mark.deny]
PASSWORD, NUMBER = "canary-Gelb-4711-vogel", ITEMS["number"]
# The name stands in letters that greet her, the telephone in what is sent to it.
SECRET = (PASSWORD, NUMBER, NUMBER[6:])
NOWHERE_LOGGED = (*SECRET, ITEMS["real_name"], ITEMS["phone"], ITEMS["email"])


class Answers:
    """A browser that keeps every address it was led to."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        self.addresses: list[str] = []

    def post(self, path: str, data: dict[str, Any]) -> Any:
        answer = self.client.post(path, data)
        self.addresses.append(answer.headers.get("Location", ""))
        return answer

    def get(self, path: str) -> Any:
        answer = self.client.get(path)
        self.addresses.append(answer.headers.get("Location", ""))
        return answer


def signed_up(places: dict, drain: Callable) -> Answers:
    """Sign up, answer the letter, sign in wrongly and rightly, all with words that stand nowhere else."""
    browser = Answers()
    items = {**ITEMS, "password1": PASSWORD, "place": places["ginkgo"].pk}
    assert browser.post("/account/signup/", {**items, "consent": ""}).status_code in (200, 422)
    assert browser.post("/account/signup/", items).status_code == 302
    drain()
    path = link_in(mail.outbox[0], "confirm-email")
    browser.get(path)
    browser.post(path, {})
    wrong = {"login": ITEMS["email"], "password": f"{PASSWORD}!"}
    browser.post("/account/login/", wrong)
    browser.post("/account/login/", {**wrong, "password": PASSWORD})
    assert browser.get("/account/verification/").status_code in (200, 302)
    drain()
    return browser


def kept() -> bytes:
    """Everything that lies in the caches of the process, keys and values."""
    some = [cache for cache in caches.all(initialized_only=True) if isinstance(cache, LocMemCache)]
    return b"\n".join(key.encode() + packed for cache in some for key, packed in cache._cache.items())


def test_signing_up_and_in_leaves_nothing_readable(
    portal: Any, places: dict, drain: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.WARNING)
    browser = signed_up(places, drain)
    assert Claim.objects.get(user=User.objects.get(email=ITEMS["email"])).items["number"] == NUMBER
    logged = "\n".join(caplog.handler.format(record) for record in caplog.records)
    assert [word for word in NOWHERE_LOGGED if word in logged] == []
    letters = "\n".join(letter.message().as_string() + letter.body for letter in mail.outbox)
    assert [word for word in SECRET if word in letters] == []
    addresses = "\n".join(browser.addresses)
    assert [word for word in NOWHERE_LOGGED if word in addresses] == []
    assert [word for word in SECRET if word.encode() in kept()] == []


def test_a_fault_of_our_own_writes_down_no_field_of_the_form(
    portal: Any,
    places: dict,
    drain: Callable,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_given: Any, **_more: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("foundation.accounts.adapter.AccountAdapter.save_user", broken)
    caplog.set_level(logging.DEBUG)
    browser = Answers()
    items = {**ITEMS, "password1": PASSWORD, "place": places["ginkgo"].pk}
    assert browser.post("/account/signup/", items).status_code == 500
    logged = "\n".join(caplog.handler.format(record) for record in caplog.records)
    assert "RuntimeError: broken" in logged
    assert [word for word in NOWHERE_LOGGED if word in logged] == []
    assert mail.outbox == [], "no administrator is sent a form"
