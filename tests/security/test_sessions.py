"""A session is one sign-in of one person: new at signing in, over when the password or the person's standing changes.

And nothing that a client sends is ever unpickled, evaluated, or copied into the head of a letter.
"""

import ast
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.validators import validate_visible
from foundation.messaging.domain import choices
from foundation.social.domain import follows
from tests.access.resolver import routes

pytestmark = [pytest.mark.django_db, pytest.mark.row("A1"), pytest.mark.deny]
ROOT = Path(__file__).parents[2]


def signed_in(name: str, client: Client | None = None) -> Client:
    client = client or Client()
    sent = {"login": f"{name}@example.org", "password": f"pw-{name}-2026"}
    assert client.post("/account/login/", sent).status_code == 302
    return client


def works(client: Client) -> bool:
    return client.get("/feed/").status_code == 200


@pytest.mark.security(39)
def test_signing_in_begins_a_new_session(portal: Any, person: Callable) -> None:
    """A session that somebody slipped in beforehand knows nothing of the sign-in."""
    person("lin")
    victim, thief = Client(), Client()
    victim.get("/account/login/")
    session = victim.session
    session["before"] = "sign-in"
    session.save()
    planted = session.session_key
    victim.cookies["sessionid"] = thief.cookies["sessionid"] = planted
    token = victim.get("/account/login/").cookies["csrftoken"].value
    signed_in("lin", victim)
    assert works(victim)
    assert victim.session.session_key != planted
    assert victim.cookies["csrftoken"].value != token
    assert not works(thief)


@pytest.mark.security(39)
def test_an_invented_session_key_is_not_taken_on(portal: Any, person: Callable) -> None:
    person("lin")
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    signed_in("lin", client)
    assert client.session.session_key != "a" * 32


@pytest.mark.security(39)
def test_signing_out_ends_the_session_at_the_server(portal: Any, person: Callable) -> None:
    person("lin")
    client = signed_in("lin")
    copied = Client()
    copied.cookies["sessionid"] = client.cookies["sessionid"].value
    assert works(copied)
    client.post("/account/logout/")
    assert not works(copied)


@pytest.mark.security(41)
def test_changing_the_password_ends_every_other_session(portal: Any, person: Callable) -> None:
    person("lin")
    here, elsewhere = signed_in("lin"), signed_in("lin")
    new = {"oldpassword": "pw-lin-2026", "password1": "another-one-77", "password2": "another-one-77"}
    assert here.post("/account/password/change/", new).status_code == 302
    assert works(here)
    assert not works(elsewhere)


@pytest.mark.security(41)
def test_a_password_set_anew_by_mail_ends_every_session(
    portal: Any, person: Callable, drain: Callable
) -> None:
    person("lin")
    elsewhere, client = signed_in("lin"), Client()
    client.post("/account/password/reset/", {"email": "lin@example.org"})
    drain()
    found = re.search(r"http://testserver(/\S*password/reset/key\S*)", mail.outbox[-1].body)
    assert found
    step = client.get(found[1])
    client.post(step["Location"], {"password1": "brand-new-9988", "password2": "brand-new-9988"})
    assert not works(elsewhere)
    again = Client().get(found[1], follow=True)
    assert "password1" not in again.content.decode(), "the link works once"


@pytest.mark.security(41)
def test_suspension_ends_every_session_and_the_way_back(portal: Any, person: Callable) -> None:
    lin = person("lin")
    sessions = [signed_in("lin"), signed_in("lin")]
    User.objects.filter(pk=lin.pk).update(is_active=False)
    assert not any(works(client) for client in sessions)
    sent = {"login": "lin@example.org", "password": "pw-lin-2026"}
    assert not works(client := Client()), client.post("/account/login/", sent)


@pytest.mark.security(41)
def test_a_role_that_is_taken_away_is_gone_at_the_next_request(portal: Any, person: Callable) -> None:
    from foundation.accounts.domain.roles import take_role

    editor = person("editor", roles=("editor",))
    client = signed_in("editor")
    assert client.get("/admin/").status_code == 200
    take_role(editor, "editor", by=None)
    assert client.get("/admin/").status_code == 302


@pytest.mark.security(40)
def test_a_session_ends_with_the_browser_and_at_the_latest_after_thirty_days(
    portal: Any, person: Callable, production: Callable
) -> None:
    person("lin")
    assert signed_in("lin").cookies["sessionid"]["max-age"] == ""
    assert production("SESSION_COOKIE_AGE") == {"SESSION_COOKIE_AGE": 30 * 24 * 60 * 60}


