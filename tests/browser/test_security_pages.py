"""Second factors and devices in a real browser: a passkey of a virtual device, an authenticator app, two browsers."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

pytestmark = pytest.mark.row("A6")
SECURITY = "/account/security/"


@pytest.fixture
def key(phone: Any) -> Iterator[Any]:
    """A telephone that holds passkeys and knows its owner by her finger."""
    session = phone.context.new_cdp_session(phone)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield session, made["authenticatorId"]
    session.detach()


def arrives(page: Any) -> None:
    """Wait for the feed itself: the address of signing in ends with the same word."""
    page.wait_for_url(lambda url: url.endswith("/feed/") and "?" not in url)


def sign_out(page: Any) -> None:
    page.goto("/account/logout/")
    page.click("main form button")
    page.wait_for_url(lambda url: "logout" not in url)


@pytest.mark.security(36)
def test_a_passkey_is_added_and_opens_the_account_without_a_password(
    phone: Any, key: Any, person: Callable, portal: Any, sign_in: Callable, axe: Callable
) -> None:
    person("lin", display="林秋雨")
    sign_in(phone, "lin", after=SECURITY)
    axe(phone)
    phone.get_by_role("link", name="添加通行密钥").click()
    axe(phone)
    expect(phone.get_by_label("以后只用它登录，不用输密码")).to_be_checked()
    phone.fill("[name=name]", "我的手机")
    phone.get_by_role("button", name="添加").click()
    phone.wait_for_url("**/recovery-codes/")
    axe(phone)
    expect(phone.locator(".codes li")).to_have_count(10)
    phone.get_by_role("link", name="已存好，返回").click()
    expect(phone.get_by_text("我的手机").first).to_be_visible()
    axe(phone)
    session, authenticator = key
    held = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert [one["isResidentCredential"] for one in held] == [True]
    sign_out(phone)
    phone.goto("/account/login/?next=/feed/")
    axe(phone)
    phone.get_by_role("button", name="用通行密钥登录").click()
    arrives(phone)
    # The password alone is now half of the way; the other half is the finger.
    sign_out(phone)
    phone.goto("/account/login/?next=/feed/")
    phone.fill("[name=login]", "lin")
    phone.fill("[name=password]", "pw-lin-2026")
    phone.get_by_role("button", name="登录", exact=True).click()
    phone.wait_for_url("**/security/authenticate/")
    axe(phone)
    phone.get_by_role("button", name="用通行密钥").click()
    arrives(phone)


@pytest.mark.deny
def test_a_passkey_that_does_not_answer_is_said(phone: Any, key: Any, person: Callable, portal: Any) -> None:
    session, authenticator = key
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    phone.goto("/account/login/")
    phone.get_by_role("button", name="用通行密钥登录").click()
    expect(phone.locator("[data-passkey-trouble]")).to_be_visible()


@pytest.mark.deny
@pytest.mark.security(36)
def test_staff_set_up_an_app_before_the_admin_opens(
    desktop: Any, person: Callable, portal: Any, sign_in: Callable, axe: Callable, settings: Any
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    person("song", display="小宋", roles=("editor",))
    sign_in(desktop, "song")
    desktop.goto("/admin/")
    desktop.wait_for_url(f"**{SECURITY}")
    expect(desktop.get_by_text("请先设置两步验证")).to_be_visible()
    desktop.get_by_role("link", name="设置验证器").click()
    expect(desktop.locator("img.qr")).to_be_visible()
    assert desktop.locator("img.qr").evaluate("picture => picture.naturalWidth") > 0
    axe(desktop)
    desktop.get_by_text("扫不了？手工输入密钥").click()
    secret = desktop.locator("code.secret").inner_text()
    desktop.fill("[name=code]", format_hotp_value(hotp_value(secret, int(time.time()) // 30 - 1)))
    desktop.get_by_role("button", name="开启").click()
    desktop.wait_for_url("**/recovery-codes/")
    desktop.goto("/admin/")
    desktop.wait_for_url("**/reauthenticate/**")
    axe(desktop)
    desktop.fill("[name=code]", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    desktop.get_by_role("button", name="确认").click()
    desktop.wait_for_url("**/admin/")
    assert Authenticator.objects.filter(type="totp").count() == 1


@pytest.mark.security(43)
def test_one_browser_signs_the_other_out(
    phone: Any, desktop: Any, person: Callable, portal: Any, sign_in: Callable, axe: Callable
) -> None:
    person("lin", display="林秋雨")
    sign_in(desktop, "lin")
    sign_in(phone, "lin", after="/account/devices/")
    expect(phone.locator(".devices li")).to_have_count(2)
    axe(phone)
    phone.get_by_role("button", name="让其他设备全部退出").click()
    expect(phone.locator(".devices li")).to_have_count(1)
    expect(phone.get_by_text("就是这台")).to_be_visible()
    desktop.goto("/feed/")
    desktop.wait_for_url("**/account/login/**")
