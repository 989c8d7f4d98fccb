"""Signing in with a device: as strict as the page, ended as sessions are, good for the API alone (U5, A6)."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from foundation.accounts.domain import tokens
from foundation.accounts.models import Device as Known
from foundation.accounts.models import DeviceToken, User
from foundation.core.flow import audit
from foundation.core.flow.models import AuditEntry
from linli.api import operations
from tests.api.device import Device, device_of, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("U5", "A6")]


def sign_in(login: str = "lin@example.org", password: str = "", **more: Any) -> Any:
    password = password or f"pw-{login.partition('@')[0]}-2026"
    headers = {name: more.pop(name) for name in ("User_Agent",) if name in more}
    body = {"login": login, "password": password, "device_name": "林的手机", **more}
    return Device().post("/tokens", body, **headers)


@pytest.fixture
def lin(portal: Any, person: Callable) -> User:
    return person("lin", display="林秋雨")


def works(device: Device) -> bool:
    return device.get("/me").status_code == 200


def test_a_device_signs_in_and_says_who_it_is_for(lin: User) -> None:
    answer = sign_in()
    assert answer.status_code == 201, answer.content.decode()
    made = answer.json()
    assert made["current"] is True
    assert made["scopes"] == ["read", "write", "notifications", "account", "messages"]
    me = Device(made["token"]).get("/me").json()
    assert (me["name"], me["display_name"], me["verified"]) == ("lin", "林秋雨", True)
    assert me["email"] == "lin@example.org"
    assert audit.verify()[1] is None
    assert AuditEntry.objects.filter(action="accounts.make_token").count() == 1


@pytest.mark.deny
@pytest.mark.security(51)
def test_the_secret_stands_nowhere(lin: User) -> None:
    secret = sign_in().json()["token"]
    assert secret not in str(list(DeviceToken.objects.values()))
    assert tokens.find(secret) is not None
    assert tokens.find(secret.swapcase()) is None


# --- as strict as the page


@pytest.mark.deny
@pytest.mark.security(38)
def test_nobody_learns_whether_an_account_exists(lin: User) -> None:
    known, unknown = sign_in(password="wrong"), sign_in("nobody@example.org", "wrong")
    assert (known.status_code, problem(known)) == (401, "credentials")
    assert known.content == unknown.content
    assert known.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.deny
@pytest.mark.security(33)
def test_guessing_ends_after_five_tries_on_the_page_and_here_together(lin: User) -> None:
    for _try in range(3):
        assert problem(sign_in(password="wrong")) == "credentials"
    for _try in range(2):
        Client().post("/account/login/", {"login": "lin@example.org", "password": "wrong"})
    refused = sign_in()
    assert (refused.status_code, problem(refused)) == (429, "too_often")
    assert refused["Retry-After"] == "300"


@pytest.mark.deny
@pytest.mark.security(33)
def test_what_was_counted_stays_counted_where_limits_lie_in_the_database(lin: User, settings: Any) -> None:
    """A refusal takes back the act and its key, never the try."""
    settings.CACHES = {
        **settings.CACHES,
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "api_limits"},
    }
    call_command("createcachetable")
    for _try in range(5):
        sign_in(password="wrong")
    assert problem(sign_in()) == "too_often"


@pytest.mark.deny
def test_who_has_not_answered_the_letter_is_sent_another(
    portal: Any, person: Callable, drain: Callable
) -> None:
    lin = person("lin")
    EmailAddress.objects.filter(user=lin).update(verified=False)
    refused = sign_in()
    assert (refused.status_code, problem(refused)) == (403, "not_activated")
    drain()
    assert len(mail.outbox) == 1


@pytest.mark.deny
def test_a_closed_account_opens_nothing(lin: User) -> None:
    phone = device_of(lin)
    User.objects.filter(pk=lin.pk).update(is_active=False)
    assert problem(phone.get("/me")) == "token"
    assert problem(sign_in()) == "closed"
    assert problem(sign_in(password="wrong")) == "credentials"


@pytest.mark.deny
def test_too_many_scopes_or_none_are_refused(lin: User) -> None:
    for scopes in ([], ["admin"], ["read", "root"]):
        assert problem(sign_in(scopes=scopes)) == "invalid"
    assert sign_in(scopes=["read", "read"]).json()["scopes"] == ["read"]


def test_a_strange_device_is_told_as_by_the_page(lin: User, drain: Callable) -> None:
    Client(headers={"User-Agent": "Chrome Windows"}).post(
        "/account/login/", {"login": "lin@example.org", "password": "pw-lin-2026"}
    )
    drain()
    assert mail.outbox == []
    sign_in(User_Agent="LinliApp/1 (iPhone) Safari")
    drain()
    (letter,) = mail.outbox
    assert "新设备" in letter.subject


def code(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture
def secret(lin: User) -> str:
    made = generate_totp_secret()
    TOTP.activate(lin, made)
    return made


@pytest.mark.security(36)
def test_a_second_factor_is_asked_for_and_good_once(lin: User, secret: str) -> None:
    refused = sign_in()
    assert (refused.status_code, problem(refused)) == (401, "second_factor")
    assert problem(sign_in(code="000000")) == "second_factor"
    used = code(secret)
    assert sign_in(code=used).status_code == 201
    assert problem(sign_in(code=used)) == "second_factor"
    assert problem(sign_in(password="wrong", code=code(secret, 1))) == "credentials"
    assert sign_in(code=code(secret, 1)).status_code == 201


@pytest.mark.deny
@pytest.mark.security(33, 37)
def test_codes_are_guessed_five_times(lin: User, secret: str) -> None:
    for number in range(5):
        sign_in(code=f"{number:06}")
    assert problem(sign_in(code=code(secret))) == "too_often"


def test_a_recovery_code_opens_once(lin: User, secret: str) -> None:
    (first, *_others) = RecoveryCodes.activate(lin).get_unused_codes()
    assert sign_in(code=first).status_code == 201
    assert problem(sign_in(code=first)) == "second_factor"


@pytest.mark.deny
@pytest.mark.security(36)
def test_staff_need_one(portal: Any, person: Callable, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    boss = person("boss", roles=("editor",))
    assert problem(sign_in("boss@example.org")) == "second_factor_setup"
    made = generate_totp_secret()
    TOTP.activate(boss, made)
    assert sign_in("boss@example.org", code=code(made)).status_code == 201


@pytest.mark.deny
def test_staff_whose_password_is_due_change_it_on_the_page(
    portal: Any, person: Callable, settings: Any
) -> None:
    settings.STAFF_PASSWORD_DAYS = 90
    person("boss", roles=("editor",))
    assert problem(sign_in("boss@example.org")) == "password_due"


# --- good for the API alone


@pytest.mark.deny
@pytest.mark.security(39)
def test_a_token_opens_no_page(lin: User, person: Callable) -> None:
    boss = device_of(person("boss", roles=("administrator", "staff")))
    for path in ("/feed/", "/account/devices/", "/admin/", "/admin/reviews/", "/notifications/"):
        answer = boss.http.get(path, headers={"Authorization": f"Bearer {boss.token}"})
        assert (answer.status_code, "login" in answer.url) == (302, True), path


@pytest.mark.deny
@pytest.mark.security(46)
def test_a_session_opens_nothing_of_the_api_and_no_cookie_leaves_it(lin: User) -> None:
    browser = Client()
    browser.post("/account/login/", {"login": "lin@example.org", "password": "pw-lin-2026"})
    assert browser.get("/api/v1/me").status_code == 401
    sent = browser.post(
        "/api/v1/statuses", {"text": "早"}, "application/json", headers={"Idempotency-Key": "a" * 16}
    )
    assert (sent.status_code, problem(sent)) == (401, "sign_in")
    browser.cookies["django_language"] = "en"
    assert browser.get("/api/v1/me").headers["Content-Language"] == "zh-hans"
    for answer in (browser.get("/api/v1/site"), sign_in(), device_of(lin).get("/me")):
        assert not answer.cookies
        assert "no-store" in answer.headers["Cache-Control"]
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert not Session.objects.exclude(pk=browser.session.session_key).exists()


@pytest.mark.deny
@pytest.mark.parametrize("given", ["Basic bGluOng=", "Bearer", "Bearer x y", "bearer linli_", "x" * 5000])
def test_what_is_no_token_is_refused_also_where_visitors_may_read(lin: User, given: str) -> None:
    assert Device().get("/site").status_code == 200
    assert problem(Device().get("/site", Authorization=given)) == "token"


@pytest.mark.deny
@pytest.mark.parametrize("scope", ["read", "write", "notifications", "account", "messages"])
def test_a_device_does_only_what_it_was_allowed(lin: User, scope: str) -> None:
    """Every operation asks for its one scope, whoever holds the token."""
    for one in operations():
        if one.scope is None or one.access.permission is None:
            continue
        phone = device_of(lin, scope)
        path = re.sub(r"\{[^}]+\}", "AAAA", one.path)
        answer = phone.call(one.method, path, None if one.method in ("GET", "HEAD") else {})
        refused = answer.status_code == 403 and (one.method == "HEAD" or problem(answer) == "scope")
        assert refused is (one.scope != scope), (one.method, one.path, answer.status_code)


def test_what_ended_long_ago_is_forgotten(lin: User) -> None:
    device_of(lin)
    kept = device_of(lin)
    old = DeviceToken.objects.order_by("pk").first()
    assert old is not None
    DeviceToken.objects.filter(pk=old.pk).update(revoked_at=timezone.now() - timedelta(days=31))
    assert tokens.sweep() == 1
    assert works(kept)
    assert Known.objects.filter(user=lin).count() == 2


# --- showing once more who one is


def test_a_device_confirms_by_password_code_or_letter(lin: User, secret: str, drain: Callable) -> None:
    phone = device_of(lin)
    assert problem(phone.post("/me/data")) == "confirm"
    assert problem(phone.post("/confirmations", {"password": "wrong"})) == "invalid"
    assert problem(phone.post("/confirmations", {})) == "invalid"
    ways: list[Callable[[], dict[str, str]]] = [
        lambda: {"password": "pw-lin-2026"},
        lambda: {"code": code(secret)},
        lambda: {"sent_code": _sent(phone, drain)},
    ]
    for way in ways:
        other = device_of(lin)
        phone = other
        assert problem(other.post("/me/leaving", {"words": "keep"})) == "confirm"
        assert other.post("/confirmations", way()).status_code == 204
        assert other.post("/me/leaving", {"words": "keep"}).status_code == 202
        assert other.delete("/me/leaving").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert problem(phone.post("/me/leaving", {"words": "keep"})) == "confirm"


def _sent(phone: Device, drain: Callable) -> str:
    assert phone.post("/confirmations/code").status_code == 204
    drain()
    found = re.search(r"\b([A-Z0-9]{4}-[A-Z0-9]{4})\b", mail.outbox[-1].body)
    assert found
    assert problem(phone.post("/confirmations", {"sent_code": "WRONG"})) == "invalid"
    return found[1]


def test_who_has_just_signed_in_has_shown_who_she_is(lin: User) -> None:
    phone = Device(sign_in().json()["token"])
    assert phone.post("/me/leaving", {"words": "keep"}).status_code == 202


@pytest.mark.deny
def test_who_is_leaving_can_only_stay_or_take_her_data_along(lin: User) -> None:
    phone = Device(sign_in().json()["token"])
    phone.post("/me/leaving", {"words": "delete"})
    for path in ("/site", "/feed", "/tokens", "/people/lin"):
        assert problem(phone.get(path)) == "leaving"
    assert problem(phone.post("/statuses", {"text": "再见"})) == "leaving"
    assert phone.get("/me").json()["leaves_at"]
    assert phone.post("/me/data").status_code == 202
    assert phone.delete("/me/leaving").json() == {"leaves_at": None, "blockers": []}
    assert phone.get("/site").status_code == 200