@pytest.mark.security(40)
@pytest.mark.row("A6")
@pytest.mark.parametrize(
    ("roles", "idle", "lasts"),
    [
        ((), timedelta(days=29), True),
        ((), timedelta(days=30, minutes=1), False),
        (("staff",), timedelta(minutes=29), True),
        (("staff",), timedelta(minutes=31), False),
    ],
)
def test_an_idle_session_ends(
    portal: Any, person: Callable, roles: tuple, idle: timedelta, lasts: bool
) -> None:
    person("lin", roles=roles)
    client = signed_in("lin")
    with time_machine.travel(timezone.now() + idle, tick=False):
        assert works(client) is lasts


@pytest.mark.security(40)
@pytest.mark.row("A6")
@pytest.mark.parametrize(
    ("route", "args"),
    [
        ("messaging:badge", []),
        ("wagtailadmin_editing_sessions:ping", ["news", "articlepage", "1", 1]),
    ],
)
def test_what_an_open_page_asks_by_itself_keeps_no_session_alive(
    portal: Any, person: Callable, route: str, args: list
) -> None:
    person("lin", roles=("staff",))
    client, start = signed_in("lin"), timezone.now()
    for minutes in range(5, 31, 5):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            client.get(reverse(route, args=args))
    with time_machine.travel(start + timedelta(minutes=31), tick=False):
        answer = client.get("/feed/", follow=True)
    assert "您有一段时间没有操作" in answer.content.decode()


@pytest.mark.security(40)
@pytest.mark.row("A6")
def test_the_open_connection_of_the_bell_ends_with_an_idle_session(
    portal: Any, person: Callable, monkeypatch: Any
) -> None:
    from linli import live

    monkeypatch.setattr(live, "close_old_connections", lambda: None)  # the test's own is still in use
    lin = person("lin", roles=("staff",))
    client, start = signed_in("lin"), timezone.now()
    cookies = f"sessionid={client.session.session_key}"
    for minutes, who in ((29, lin.pk), (31, None)):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert live._who(cookies) == who


@pytest.mark.security(40)
@pytest.mark.row("A6")
def test_staff_who_work_on_and_on_sign_in_once_in_twelve_hours(portal: Any, person: Callable) -> None:
    person("lin", roles=("staff",))
    client, start = signed_in("lin"), timezone.now()
    lasted = []
    for step in range(1, 31):
        with time_machine.travel(start + step * timedelta(minutes=25), tick=False):
            answer = client.get("/feed/")
            lasted.append(answer.status_code == 200)
            if step == 29:
                assert "您这次登录的时间已经很长" in client.get(answer.url).content.decode()
    assert lasted == [True] * 28 + [False] * 2


@pytest.mark.security(41)
@pytest.mark.row("A6")
def test_becoming_staff_and_ceasing_to_be_ends_every_session(portal: Any, person: Callable) -> None:
    from foundation.accounts.domain.roles import give_role, take_role

    lin = person("lin")
    client = signed_in("lin")
    give_role(lin, "editor", by=None)
    assert not works(client)
    client = signed_in("lin")
    give_role(lin, "reviewer", by=None)
    assert works(client), "one role more of the same kind changes no rule"
    take_role(lin, "reviewer", by=None)
    assert works(client)
    take_role(lin, "editor", by=None)
    assert not works(client)


@pytest.mark.security(17)
def test_no_address_unpickles(production: Callable) -> None:
    """django-comments-xtd loads a pickle from the address of `confirm/`; none of its routes is mounted."""
    modules = {getattr(route.view, "__module__", "") for route in routes()}
    assert not [name for name in modules if name.startswith(("django_comments", "django_comments_xtd"))]
    for path in ("/comments/confirm/x/", "/comments/mute/x/", "/confirm/x/", "/mute/x/", "/comments/post/"):
        assert Client().get(path).status_code == 404
        assert Client().get(f"/en{path}").status_code == 404
    names = ("SESSION_SERIALIZER", "CELERY_ACCEPT_CONTENT", "CELERY_TASK_SERIALIZER")
    assert not any("pickle" in str(value).lower() for value in production(*names).values())


def sources() -> Iterator[tuple[str, ast.Module]]:
    for name in (*{app.split(".")[0] for app in django_settings.LOCAL_APPS}, "site"):
        for path in (ROOT / name).rglob("*.py"):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


BANNED_MODULES = {"pickle", "marshal", "shelve", "dill", "jsonpickle", "xml.sax", "xml.dom"}
FETCHERS = {"requests", "httpx", "aiohttp", "urllib3", "urllib.request", "http.client", "socket", "ftplib"}
BANNED_CALLS = {"eval", "exec", "compile", "__import__", "system", "popen"}
SQL_CALLS = {"execute", "executemany", "RawSQL"}
# Names of tables come from the models, or constants are strung together; every value is a parameter.
BUILDS_SQL = {
    "foundation/core/cache.py",
    "foundation/core/crypto/rotation.py",
    "office/domain/backup/databases.py",
    "office/domain/backup/drill.py",
    "foundation/core/flow/audit.py",
    "foundation/core/flow/guard.py",
    "foundation/core/search/engine.py",
    "foundation/core/zh/search.py",
    "foundation/social/domain/queries/feed.py",
}


