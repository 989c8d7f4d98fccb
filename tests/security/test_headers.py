"""Every answer of every route, errors too, carries the headers that keep a browser on our side."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.access.resolver import cases, is_third_party, routes
from tests.access.snapshot import BY_LOOKING, changes, snapshot
from tests.access.town import Town

pytestmark = [pytest.mark.row("A1"), pytest.mark.deny]
LOOKS = [case for case in cases() if case.method == "GET"]
# Every route of allauth and Wagtail outside the admin, as an address; a new one fails the test below.
PACKAGES = {
    "account_verify_phone": "/account/phone/verify/",
    "account_change_phone": "/account/phone/change/",
    "account_login": "/account/login/",
    "account_logout": "/account/logout/",
    "account_inactive": "/account/inactive/",
    "account_signup": "/account/signup/",
    "account_reauthenticate": "/account/reauthenticate/",
    "account_email": "/account/email/",
    "account_email_verification_sent": "/account/confirm-email/",
    "account_change_password": "/account/password/change/",
    "account_set_password": "/account/password/set/",
    "account_reset_password": "/account/password/reset/",
    "account_confirm_login_code": "/account/login/code/confirm/",
    "account_confirm_email": "/account/confirm-email/nothing/",
    "account_reset_password_from_key_done": "/account/password/reset/key/done/",
    "account_reset_password_from_key": "/account/password/reset/key/1-nothing/",
    "account_reset_password_done": "/account/password/reset/done/",
    "account_request_login_code": "/account/login/code/",
    "mfa_index": "/account/security/",
    "mfa_authenticate": "/account/security/authenticate/",
    "mfa_reauthenticate": "/account/security/reauthenticate/",
    "mfa_activate_totp": "/account/security/totp/activate/",
    "mfa_deactivate_totp": "/account/security/totp/deactivate/",
    "mfa_view_recovery_codes": "/account/security/recovery-codes/",
    "mfa_generate_recovery_codes": "/account/security/recovery-codes/generate/",
    "mfa_download_recovery_codes": "/account/security/recovery-codes/download/",
    "mfa_list_webauthn": "/account/security/webauthn/",
    "mfa_add_webauthn": "/account/security/webauthn/add/",
    "mfa_reauthenticate_webauthn": "/account/security/webauthn/reauthenticate/",
    "mfa_remove_webauthn": "/account/security/webauthn/keys/1/remove/",
    "mfa_edit_webauthn": "/account/security/webauthn/keys/1/edit/",
    "mfa_login_webauthn": "/account/security/webauthn/login/",
    "wagtaildocs_serve": "/documents/1/nothing.pdf",
    "wagtaildocs_authenticate_with_password": "/documents/authenticate_with_password/1/",
    "wagtailcore_authenticate_with_password": "/_util/authenticate_with_password/1/1/",
    "wagtailcore_login": "/_util/login/",
    "wagtail_serve": "/news/",
}
ERRORS = (
    "/nothing/",
    "/account/nothing/",
    "/admin/nothing/",
    "/static/nothing.css",
    "/u/nobody/",
    "/en/nothing/",
)


def addresses(town: Town) -> Iterator[str]:
    yield from {case.path(town) for case in LOOKS}
    yield from PACKAGES.values()
    yield from ERRORS
    yield from ("/", "/en/", town.things["article"].url, town.things["notice"].url, "/news/rss/", "/admin/")


def answers(town: Town, *roles: str) -> Iterator[tuple[str, str, Any]]:
    """Give (role, address, answer) of looking at everything."""
    for role in roles:
        client = town.client(role, raise_request_exception=False)
        for address in sorted(set(addresses(town))):
            answer = client.get(address)
            if answer.streaming:
                b"".join(answer.streaming_content)
            yield role, address, answer


def policy(answer: Any) -> dict[str, list[str]]:
    said = answer.headers.get("Content-Security-Policy", "")
    return {part.split()[0]: part.split()[1:] for part in said.split(";") if part.strip()}


def test_every_route_of_the_packages_is_walked() -> None:
    walked = {
        route.key for route in routes() if is_third_party(route) and not route.pattern.startswith("admin/")
    }
    assert walked == set(PACKAGES)


@pytest.mark.security(45, 47)
def test_every_answer_names_what_a_browser_may_do(town: Town) -> None:
    faults = []
    for role, address, answer in answers(town, "visitor", "owner", "staff"):
        rules = policy(answer)
        scripts, admin = (
            rules.get("script-src", rules.get("default-src", ["missing"])),
            address.startswith("/admin/"),
        )
        loose = {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "data:", "missing"}
        if set(scripts) & (loose - ({"'unsafe-inline'"} if admin else set())):
            faults.append((role, address, "script-src", scripts))
        # A picture or a file may do nothing at all: `default-src 'none'; sandbox` stands for every rule.
        if not address.startswith("/files/") and "sandbox" not in rules:
            for name, value in (
                ("object-src", ["'none'"]),
                ("base-uri", ["'self'"]),
                ("form-action", ["'self'"]),
            ):
                if rules.get(name) != value:
                    faults.append((role, address, name, rules.get(name)))
            if rules.get("frame-ancestors") != ["'self'"]:
                faults.append((role, address, "frame-ancestors", rules.get("frame-ancestors")))
        expected = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "X-Frame-Options": "SAMEORIGIN",
        }
        for name, value in expected.items():
            if answer.headers.get(name) != value:
                faults.append((role, address, name, answer.headers.get(name)))
        if answer.status_code >= 500:
            faults.append((role, address, "status", answer.status_code))
        if told := {"Server", "X-Powered-By"} & answer.headers.keys():
            faults.append((role, address, "told", told))
    assert faults == []


@pytest.mark.security(45, 47)
def test_refusals_carry_them_too(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """403, 405, 413, 429 and the page of a fault of our own."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    given = [client.post("/account/login/"), client.put("/feed/"), client.post("/feed/", {})]
    flooding = Client()
    given += [flooding.post("/account/signup/", {}) for _time in range(21)][-1:]
    monkeypatch.setattr("home.models.HomePage.serve", lambda *_args, **_kwargs: 1 / 0)
    given.append(client.get("/"))
    assert [answer.status_code for answer in given] == [403, 405, 403, 429, 500]
    for answer in given:
        assert policy(answer)["script-src"] == ["'self'"], answer.status_code
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert "ZeroDivision" not in answer.content.decode()


