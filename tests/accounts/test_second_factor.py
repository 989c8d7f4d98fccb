"""Second factors: set up, asked for, forced for staff, removed when lost; and confirming once more who one is (A6)."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from foundation.accounts.domain import confirmation
from foundation.accounts.mfa import open_secret
from foundation.accounts.models import User
from foundation.core.flow import audit
from foundation.core.flow.models import AuditEntry, AuditPayload

pytestmark = [pytest.mark.django_db, pytest.mark.row("A6")]
SECURITY = "/account/security/"


def enter(name: str = "lin", client: Client | None = None) -> Client:
    client = client or Client()
    client.post("/account/login/", {"login": f"{name}@example.org", "password": f"pw-{name}-2026"})
    return client


def works(client: Client) -> bool:
    return client.get("/feed/").status_code == 200


def code(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def set_up(client: Client) -> str:
    """Set an authenticator app up by the page, and return its secret."""
    page = client.get(f"{SECURITY}totp/activate/")
    secret = page.context["form"].secret
    assert client.post(f"{SECURITY}totp/activate/", {"code": code(secret)}).status_code == 302
    return secret


@pytest.fixture
def lin(portal: Any, person: Callable) -> User:
    return person("lin")


@pytest.fixture
def later() -> Any:
    """Half a minute and more: the app shows another code."""
    return lambda minutes=2: time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


def test_an_authenticator_app_is_set_up_and_asked_for(
    lin: User, drain: Callable, later: Callable, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up(enter())
    drain()
    assert [letter.subject for letter in mail.outbox] == ["已设置验证器"]
    with later():
        client = enter()
        assert not works(client), "the password alone opens nothing"
        wrong = client.post(f"{SECURITY}authenticate/", {"code": "000000"})
        assert "验证码不对" in wrong.content.decode()
        client.post(f"{SECURITY}authenticate/", {"code": code(secret)})
        assert works(client)
    assert AuditEntry.objects.filter(action="accounts.add_second_factor").exists()


@pytest.mark.deny
@pytest.mark.security(37)
@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_code_opens_one_door_only(lin: User, later: Callable, step: int) -> None:
    secret = set_up(enter())
    with later():
        used = code(secret, step)
        first, second = enter(), enter()
        first.post(f"{SECURITY}authenticate/", {"code": used})
        assert works(first)
    with time_machine.travel(timezone.now() + timedelta(minutes=2, seconds=29), tick=False):
        second.post(f"{SECURITY}authenticate/", {"code": used})
        assert not works(second)


@pytest.mark.deny
def test_the_code_that_set_the_app_up_is_used(lin: User) -> None:
    client = enter()
    secret = client.get(f"{SECURITY}totp/activate/").context["form"].secret
    used = code(secret)
    client.post(f"{SECURITY}totp/activate/", {"code": used})
    other = enter()
    other.post(f"{SECURITY}authenticate/", {"code": used})
    assert not works(other)


@pytest.mark.deny
@pytest.mark.security(33, 37)
def test_guessing_ends_after_five_tries(lin: User, later: Callable) -> None:
    secret = set_up(enter())
    with later():
        client = enter()
        for number in range(5):
            client.post(f"{SECURITY}authenticate/", {"code": f"{number:06}"})
        client.post(f"{SECURITY}authenticate/", {"code": code(secret)})
        assert not works(client)


def test_a_recovery_code_opens_once(lin: User, later: Callable) -> None:
    client = enter()
    set_up(client)
    page = client.get(f"{SECURITY}recovery-codes/").content.decode()
    codes = re.findall(r"<code>(\d{8})</code>", page)
    assert len(set(codes)) == 10
    file = client.get(f"{SECURITY}recovery-codes/download/")
    assert "attachment" in file["Content-Disposition"]
    assert all(one in file.content.decode() for one in codes)
    with later():
        for expected in (True, False):
            other = enter()
            other.post(f"{SECURITY}authenticate/", {"code": codes[0]})
            assert works(other) is expected


@pytest.mark.deny
@pytest.mark.security(51, 53)
def test_no_secret_stands_readable_in_the_database_or_in_an_address(lin: User) -> None:
    client = enter()
    page = client.get(f"{SECURITY}totp/activate/")
    secret = page.context["form"].secret
    assert secret not in str(dict(client.session)), "nor in the session, before it is confirmed"
    client.post(f"{SECURITY}totp/activate/", {"code": code(secret)})
    stored = {row.type: row.data for row in Authenticator.objects.all()}
    assert secret not in str(stored)
    assert open_secret(stored["totp"]["secret"]) == secret
    seed = open_secret(stored["recovery_codes"]["seed"])
    assert len(seed) == 80
    assert seed not in str(stored)


@pytest.mark.deny
def test_nobody_sees_or_removes_the_keys_of_others(lin: User, person: Callable) -> None:
    person("mallory")
    key = Authenticator.objects.create(user=lin, type="webauthn", data={"name": "林的手机", "credential": {}})
    stranger = enter("mallory")
    for act in ("remove", "edit"):
        assert stranger.get(f"{SECURITY}webauthn/keys/{key.pk}/{act}/").status_code == 404
        assert stranger.post(f"{SECURITY}webauthn/keys/{key.pk}/{act}/", {"name": "x"}).status_code == 404
    assert "林的手机" not in stranger.get(f"{SECURITY}webauthn/").content.decode()
    for path in ("", "totp/activate/", "webauthn/add/", "recovery-codes/"):
        assert Client().get(f"{SECURITY}{path}").status_code == 302


# --- staff


@pytest.fixture
def forced(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True


@pytest.mark.deny
@pytest.mark.security(36)
@pytest.mark.parametrize(
    "role", ["editor", "reviewer", "staff", "childrens_officer", "auditor", "administrator"]
)
@pytest.mark.parametrize("path", ["/admin/", "/admin/reviews/", "/admin/pages/", "/admin/images/add/"])
def test_no_page_of_the_admin_opens_without_a_second_factor(
    portal: Any, person: Callable, forced: None, role: str, path: str
) -> None:
    person("boss", roles=(role,))
    client = enter("boss")
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 302
        assert answer.url == SECURITY
    assert "请先设置两步验证" in client.get(SECURITY).content.decode()
    assert works(client), "as a resident she goes on"


@pytest.mark.security(36)
def test_staff_who_set_it_up_confirm_with_it_and_are_in(
    portal: Any, person: Callable, forced: None, later: Callable
) -> None:
    person("boss", roles=("editor",))
    client = enter("boss")
    secret = set_up(client)
    asked = client.get("/admin/")
    assert asked.url == f"{SECURITY}reauthenticate/?next=%2Fadmin%2F"
    with later():
        answer = client.post(asked.url, {"code": code(secret), "next": "/admin/"})
        assert answer.url == "/admin/"
        assert client.get("/admin/").status_code == 200
    with later(5):
        client = enter("boss")
        client.post(f"{SECURITY}authenticate/", {"code": code(secret)})
        assert client.get("/admin/").status_code == 200, "a session that was opened with it is asked no more"
        page = client.get(f"{SECURITY}totp/deactivate/").content.decode()
        assert "必须保留一种" in page
        client.post(f"{SECURITY}totp/deactivate/")
        assert Authenticator.objects.filter(type="totp").exists()


@pytest.mark.security(36)
def test_it_is_asked_of_staff_everywhere_but_in_the_demo(production: Callable) -> None:
    from linli.settings import base

    assert base.STAFF_SECOND_FACTOR is True
    assert production("STAFF_SECOND_FACTOR", "STAFF_PASSWORD_DAYS") == {
        "STAFF_SECOND_FACTOR": True,
        "STAFF_PASSWORD_DAYS": 90,
    }


def test_an_operator_removes_what_was_lost(lin: User, person: Callable, drain: Callable) -> None:
    client = enter()
    set_up(client)
    person("op", roles=("operator",))
    person("boss", roles=("administrator",))
    for by, account in (("boss", "lin"), ("op", "op"), ("op", "nobody")):
        with pytest.raises(CommandError):
            call_command("second_factor", "remove", account, by=by, why="带身份证到窗口")
    mail.outbox.clear()
    out = StringIO()
    call_command("second_factor", "remove", "lin@example.org", by="op", why="带身份证到窗口", stdout=out)
    assert "2 second factors" in out.getvalue()
    assert not Authenticator.objects.exists()
    assert not works(client), "whoever found the telephone is out too"
    entry = AuditEntry.objects.get(action="accounts.remove_second_factor")
    # Free words about a person stand where they can be blanked when she leaves.
    assert (entry.object_id, entry.purpose) == (str(lin.pk), "")
    assert AuditPayload.objects.get(seq=entry.seq).data["why"] == "带身份证到窗口"
    assert audit.verify()[1] is None
    drain()
    assert any("两步验证已由运维人员取消" in letter.subject for letter in mail.outbox)
    assert works(enter())


# --- confirming once more


@pytest.mark.deny
@pytest.mark.security(42)
@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/account/email/", {"action_add": "", "email": "new@example.org"}),
        ("/account/phone/change/", {"phone": "13900001234"}),
        (f"{SECURITY}totp/activate/", {"code": "123456"}),
        (f"{SECURITY}webauthn/add/", {"name": "x", "credential": "{}"}),
    ],
)
def test_what_guards_the_account_is_changed_only_by_whoever_has_just_shown_herself(
    lin: User, later: Callable, path: str, data: dict
) -> None:
    client = enter()
    with later(6):
        answer = client.post(path, data)
        assert answer.status_code == 302
        assert answer.url.startswith("/account/reauthenticate/")
    lin.refresh_from_db()
    assert (lin.email, lin.phone_index) == ("lin@example.org", None)
    assert lin.emailaddress_set.count() == 1


@pytest.mark.security(42)
def test_whoever_signs_in_by_code_confirms_by_code(lin: User, drain: Callable, later: Callable) -> None:
    client = enter()
    lin.set_unusable_password()
    lin.save()
    client.force_login(lin)
    asked = client.post("/account/email/", {"action_add": "", "email": "n@example.org"})
    assert asked.url.startswith("/account/confirm/")
    page = client.get(asked.url).content.decode()
    assert "lin@example.org" in page
    client.post("/account/confirm/send/", {"next": "/account/email/"})
    drain()
    found = re.search(r"\b([A-Z0-9]{4}-[A-Z0-9]{4})\b", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    assert found[1] not in str(dict(client.session)), "the session keeps its digest only"
    wrong = client.post("/account/confirm/", {"code": "WRONG1", "next": "/account/email/"})
    assert wrong.status_code == 422
    right = client.post("/account/confirm/", {"code": found[1].lower(), "next": "/account/email/"})
    assert right.status_code == 302
    again = client.post("/account/confirm/", {"code": found[1]})
    assert "已失效" in again.content.decode(), "a code works once"


@pytest.mark.deny
@pytest.mark.security(37)
def test_a_confirming_code_is_good_for_five_tries_and_ten_minutes(
    lin: User, drain: Callable, later: Callable
) -> None:
    client = enter()
    client.post("/account/confirm/send/")
    drain()
    found = re.search(r"\b([A-Z0-9]{4}-[A-Z0-9]{4})\b", mail.outbox[-1].body)
    assert found
    with later(11):
        assert "已失效" in client.post("/account/confirm/", {"code": found[1]}).content.decode()
    client.post("/account/confirm/send/")
    drain()
    found = re.search(r"\b([A-Z0-9]{4}-[A-Z0-9]{4})\b", mail.outbox[-1].body)
    assert found
    for _try in range(5):
        client.post("/account/confirm/", {"code": "WRONG1"})
    assert "已失效" in client.post("/account/confirm/", {"code": found[1]}).content.decode()


@pytest.mark.deny
def test_guesses_that_come_all_at_once_are_counted_too(
    lin: User,
) -> None:
    """Each of the requests has read the session before the first of them has written it."""
    client = enter()
    client.post("/account/confirm/send/")
    read = dict(client.session)[confirmation.STATE]
    answers = []
    for _guess in range(confirmation.TRIES + 2):
        session = client.session
        session[confirmation.STATE] = read
        session.save()
        answers.append(client.post("/account/confirm/", {"code": "WRONG1"}).content.decode())
    assert ["已失效" in answer for answer in answers] == [False] * confirmation.TRIES + [True] * 2


@pytest.mark.deny
def test_an_open_session_alone_sets_no_first_password(lin: User) -> None:
    """Whoever finds a telephone open would own the account from then on."""
    client = enter()
    lin.set_unusable_password()
    lin.save()
    client.force_login(lin)
    path, sent = "/account/password/set/", {"password1": "yin-xing-2026!", "password2": "yin-xing-2026!"}
    for answer in (client.get(path), client.post(path, sent)):
        assert answer.status_code == 302
        assert answer.url.startswith("/account/confirm/")
    assert not User.objects.get(pk=lin.pk).has_usable_password()
