"""The devices on which somebody is signed in: seen, recognised, signed out from elsewhere (A6)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.backends import cached_db
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from foundation.accounts.domain import agents, devices
from foundation.accounts.models import Device, User
from foundation.core.flow.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.row("A6"), pytest.mark.security(43)]
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
)
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML) Chrome/150.0.0.0 Safari/537.36"


def browser(agent: str, address: str = "203.0.113.7") -> Client:
    return Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)


def enter(client: Client, name: str = "lin") -> Client:
    sent = {"login": f"{name}@example.org", "password": f"pw-{name}-2026"}
    assert client.post("/account/login/", sent).status_code == 302
    return client


def works(client: Client) -> bool:
    return client.get("/feed/").status_code == 200


def test_an_ended_session_does_not_come_back_through_the_cache(
    db: Any, settings: Any, django_capture_on_commit_callbacks: Callable
) -> None:
    """A request that comes before the transaction ends still finds the row, and caches it anew."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    session = cached_db.SessionStore()
    session["x"] = 1
    session.create()
    with django_capture_on_commit_callbacks(execute=True):
        devices.end_sessions([session.session_key])
        cache.set(session.cache_key, {"x": 1})
    assert "x" not in cached_db.SessionStore(session.session_key)


def test_two_sign_ins_at_once_of_one_browser_are_one_device(
    person: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    lin = person("lin")
    facts = {"token": "t" * 32, "agent": LAPTOP, "address": "203.0.113.7"}
    real, overtaken = devices.Q, []

    def slow(**alike: Any) -> Any:
        """The other one is written down after this one has looked."""
        if not overtaken:
            overtaken.append(True)
            devices.signed_in(lin, session_key="first", **facts)
        return real(**alike)

    monkeypatch.setattr(devices, "Q", slow)
    device, _token = devices.signed_in(lin, session_key="second", **facts)
    assert Device.objects.get(user=lin) == device
    assert device.session_key == "second"


@pytest.fixture
def two(portal: Any, person: Callable) -> tuple[Client, Client]:
    person("lin")
    return enter(browser(PHONE)), enter(browser(LAPTOP))


def test_the_page_says_in_words_where_one_is_signed_in(two: tuple[Client, Client]) -> None:
    page = two[0].get("/account/devices/").content.decode()
    assert "Safari · iPhone" in page
    assert "Chrome · Windows" in page
    assert page.count("就是这台") == 1
    assert "203.0.*.*" in page
    assert "203.0.113.7" not in page, "half of an address is enough to recognise it"


def test_one_device_signs_another_out_at_once(two: tuple[Client, Client]) -> None:
    here, there = two
    key = there.session.session_key
    other = Device.objects.get(system="Windows")
    assert here.post(f"/account/devices/{other.public_id}/end/").status_code == 302
    assert not works(there)
    assert works(here)
    assert not Session.objects.filter(pk=key).exists()
    assert "Windows" not in here.get("/account/devices/").content.decode()
    assert AuditEntry.objects.filter(action="accounts.sign_out_device").count() == 1


def test_all_others_are_signed_out_with_one_press(two: tuple[Client, Client]) -> None:
    here, there = two
    third = enter(browser(LAPTOP, "198.51.100.4"))
    here.post("/account/devices/end/")
    assert [works(client) for client in (here, there, third)] == [True, False, False]


@pytest.mark.deny
def test_nobody_signs_out_the_devices_of_others(two: tuple[Client, Client], person: Callable) -> None:
    person("mallory")
    stranger = enter(browser(LAPTOP), "mallory")
    for device in Device.objects.filter(user__username="lin"):
        assert stranger.post(f"/account/devices/{device.public_id}/end/").status_code == 404
        assert Client().post(f"/account/devices/{device.public_id}/end/").status_code == 403
    stranger.post("/account/devices/end/")
    assert all(works(client) for client in two)
    assert "iPhone" not in stranger.get("/account/devices/").content.decode()


def test_with_sessions_in_the_cache_too(portal: Any, person: Callable, settings: Any) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    person("lin")
    here, there = enter(browser(PHONE)), enter(browser(LAPTOP))
    assert works(there)
    here.post("/account/devices/end/")
    assert not works(there)


def test_a_strange_device_is_told_by_mail_and_a_known_one_is_not(
    portal: Any, person: Callable, drain: Callable
) -> None:
    person("lin")
    phone = enter(browser(PHONE))
    drain()
    assert mail.outbox == [], "the first device of an account is nobody's surprise"
    enter(browser(LAPTOP, "198.51.100.4"))
    drain()
    (letter,) = mail.outbox
    assert letter.to == ["lin@example.org"]
    assert "新设备" in letter.subject
    assert "Chrome · Windows · 198.51.*.*" in letter.body
    assert "/account/devices/" in letter.body
    phone.post("/account/logout/")
    phone.defaults["REMOTE_ADDR"] = "192.0.2.9"
    enter(phone)
    drain()
    assert len(mail.outbox) == 1, "known by its cookie, on whichever network"


@pytest.mark.deny
def test_the_cookie_of_another_account_makes_no_device_known(
    portal: Any, person: Callable, drain: Callable
) -> None:
    person("lin")
    person("mallory")
    enter(browser(PHONE))
    shared = enter(browser(LAPTOP, "198.51.100.4"), "mallory")
    shared.post("/account/logout/")
    enter(shared)
    drain()
    assert [letter.to for letter in mail.outbox] == [["lin@example.org"]]


def test_signing_out_leaves_no_device_signed_in(two: tuple[Client, Client]) -> None:
    here, there = two
    there.post("/account/logout/")
    lin = User.objects.get(username="lin")
    assert [device.system for device in devices.devices_of(lin)] == ["iPhone"]
    assert works(here)


def test_a_new_password_leaves_only_this_device(two: tuple[Client, Client]) -> None:
    here, there = two
    new = {"oldpassword": "pw-lin-2026", "password1": "another-one-77", "password2": "another-one-77"}
    here.post("/account/password/change/", new)
    assert works(here)
    assert not works(there)
    page = here.get("/account/devices/").content.decode()
    assert "就是这台" in page
    assert "Windows" not in page


@pytest.mark.security(57)
def test_a_device_that_is_not_seen_any_more_is_forgotten(two: tuple[Client, Client]) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=91), tick=False):
        enter(two[0])
        assert devices.sweep() == 1
    assert [row.system for row in Device.objects.all()] == ["iPhone"]


def test_use_is_noted_every_ten_minutes(two: tuple[Client, Client]) -> None:
    before = Device.objects.get(system="iPhone").last_seen_at
    for minutes, noted in ((5, False), (11, True)):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
            works(two[0])
        assert (Device.objects.get(system="iPhone").last_seen_at > before) is noted


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.*.*"),
        ("::ffff:203.0.113.7", "203.0.*.*"),
        ("2001:4860:abcd:12::1", "2001:4860::"),
        ("192.168.1.4", "192.168.*.*"),
        ("127.0.0.1", ""),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_of_an_address_only_its_network_is_kept(address: str, network: str) -> None:
    assert agents.network_of(address) == network


def test_browsers_in_words() -> None:
    assert agents.browser_of(LAPTOP.replace("Chrome", "Edg/150 Chrome")) == "Edge"
    assert agents.browser_of("MicroMessenger Chrome Safari") == "微信"
    assert agents.browser_of("x") == agents.system_of("x") == ""
    assert re.fullmatch(r"Safari · iPhone", f"{agents.browser_of(PHONE)} · {agents.system_of(PHONE)}")
