"""What a client says of itself in forwarding headers counts for nothing, but for the proxies we named ourselves."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.row("A1"), pytest.mark.security(49), pytest.mark.deny]
EVIL = {
    "HTTP_X_FORWARDED_HOST": "e.vil",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_PORT": "8443",
    "HTTP_X_FORWARDED_SERVER": "e.vil",
    "HTTP_FORWARDED": "for=9.9.9.9;host=e.vil;proto=https",
    "HTTP_X_REAL_IP": "9.9.9.9",
    "HTTP_X_ORIGINAL_URL": "/admin/",
    "HTTP_X_REWRITE_URL": "/admin/",
    "HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE",
    "HTTP_TRUE_CLIENT_IP": "9.9.9.9",
    "HTTP_CF_CONNECTING_IP": "9.9.9.9",
    "HTTP_CLIENT_IP": "9.9.9.9",
}
PER_MINUTE = 10


def refused(client: Client, number: int, **headers: str) -> bool:
    """Try a wrong password for an account of its own; say whether the address has used up its tries."""
    sent = {"login": f"nobody{number}@example.org", "password": "wrong"}
    errors = client.post("/account/login/", sent, **headers).context["form"].non_field_errors().as_data()
    return [error.code for error in errors] == ["too_many_login_attempts"]


def test_a_forged_address_gives_no_new_tries(client: Client, portal: Any) -> None:
    forged = [
        {**EVIL, "HTTP_X_FORWARDED_FOR": f"9.9.9.{n}", "HTTP_X_REAL_IP": f"9.9.9.{n}"} for n in range(11)
    ]
    answers = [refused(client, number, **headers) for number, headers in enumerate(forged)]
    assert answers == [False] * PER_MINUTE + [True]


def test_behind_one_proxy_two_visitors_have_a_limit_each(client: Client, portal: Any, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(PER_MINUTE):
        assert not refused(client, number, HTTP_X_FORWARDED_FOR="1.2.3.4")
    assert refused(client, 98, HTTP_X_FORWARDED_FOR="1.2.3.4")
    assert not refused(client, 99, HTTP_X_FORWARDED_FOR="5.6.7.8")
    for number, invented in enumerate(("9.9.9.9, 1.2.3.4", "8.8.8.8, 7.7.7.7, 1.2.3.4", "unknown,1.2.3.4")):
        assert refused(client, 100 + number, HTTP_X_FORWARDED_FOR=invented), invented


def test_one_house_has_one_limit_however_many_addresses_of_version_6(
    client: Client, portal: Any, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(PER_MINUTE):
        assert not refused(client, number, HTTP_X_FORWARDED_FOR=f"2001:db8:1:2::{number}")
    assert refused(client, 98, HTTP_X_FORWARDED_FOR="2001:db8:1:2:aaaa::1")
    assert not refused(client, 99, HTTP_X_FORWARDED_FOR="2001:db8:1:3::1")


def test_links_in_mails_lead_to_the_host_that_was_asked(
    client: Client, places: dict, portal: Any, person: Callable, drain: Callable
) -> None:
    from tests.accounts.test_signing_in import ITEMS

    person("lin")
    client.post("/account/password/reset/", {"email": "lin@example.org"}, **EVIL)
    client.post("/account/signup/", {**ITEMS, "place": places["ginkgo"].pk}, **EVIL)
    drain()
    assert len(mail.outbox) == 2
    for letter in mail.outbox:
        assert "http://testserver/" in letter.body
        assert "e.vil" not in letter.body
        assert "https://" not in letter.body


def test_another_host_is_refused_before_anything_is_done(
    client: Client, portal: Any, person: Callable, settings: Any, drain: Callable
) -> None:
    settings.ALLOWED_HOSTS = ["linli.example"]
    person("lin")
    for host in (
        "e.vil",
        "linli.example.e.vil",
        "linli.example@e.vil",
        "e.vil:80",
        "linli.example:80@e.vil",
        "[::1]",
    ):
        sent = client.post("/account/password/reset/", {"email": "lin@example.org"}, HTTP_HOST=host)
        assert sent.status_code == 400, host
        assert "e.vil" not in sent.content.decode()
    drain()
    assert mail.outbox == []


def test_pages_name_no_forged_host(client: Client, article: Callable) -> None:
    page = article()
    for address in (page.url, "/", "/robots.txt", "/sitemap.xml", "/news/rss/", "/account/login/", "/feed/"):
        answer = client.get(address, **EVIL)
        assert b"e.vil" not in answer.content
        assert "e.vil" not in str(answer.headers)
        assert client.get(address).status_code == answer.status_code


def is_secure(client: Client) -> bool:
    answer = client.get("/mode/elder/", HTTP_X_FORWARDED_PROTO="https")
    return bool(answer.cookies["elder"]["secure"])


def test_only_a_named_proxy_says_that_the_way_was_encrypted(
    client: Client, settings: Any, production: Callable
) -> None:
    assert production("SECURE_PROXY_SSL_HEADER", LINLI_PROXIES="0") == {"SECURE_PROXY_SSL_HEADER": None}
    header = production("SECURE_PROXY_SSL_HEADER", LINLI_PROXIES="1")["SECURE_PROXY_SSL_HEADER"]
    assert header == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert not is_secure(client)
    settings.SECURE_PROXY_SSL_HEADER = tuple(header)
    assert is_secure(client)


def test_production_trusts_no_proxy_and_no_forwarded_host_by_itself(production: Callable) -> None:
    names = ("ALLAUTH_TRUSTED_PROXY_COUNT", "ALLAUTH_TRUSTED_CLIENT_IP_HEADER", "USE_X_FORWARDED_HOST")
    assert production(*names, "USE_X_FORWARDED_PORT", "ALLOWED_HOSTS") == {
        "ALLAUTH_TRUSTED_PROXY_COUNT": 0,
        "ALLAUTH_TRUSTED_CLIENT_IP_HEADER": None,
        "USE_X_FORWARDED_HOST": None,
        "USE_X_FORWARDED_PORT": None,
        "ALLOWED_HOSTS": ["linli.example", "127.0.0.1"],
    }
