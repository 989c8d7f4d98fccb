"""Guessing, flooding and code tries end soon, for everybody alike and over all workers, with words."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from foundation.accounts.adapter import AccountAdapter
from foundation.core.pages.models import SiteSettings

pytestmark = [pytest.mark.django_db, pytest.mark.row("A1"), pytest.mark.security(33), pytest.mark.deny]


def tries(login: str, password: str = "wrong", number: int = 1) -> list[str]:
    """Sign in some times, each from another browser; return what each was answered."""
    told = []
    for _try in range(number):
        answer = Client().post("/account/login/", {"login": login, "password": password})
        errors = (
            answer.context["form"].non_field_errors().as_data() if answer.status_code in (200, 429) else []
        )
        told.append(errors[0].code if errors else str(answer.status_code))
    return told


WRONG, LATER = "email_password_mismatch", "too_many_login_attempts"


def test_five_wrong_passwords_close_the_door_for_five_minutes(portal: Any, person: Callable) -> None:
    person("lin")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert tries("lin@example.org", number=6) == [WRONG] * 5 + [LATER]
        assert tries("LIN@example.org", "pw-lin-2026") == [LATER], (
            "the right one would tell that it was right"
        )
        clock.shift(timedelta(minutes=5, seconds=1))
        assert tries("lin@example.org", "pw-lin-2026") == ["302"]


def test_the_page_says_how_long_to_wait_and_whom_to_call(portal: Any, person: Callable) -> None:
    person("lin")
    contact = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    contact.hotline = "0571-5550-0112"
    contact.save()
    tries("lin@example.org", number=5)
    for prefix, words in (("", "请 5 分钟后再试"), ("/en", "try again in 5 minutes")):
        sent = {"login": "lin@example.org", "password": "pw-lin-2026"}
        answer = Client().post(f"{prefix}/account/login/", sent)
        html = answer.content.decode()
        assert (answer.status_code, answer["Retry-After"]) == (429, "300")
        assert words in html
        assert 'class="by-phone"' in html
        assert 'value="lin@example.org"' in html, "what was typed stays"
        assert "pw-lin-2026" not in html


def test_a_telephone_has_its_own_count_however_it_is_written(
    portal: Any, person: Callable, settings: Any
) -> None:
    """As production is set: nobody's mistakes close the door to others, and no spelling opens it again."""
    settings.ACCOUNT_LOGIN_METHODS = {"email", "phone"}
    lin = person("lin")
    AccountAdapter().set_phone(lin, "+8613900001234", verified=True)
    wrong = "phone_password_mismatch"
    written = ("13900001234", "139 0000 1234", "+8613900001234", "+86 139-0000-1234", "1390000 1234")
    assert [tries(login)[0] for login in written] == [wrong] * 5
    assert tries("+86 13900001234", "pw-lin-2026") == [LATER]
    assert tries("13900005678") == [wrong]
    assert tries("lin@example.org", "pw-lin-2026") == ["302"]


@pytest.mark.parametrize(
    ("path", "data", "allowed"),
    [
        ("/account/signup/", {}, 20),
        ("/account/password/reset/", {"email": "a@example.org"}, 5),
    ],
)
def test_a_flood_is_answered_with_429_in_words(
    portal: Any, path: str, data: dict[str, str], allowed: int
) -> None:
    answers = [Client().post(path, data) for _time in range(allowed + 1)]
    assert {answer.status_code for answer in answers[:-1]} <= {200, 302}
    assert answers[-1].status_code == 429
    assert "请稍等一会儿" in answers[-1].content.decode()
    assert answers[-1]["Retry-After"] == "60"
    assert "请 1 分钟后再试" in answers[-1].content.decode()
    assert 'class="btn btn--quiet" href="/"' in answers[-1].content.decode()
    english = Client().post(f"/en{path}", data)
    assert english.status_code == 429
    assert "请稍等" not in english.content.decode()