@pytest.mark.security(12, 17)
def test_the_source_neither_unpickles_nor_evaluates_nor_pastes_sql() -> None:
    found = []
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", None) or ""}
                if names & BANNED_MODULES:
                    found.append((path, node.lineno, names & BANNED_MODULES))
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                is_regex = (
                    called == "compile" and getattr(getattr(node.func, "value", None), "id", "") == "re"
                )
                if called in BANNED_CALLS and not is_regex:
                    found.append((path, node.lineno, called))
                built = bool(node.args) and isinstance(node.args[0], ast.JoinedStr | ast.BinOp | ast.Call)
                if called in SQL_CALLS and built and path not in BUILDS_SQL:
                    found.append((path, node.lineno, called))
    assert found == []


# What packs for others to unpack, and what unseals a backup of our own whose digest was compared before.
PACKS = {
    "identity/domain/own_data.py",
    "foundation/signing/domain/evidence.py",
    "office/domain/backup/making.py",
    "office/domain/backup/sealing.py",
    "site/linli/kept_pages.py",
}


@pytest.mark.security(22)
def test_nothing_that_people_send_is_unpacked() -> None:
    """No import of archives and no office books yet: whoever brings one limits ratio and entries, and tests it."""
    found = set()
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", None) or ""}
                if names & {"zipfile", "tarfile", "gzip", "bz2", "lzma", "zlib", "zstandard", "openpyxl"}:
                    found.add(path)
            called = isinstance(node, ast.Call) and getattr(node.func, "attr", "")
            if called in ("extractall", "extract", "unpack_archive"):
                found.add(f"{path}:{node.lineno}")
    assert found == PACKS


# Whose fault a failed letter was is read off what smtplib raises. The push services of browsers' makers, each checked by name and by where it leads (tests/messaging/test_push.py), and
# the mail server that an administrator names (O6). The one door to what an office may type as a host: https, a public
# address, no redirect (tests/core/test_calling.py).
CALLS_OUT = {
    "foundation/core/flow/calling.py",
    "foundation/core/flow/patience.py",
    "foundation/messaging/domain/push.py",
    "foundation/messaging/domain/gateway.py",
    "foundation/signing/domain/licensed.py",
}


@pytest.mark.security(18)
def test_the_site_fetches_no_address() -> None:
    """No preview of links, no picture by address: what nobody fetches can't be led into the house."""
    found = []
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", None) or ""}
                if names & FETCHERS:
                    found.append((path, node.lineno, names & FETCHERS))
    assert {path for path, _line, _names in found} == CALLS_OUT


HEADS = [
    "林\r\nBcc: e@e.vil",
    "林\nBcc: e@e.vil",
    "林\rSubject: x",
    "林\u2028Bcc: e@e.vil",
    "林\x0bBcc:",
    "林\x00",
]


@pytest.mark.security(15)
def test_no_name_breaks_into_a_letter_s_head(portal: Any, person: Callable, drain: Callable) -> None:
    """Forms refuse such names; one that stands in the database all the same stays in the subject."""
    lin = person("lin")
    choices.choose(preset="all", by=lin)
    for number, name in enumerate(HEADS):
        with pytest.raises(ValidationError):
            validate_visible(name)
        fan = person(f"fan{number}")
        # A null sign is no text to PostgreSQL: there such a name can't even stand in the database.
        User.objects.filter(pk=fan.pk).update(display_name=name.replace("\x00", "")[:20])
        follows.follow(lin, by=User.objects.get(pk=fan.pk))
        drain()
    assert len(mail.outbox) == len(HEADS)
    for letter in mail.outbox:
        head = letter.message()
        assert letter.recipients() == ["lin@example.org"]
        assert head.get_all("To") == ["lin@example.org"]
        assert len(head.get_all("Subject")) == 1
        assert "Bcc" not in head
        assert "Cc" not in head


@pytest.mark.security(15)
def test_an_address_with_a_line_break_is_no_address(portal: Any, places: dict, drain: Callable) -> None:
    from tests.accounts.test_signing_in import ITEMS

    for address in (
        "a@example.org\r\nBcc: e@e.vil",
        "a@example.org\nCc:e@e.vil",
        "a@example.org,e@e.vil",
        "a@b.cn;e@e.vil",
    ):
        Client().post("/account/password/reset/", {"email": address})
        Client().post("/account/signup/", {**ITEMS, "place": places["ginkgo"].pk, "email": address})
    drain()
    assert mail.outbox == []