@pytest.mark.security(54)
def test_what_was_made_for_one_person_is_kept_by_nobody(town: Town) -> None:
    kept = []
    for role, address, answer in answers(town, "owner", "staff"):
        page = answer.headers.get("Content-Type", "").startswith(("text/html", "application/json", "image/"))
        if page and not address.startswith("/favicon") and answer.status_code == 200:
            said = {part.strip() for part in answer.headers.get("Cache-Control", "").split(",")}
            if not {"no-store", "private"} <= said:
                kept.append((role, address, said))
    for _role, address, answer in answers(town, "visitor"):
        page = answer.headers.get("Content-Type", "").startswith("text/html") and answer.status_code == 200
        said = answer.headers.get("Cache-Control", "")
        if page and address.startswith("/account/") and "no-store" not in said:
            kept.append(("visitor", address, {said}))
    assert kept == []


@pytest.mark.security(44)
def test_cookies_are_for_this_site_only(
    portal: Any, person: Callable, client: Client, production: Callable
) -> None:
    person("lin")
    client.post("/account/login/", {"login": "lin@example.org", "password": "pw-lin-2026"})
    client.get("/account/email/")
    client.get("/mode/elder/")
    given = {name: cookie for name, cookie in client.cookies.items() if cookie.value}
    assert {"sessionid", "csrftoken", "elder"} <= set(given)
    for name, cookie in given.items():
        assert cookie["samesite"] == "Lax", name
        assert cookie["domain"] == "", name
        assert cookie["path"] == "/", name
        assert cookie["httponly"], name
    real = production(
        *(
            f"{which}_COOKIE_{what}"
            for which in ("SESSION", "CSRF")
            for what in ("NAME", "SECURE", "HTTPONLY", "DOMAIN")
        ),
        "SECURE_SSL_REDIRECT",
        "DEVICE_COOKIE",
    )
    assert real["DEVICE_COOKIE"].startswith("__Host-")
    for which in ("SESSION", "CSRF"):
        assert real[f"{which}_COOKIE_NAME"].startswith("__Host-")
        assert real[f"{which}_COOKIE_SECURE"]
        assert real[f"{which}_COOKIE_HTTPONLY"]
        assert real[f"{which}_COOKIE_DOMAIN"] is None
    assert real["SECURE_SSL_REDIRECT"]