@pytest.mark.parametrize("given", [{"email": "a@example.org"}, {"phone": "13900001234"}])
def test_codes_to_one_address_or_number_are_three_a_minute(portal: Any, given: dict[str, str]) -> None:
    answers = [Client().post("/account/login/code/", given) for _time in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert (answers[-1]["Retry-After"], "请 1 分钟后再试" in answers[-1].content.decode()) == ("60", True)
    assert [
        fault.code for faults in answers[-1].context["form"].errors.as_data().values() for fault in faults
    ] == [LATER]


def test_asking_for_a_code_without_an_address_is_answered_in_words(portal: Any) -> None:
    answer = Client().post("/account/login/code/", {"email": "", "phone": ""})
    assert answer.status_code == 200
    assert "请填写电子邮件或手机号。" in answer.content.decode()


@pytest.fixture
def asked(portal: Any, person: Callable, drain: Callable, client: Client) -> Callable[[], str]:
    """Ask for a code by mail and read it in the letter."""
    person("lin")

    def ask() -> str:
        cache.clear()
        client.post("/account/login/code/", {"email": "lin@example.org"})
        drain()
        found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mail.outbox[-1].body, re.MULTILINE)
        assert found, mail.outbox[-1].body
        return found[1]

    return ask


def confirm(client: Client, code: str) -> bool:
    client.post("/account/login/code/confirm/", {"code": code})
    return client.get("/feed/").status_code == 200


@pytest.mark.security(37)
def test_a_code_works_once(asked: Callable, client: Client) -> None:
    code = asked()
    assert confirm(client, code)
    client.post("/account/logout/")
    asked()
    assert not confirm(client, code)


@pytest.mark.security(37)
def test_a_code_bears_five_tries(asked: Callable, client: Client) -> None:
    code = asked()
    for _try in range(5):
        assert not confirm(client, "ZZZZ-9999")
    assert not confirm(client, code)


@pytest.mark.security(37)
def test_a_code_lasts_ten_minutes(asked: Callable, client: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        code = asked()
        clock.shift(timedelta(minutes=10, seconds=1))
        assert not confirm(client, code)


@pytest.mark.security(37)
def test_a_code_belongs_to_the_browser_that_asked(asked: Callable) -> None:
    code = asked()
    assert not confirm(Client(), code)


def test_short_messages_to_one_number_are_few(portal: Any, settings: Any, drain: Callable) -> None:
    """Nobody's telephone is rung all night: whoever asks, from wherever."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(9):
        Client().post(
            "/account/login/code/", {"phone": "13900001234"}, HTTP_X_FORWARDED_FOR=f"1.2.3.{number}"
        )
    drain()
    sent = [
        json.loads(path.read_text(encoding="utf-8"))["to"]
        for path in Path(settings.SMS_FOLDER).glob("*.json")
    ]
    assert 0 < len(sent) <= 3


def test_limits_are_counted_where_all_workers_see_them(portal: Any, person: Callable, settings: Any) -> None:
    person("lin")
    settings.CACHES = {
        **settings.CACHES,
        "default": {"BACKEND": "foundation.core.cache.TableCache", "LOCATION": "shared_limits"},
    }
    call_command("createcachetable")
    assert tries("lin@example.org", number=5) == [WRONG] * 5
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM shared_limits WHERE cache_key LIKE %s", ["%login_failed%"])
        assert cursor.fetchone()[0] > 0
    assert tries("lin@example.org", "pw-lin-2026") == [LATER]


def test_production_keeps_its_counts_in_no_worker_s_own_memory(production: Callable) -> None:
    shared = {
        "": "foundation.core.cache.TableCache",
        "redis://localhost:6379/0": "foundation.core.cache.SharedCache",
    }
    for url, backend in shared.items():
        assert production("CACHES", REDIS_URL=url)["CACHES"]["default"]["BACKEND"] == backend


def test_many_other_entries_push_no_limit_out_of_the_embedded_cache(settings: Any) -> None:
    """Without Redis limits are counted in a table, which Django by itself empties at three hundred rows."""
    call_command("createcachetable", "limits_of_a_test", verbosity=0)
    kept = DatabaseCache("limits_of_a_test", {"OPTIONS": {"MAX_ENTRIES": settings.CACHE_ENTRIES}})
    kept.set("a-limit", [1, 2, 3], 3600)
    for number in range(400):
        kept.set(f"b{number}", number, 3600)
    assert kept.get("a-limit") == [1, 2, 3]
