"""Signing in with a device: as strict as the page, ended as sessions are, good for the API alone (U5, A6)."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.accounts.domain import tokens
from foundation.accounts.models import DeviceToken, User
from foundation.core.flow import audit
from foundation.core.flow.models import AuditEntry
from tests.api.device import Device

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
    assert made["scopes"] == ["read", "write", "notifications", "account"]
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