@pytest.mark.security(46)
def test_other_methods_are_refused_everywhere(town: Town) -> None:
    """Django's form views take PUT for POST; pages of Wagtail answer everything, unless told otherwise."""
    wrong = []
    clients = [town.client(role, raise_request_exception=False) for role in ("visitor", "owner", "staff")]
    every = sorted({*addresses(town), *(case.path(town) for case in cases())})
    before = snapshot(without=BY_LOOKING)
    for client in clients:
        for address in every:
            for method in ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND"):
                answer = client.generic(method, address)
                # Below /api/ is nothing but the API: what is no operation of it is not there.
                if answer.status_code != 405 and not (
                    address.startswith("/api/") and answer.status_code == 404
                ):
                    wrong.append((method, address, answer.status_code))
    assert wrong == []
    assert changes(before, snapshot(without=BY_LOOKING)) == []


@pytest.mark.security(46)
def test_pages_take_no_forms(town: Town) -> None:
    for address in ("/", "/news/", town.things["article"].url, town.things["notice"].url):
        assert Client().post(address, {"a": "b"}).status_code == 405


@pytest.mark.security(46)
def test_the_packages_forms_need_a_token_too(town: Town) -> None:
    """Our own routes: tests/access/test_routes.py."""
    roles = ("visitor", "owner")
    clients = {
        role: town.client(role, enforce_csrf_checks=True, raise_request_exception=False) for role in roles
    }
    before = snapshot(without=BY_LOOKING)
    for role, client in clients.items():
        for address in PACKAGES.values():
            answer = client.post(
                address, {"login": "owner@example.org", "password": "pw-owner-2026", "email": "a@b.cn"}
            )
            assert answer.status_code in (403, 404, 405), address
        assert client.get("/feed/").status_code == (302 if role == "visitor" else 200)
    assert changes(before, snapshot(without=BY_LOOKING)) == []


@pytest.mark.security(46)
def test_a_token_from_elsewhere_is_no_token(town: Town) -> None:
    """The right token under a foreign Origin is refused; so is one that another person holds."""
    client = town.client("owner", enforce_csrf_checks=True)
    client.get("/feed/")
    token = client.cookies["csrftoken"].value
    address = reverse("social:delete_post", args=[town.things["post"].public_id])
    for headers in ({"HTTP_ORIGIN": "https://e.vil"}, {"HTTP_ORIGIN": "null"}):
        assert client.post(address, {"csrfmiddlewaretoken": token}, **headers).status_code == 403
    assert client.post(address, {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    assert client.post(address, {"csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.security(46)
def test_looking_at_the_packages_pages_changes_nothing(town: Town) -> None:
    client = town.client("owner", raise_request_exception=False)
    before = snapshot(without=BY_LOOKING)
    for address in PACKAGES.values():
        client.get(address)
    assert changes(before, snapshot(without=BY_LOOKING)) == []
    assert client.get("/feed/").status_code == 200, "looking at the page of signing out is not signing out"
