"""Nobody learns whether an account, an address or a number is known: same answer, same page, same work."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from foundation.accounts.adapter import AccountAdapter
from foundation.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.row("A1"), pytest.mark.security(38), pytest.mark.deny]
BOUND, FREE = "13900001234", "13900005678"
VOLATILE = re.compile(
    r"""name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}|"X-CSRFToken": "[^"]*\""""
)


@pytest.fixture
def known(portal: Any, person: Callable) -> User:
    """Somebody with a mail address and a mobile number."""
    zhou = person("zhou", display="周叶")
    AccountAdapter().set_phone(zhou, f"+86{BOUND}", verified=True)
    return zhou


def spellings(typed: str) -> list[str]:
    return [f"+86{typed}", f"+86 {typed[:3]} {typed[3:7]} {typed[7:]}", typed] if typed.isdigit() else [typed]


def seen(client: Client, path: str, data: dict[str, str], *typed: str) -> list[Any]:
    """Send a form and follow where it leads; return all that the visitor gets to see, less what was typed."""
    cache.clear()
    told: list[Any] = []
    answer = client.post(path, data)
    while True:
        page = VOLATILE.sub("", answer.content.decode())
        for word in [spelling for one in typed for spelling in spellings(one)]:
            page = page.replace(word, "…")
        told.append((answer.status_code, answer.headers.get("Location"), page))
        if answer.status_code != 302:
            return told
        answer = client.get(answer["Location"])


def alike(path: str, one: dict[str, str], other: dict[str, str], *, user: Any = None) -> None:
    results = []
    for data in (one, other):
        client = Client()
        if user is not None:
            client.force_login(user)
        results.append(seen(client, path, data, *data.values()))
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zhou@example.org", "nobody@example.org"),
        ("zhou", "nobody"),
        (BOUND, FREE),
        ("left@example.org", "x@y.org"),
    ],
)
def test_signing_in(known: User, person: Callable, one: str, other: str) -> None:
    person("left")
    User.objects.filter(username="left").update(is_active=False)
    alike("/account/login/", {"login": one, "password": "wrong"}, {"login": other, "password": "wrong"})


def test_signing_in_costs_the_same_work(known: User, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As production is set: where the address name signs in as well, allauth tries an address twice."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    settings.ACCOUNT_LOGIN_METHODS = {"email", "phone"}
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, *args: (hashed.append("once"), encode(self, *args))[1]
    )
    work = {}
    for login in ("zhou@example.org", "nobody@example.org", BOUND, FREE):
        cache.clear()
        hashed.clear()
        Client().post("/account/login/", {"login": login, "password": "wrong"})
        work[login] = len(hashed)
    assert work["zhou@example.org"] == work["nobody@example.org"] > 0
    assert work[BOUND] == work[FREE] > 0


def test_signing_up(known: User, places: dict) -> None:
    from tests.accounts.test_signing_in import ITEMS

    items = {**ITEMS, "place": str(places["ginkgo"].pk)}
    alike("/account/signup/", {**items, "email": known.email}, {**items, "email": "fresh@example.org"})


@pytest.mark.parametrize("times", [1, 2, 6])
def test_signing_up_with_an_address_that_somebody_else_typed_before(
    known: User, places: dict, times: int
) -> None:
    """Nobody, somebody who never answered, somebody who did: again and again all look the same."""
    from tests.accounts.test_signing_in import ITEMS

    items = {**ITEMS, "place": str(places["ginkgo"].pk)}
    Client().post("/account/signup/", {**items, "email": "typed@example.org"})
    cache.clear()
    told = {}
    for address in (known.email, "typed@example.org", "fresh@example.org"):
        clients = [Client() for _time in range(times)]
        answers = [client.post("/account/signup/", {**items, "email": address}) for client in clients]
        pages = [clients[-1].get(answer["Location"]).content.decode() for answer in answers[-1:]]
        told[address] = [answer.status_code for answer in answers] + [
            VOLATILE.sub("", page).replace(address, "…") for page in pages
        ]
    assert told[known.email] == told["typed@example.org"] == told["fresh@example.org"]


def test_signing_up_with_a_number_that_is_taken(known: User, places: dict) -> None:
    """Mobile and identity numbers are compared by staff, never told on the form."""
    from tests.accounts.test_signing_in import ITEMS

    items = {**ITEMS, "place": str(places["ginkgo"].pk)}
    taken = {**items, "email": "a@example.org", "phone": BOUND}
    alike("/account/signup/", taken, {**items, "email": "b@example.org", "phone": FREE})


def test_a_forgotten_password(known: User) -> None:
    alike("/account/password/reset/", {"email": known.email}, {"email": "nobody@example.org"})


def test_a_code_by_mail_or_telephone(known: User) -> None:
    alike("/account/login/code/", {"email": known.email}, {"email": "nobody@example.org"})
    alike("/account/login/code/", {"phone": BOUND}, {"phone": FREE})


def test_changing_to_an_address_or_number_of_somebody_else(known: User, person: Callable) -> None:
    lin, wang = person("lin"), person("wang")
    for user, address in ((lin, known.email), (wang, "fresh@example.org")):
        client = Client()
        client.force_login(user)
        told = seen(
            client,
            "/account/email/",
            {"action_add": "", "email": address},
            address,
            user.email,
            user.username,
        )
        assert [status for status, _where, _page in told] == [302, 200]
        assert "…" in told[-1][2]
    alike("/account/phone/change/", {"phone": BOUND}, {"phone": FREE}, user=lin)


def test_letters_to_strangers_name_nobody(known: User, places: dict, drain: Callable) -> None:
    """Who gets a letter because somebody typed the address learns nothing of whoever typed, nor of an account."""
    from tests.accounts.test_signing_in import ITEMS

    items = {**ITEMS, "place": str(places["ginkgo"].pk), "display_name": "冒充者"}
    Client().post("/account/signup/", {**items, "email": known.email})
    Client().post("/account/password/reset/", {"email": "nobody@example.org"})
    Client().post("/account/login/code/", {"email": "nobody2@example.org"})
    drain()
    assert len(mail.outbox) == 3
    for letter in mail.outbox:
        for secret in (
            "冒充者",
            ITEMS["real_name"],
            ITEMS["number"],
            ITEMS["phone"],
            "zhou",
            "周叶",
            "实名zhou",
        ):
            assert secret not in letter.subject + letter.body.replace(known.email, ""), (letter.to, secret)


def test_a_hidden_space_is_as_if_it_were_not_there(known: User, person: Callable, client: Client) -> None:
    person("newcomer", verified=False)
    person("suspended")
    User.objects.filter(username="suspended").update(is_active=False)

    def page(name: str, address: str) -> tuple[int, str]:
        answer = client.get(address.format(name))
        return answer.status_code, VOLATILE.sub("", answer.content.decode()).replace(name, "…")

    for viewer in (None, known):
        if viewer:
            client.force_login(viewer)
        for address in ("/u/{}/", "/u/{}/?as=public", "/en/u/{}/", "/u/{}/AAAAAAAAAAAAAAAA/"):
            nobody = page("nobody", address)
            assert nobody[0] == 404
            assert page("newcomer", address) == page("suspended", address) == nobody
