"""Tokens end as sessions do: by time, by their owner, by a new password, by another standing (U5, A6)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from foundation.accounts.domain import tokens
from foundation.accounts.domain.roles import give_role, take_role
from foundation.accounts.models import DeviceToken, User
from foundation.core.flow.models import AuditEntry
from tests.api.device import Device, device_of, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("U5", "A6")]


@pytest.fixture
def lin(portal: Any, person: Callable) -> User:
    return person("lin", display="林秋雨")


def works(device: Device) -> bool:
    return device.get("/me").status_code == 200


def by_expiry(user: User) -> None:
    DeviceToken.objects.update(made_at=timezone.now() - timedelta(days=31), expires_at=timezone.now())


def by_revoking(user: User) -> None:
    tokens.end_tokens(user, by=user)


def by_a_new_password(user: User) -> None:
    user.set_password("brand-new-9988")
    user.save()


def by_the_page(user: User) -> None:
    browser = Client()
    browser.post("/account/login/", {"login": "lin@example.org", "password": "pw-lin-2026"})
    browser.post("/account/devices/end/")


def by_becoming_staff(user: User) -> None:
    give_role(user, "editor", by=None)


def by_closing(user: User) -> None:
    from foundation.accounts.domain.leaving import erase_account

    erase_account(user)


def by_losing_the_second_factor(user: User) -> None:
    from foundation.accounts.domain.second_factor import remove_lost

    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    remove_lost(user, by=None, purpose="丢了")


@pytest.mark.deny
@pytest.mark.security(41)
@pytest.mark.parametrize(
    "end",
    [
        by_expiry,
        by_revoking,
        by_a_new_password,
        by_the_page,
        by_becoming_staff,
        by_closing,
        by_losing_the_second_factor,
    ],
)
def test_what_ends_sessions_ends_tokens(lin: User, end: Callable[[User], None]) -> None:
    phone = device_of(lin)
    assert works(phone)
    end(lin)
    refused = phone.get("/site")
    assert (refused.status_code, problem(refused)) == (401, "token")
    assert "invalid_token" in refused.headers["WWW-Authenticate"]


@pytest.mark.deny
def test_ceasing_to_be_staff_ends_them_too(portal: Any, person: Callable) -> None:
    boss = person("boss", roles=("editor",))
    phone = device_of(boss)
    take_role(boss, "editor", by=None)
    assert not works(phone)


@pytest.mark.deny
@pytest.mark.security(40)
def test_staff_s_tokens_lie_idle_half_an_hour_and_last_twelve(portal: Any, person: Callable) -> None:
    phone, start = device_of(person("boss", roles=("staff",))), timezone.now()
    for minutes, lasts in ((25, True), (50, True), (81, False)):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert works(phone) is lasts
    busy = device_of(User.objects.get(username="boss"))
    for step in range(1, 30):
        with time_machine.travel(start + step * timedelta(minutes=25), tick=False):
            assert works(busy) is (step * 25 < 12 * 60)


@pytest.mark.deny
def test_what_an_app_asks_by_itself_keeps_no_sign_in_of_staff_alive(portal: Any, person: Callable) -> None:
    phone, start = device_of(person("boss", roles=("staff",))), timezone.now()
    for minutes in range(5, 31, 5):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            phone.get("/notifications/unread")
    with time_machine.travel(start + timedelta(minutes=31), tick=False):
        assert not works(phone)


def test_a_resident_s_token_lasts_thirty_days(lin: User) -> None:
    phone, start = device_of(lin), timezone.now()
    for days, lasts in ((29, True), (31, False)):
        with time_machine.travel(start + timedelta(days=days), tick=False):
            assert works(phone) is lasts


def test_the_eleventh_device_takes_the_place_of_the_one_that_lay_idle_longest(lin: User) -> None:
    start, phones = timezone.now(), []
    for number in range(tokens.MOST + 1):
        with time_machine.travel(start + timedelta(minutes=number), tick=False):
            phones.append(device_of(lin))
    assert [works(phone) for phone in phones] == [False] + [True] * tokens.MOST


def test_devices_are_listed_and_signed_out_by_one_another(lin: User) -> None:
    here, there = device_of(lin), device_of(lin)
    listed = here.get("/tokens").json()
    assert sorted(one["current"] for one in listed) == [False, True]
    other = next(one["id"] for one in listed if not one["current"])
    assert here.delete(f"/tokens/{other}").status_code == 204
    assert (works(here), works(there)) == (True, False)
    assert here.delete("/tokens/current").status_code == 204
    assert not works(here)
    assert AuditEntry.objects.filter(action="accounts.end_token").count() == 2


def test_browsers_are_listed_and_signed_out(lin: User) -> None:
    browser, phone = Client(headers={"User-Agent": "Firefox Linux"}), device_of(lin)
    browser.post("/account/login/", {"login": "lin@example.org", "password": "pw-lin-2026"})
    (listed,) = phone.get("/devices").json()
    assert (listed["browser"], listed["system"]) == ("Firefox", "Linux")
    assert phone.delete(f"/devices/{listed['id']}").status_code == 204
    assert browser.get("/feed/").status_code == 302
    assert phone.post("/devices/sign-out").status_code == 204
    assert not works(phone)


@pytest.mark.deny
def test_nobody_signs_out_the_devices_of_others(lin: User, person: Callable) -> None:
    phone, stranger = device_of(lin), device_of(person("mallory"))
    other = phone.get("/tokens").json()[0]["id"]
    assert problem(stranger.delete(f"/tokens/{other}")) == "not_found"
    assert problem(stranger.delete("/devices/AAAAAAAAAAAAAAAA")) == "not_found"
    stranger.post("/devices/sign-out")
    assert works(phone)


def test_the_page_lists_devices_with_tokens_and_ends_them(lin: User) -> None:
    phone, browser = device_of(lin, "read"), Client()
    browser.post("/account/login/", {"login": "lin@example.org", "password": "pw-lin-2026"})
    page = browser.get("/account/devices/").content.decode()
    assert "测试手机" in page
    assert "查看邻里的内容" in page
    token = DeviceToken.objects.get()
    assert browser.post(f"/account/devices/tokens/{token.public_id}/end/").status_code == 302
    assert not works(phone)
    assert "测试手机" not in browser.get("/account/devices/").content.decode()
