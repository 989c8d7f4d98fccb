"""Sign-up, sign-in, sign-out, password and address (A1, A3), by mail address or mobile number."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from foundation.accounts.domain import activation
from foundation.accounts.models import User
from foundation.moderation.domain.words import add_words
from foundation.moderation.models import Case
from identity.models import Claim

pytestmark = [pytest.mark.django_db, pytest.mark.row("A1")]
ITEMS = {
    "email": "qiuyu@example.org",
    "password1": "ginkgo-leaves-1986",
    "display_name": "",
    "real_name": "林秋雨",
    "gender": "female",
    "birthday": "1958-06-07",
    "document": "id_card",
    "number": "110102195806071243",
    "phone": "13900001234",
    "consent": "on",
}


@pytest.fixture
def items(places: dict) -> dict[str, Any]:
    return {**ITEMS, "place": places["ginkgo"].pk}


def link_in(letter: Any, part: str) -> str:
    found = re.search(rf"https?://[^/\s]+(/\S*{part}\S*)", letter.body)
    assert found, letter.body
    return found[1]


@pytest.fixture
def signed_up(client: Any, portal: Any, items: dict, drain: Callable) -> User:
    assert client.post("/account/signup/", items).status_code == 302
    drain()
    return User.objects.get(email=items["email"])


@pytest.mark.deny
@pytest.mark.row("A3")
def test_the_account_works_only_after_its_mail_was_answered(client: Any, signed_up: User) -> None:
    answer = client.post("/account/login/", {"login": ITEMS["email"], "password": ITEMS["password1"]})
    assert answer.url == "/account/confirm-email/"
    assert client.get("/feed/").status_code == 302
    assert Claim.objects.get(user=signed_up).state == "draft"
    path = link_in(mail.outbox[0], "confirm-email")
    assert client.get(path).status_code == 200
    assert Claim.objects.get(user=signed_up).state == "draft", "looking is not answering: mail scanners look"
    client.post(path)
    assert Claim.objects.get(user=signed_up).state == "waiting"
    client.post("/account/login/", {"login": ITEMS["email"], "password": ITEMS["password1"]})
    assert client.get("/feed/").status_code == 200


@pytest.mark.deny
@pytest.mark.row("A3")
@pytest.mark.security(37)
def test_the_link_works_once_and_two_days(client: Any, signed_up: User) -> None:
    import time_machine
    from django.utils import timezone

    path = link_in(mail.outbox[0], "confirm-email")
    with time_machine.travel(timezone.now() + timezone.timedelta(days=2, minutes=1), tick=False):
        assert "过期" in client.get(path).content.decode()
        client.post(path)
        assert Claim.objects.get(user=signed_up).state == "draft"
    client.post(path)
    client.post("/account/logout/")
    assert "已经用过" in client.get(path).content.decode()


@pytest.mark.row("A3")
def test_whoever_lost_the_mail_gets_another_by_signing_in(
    client: Any, signed_up: User, drain: Callable
) -> None:
    from django.core.cache import cache

    cache.clear()
    client.post("/account/login/", {"login": ITEMS["email"], "password": ITEMS["password1"]})
    drain()
    assert len(mail.outbox) == 2
    client.post(link_in(mail.outbox[1], "confirm-email"))
    assert Claim.objects.get(user=signed_up).state == "waiting"


@pytest.mark.deny
@pytest.mark.row("A3")
@pytest.mark.security(37, 38)
def test_whoever_signed_up_with_somebodys_address_first_gains_nothing(
    client: Any, portal: Any, items: dict, drain: Callable
) -> None:
    theirs = {**items, "password1": "mallory-waits-1999", "real_name": "马洛", "display_name": "冒充者"}
    first = Client().post("/account/signup/", theirs)
    drain()
    second = client.post("/account/signup/", items)
    drain()
    assert (first.status_code, first.url) == (second.status_code, second.url)
    dead, path = (link_in(letter, "confirm-email") for letter in mail.outbox)
    assert User.objects.get().display_name != "冒充者"
    assert Claim.objects.get().items["name"] == "林秋雨"
    assert "最新一封" in client.get(dead).content.decode()
    assert client.post(dead).status_code == 404
    assert Claim.objects.get().state == "draft"
    client.post(path)
    assert Claim.objects.get().state == "waiting"
    for password, status in ((theirs["password1"], 302), (items["password1"], 200)):
        browser = Client()
        browser.post("/account/login/", {"login": items["email"], "password": password})
        assert browser.get("/feed/").status_code == status


@pytest.mark.row("A3")
def test_a_sign_up_can_be_corrected_until_its_mail_is_answered(
    client: Any, signed_up: User, items: dict, drain: Callable
) -> None:
    client.post("/account/signup/", {**items, "real_name": "林秋语", "password1": "bridge-stones-1986"})
    drain()
    assert not User.objects.filter(pk=signed_up.pk).exists()
    assert Claim.objects.get().items["name"] == "林秋语"
    assert [letter.to for letter in mail.outbox] == [[items["email"]]] * 2
    client.post(link_in(mail.outbox[1], "confirm-email"))
    client.post("/account/login/", {"login": items["email"], "password": "bridge-stones-1986"})
    assert client.get("/feed/").status_code == 200


@pytest.mark.deny
@pytest.mark.security(38)
@pytest.mark.parametrize("change", ["confirmed", "signed in", "role", "suspended", "by hand"])
def test_an_account_that_is_somebodys_is_not_replaced(
    client: Any, portal: Any, items: dict, person: Callable, drain: Callable, change: str
) -> None:
    owner = person("qiuyu", verified=False, roles=("editor",) if change == "role" else ())
    if change != "confirmed":
        owner.emailaddress_set.update(verified=False, primary=change != "by hand")
    if change == "signed in":
        User.objects.update(last_login=timezone.now())
    if change == "suspended":
        User.objects.update(is_active=False)
    facts = User.objects.values("pk", "password", "display_name", "date_joined")
    before = facts.get()
    assert client.post("/account/signup/", items).status_code == 302
    drain()
    assert facts.get() == before
    assert not Claim.objects.exists()
    assert [letter.to for letter in mail.outbox] == [[owner.email]]
    assert "confirm-email" not in mail.outbox[0].body


@pytest.mark.deny
def test_a_link_pressed_while_its_account_is_replaced_activates_nothing(
    client: Any, signed_up: User, items: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = activation.hold

    def meanwhile(address: Any) -> bool:
        Client().post("/account/signup/", items)
        return hold(address)

    monkeypatch.setattr(activation, "hold", meanwhile)
    answer = client.post(link_in(mail.outbox[0], "confirm-email"), follow=True)
    assert "已经用过，或者过期了" in answer.content.decode()
    assert not activation.is_activated(User.objects.get())
    assert Claim.objects.get().state == "draft"


def test_the_nickname_may_be_left_out_and_the_address_name_says_nothing(signed_up: User) -> None:
    assert re.fullmatch(r"新邻居\w{4}", signed_up.display_name)
    assert re.fullmatch(r"u\w{8}", signed_up.username)


@pytest.mark.row("A2")
@pytest.mark.deny
@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"number": "110102195806071244"}, "number", "校验位"),
        ({"birthday": "1958-06-08"}, "number", "出生日期与上面填写的生日不一致"),
        ({"gender": "male"}, "number", "性别"),
        ({"number": "110102580607124"}, "number", "15 位"),
        ({"birthday": "2020-06-07"}, "birthday", "未满 14 岁"),
        ({"birthday": "1758-06-07"}, "birthday", "年份"),
        ({"phone": "123"}, "phone", "11 位手机号码"),
        ({"real_name": "林3"}, "real_name", "证件上的姓名"),
        ({"consent": ""}, "consent", "需要您的同意"),
        ({"place": "0"}, "place", ""),
        ({"email": "nobody"}, "email", ""),
        ({"password1": "12345678"}, "password1", ""),
    ],
    ids=lambda value: next(iter(value.values())) if isinstance(value, dict) else None,
)
def test_a_wrong_item_is_named_and_nothing_typed_is_lost(
    client: Any, portal: Any, items: dict, change: dict, field: str, words: str
) -> None:
    answer = client.post("/account/signup/", {**items, **change})
    assert answer.status_code in (200, 422)
    errors = answer.context["form"].errors
    assert set(errors) == {field}
    assert words in errors[field][0]
    page = answer.content.decode()
    kept = {**items, **change}
    for name in ("email", "real_name", "number", "phone"):
        assert f'value="{kept[name]}"' in page
    assert ITEMS["password1"] not in page
    assert not User.objects.filter(email=kept["email"]).exists()


@pytest.mark.row("A2")
def test_an_unknown_region_is_only_a_warning(client: Any, portal: Any, items: dict) -> None:
    from identity.rules import checksum

    first = "98010219580607124"
    client.post("/account/signup/", {**items, "number": first + checksum(first)})
    assert Claim.objects.get().warning == "warning_region"


@pytest.mark.deny
@pytest.mark.security(38)
def test_signing_up_with_a_known_address_answers_the_same_and_tells_its_owner(
    client: Any, portal: Any, items: dict, person: Callable, drain: Callable
) -> None:
    known = person("lin")
    fresh = client.post("/account/signup/", items)
    taken = client.post("/account/signup/", {**items, "email": known.email})
    assert (fresh.status_code, fresh.url) == (taken.status_code, taken.url)
    drain()
    by_receiver = {letter.to[0]: letter for letter in mail.outbox}
    assert "confirm-email" in by_receiver[items["email"]].body
    assert "confirm-email" not in by_receiver[known.email].body
    assert User.objects.filter(email=known.email).count() == 1


def test_signing_in_by_mail_address_and_out_again(client: Any, portal: Any, person: Callable) -> None:
    lin = person("lin")
    answer = client.post(
        "/account/login/?next=/feed/", {"login": lin.email, "password": "pw-lin-2026", "next": "/feed/"}
    )
    assert answer.url == "/feed/"
    old = client.session.session_key
    client.post("/account/logout/")
    assert client.get("/feed/").status_code == 302
    client.cookies["sessionid"] = old
    assert client.get("/feed/").status_code == 302


@pytest.mark.deny
def test_a_wrong_password_and_an_unknown_address_look_the_same(
    client: Any, portal: Any, person: Callable
) -> None:
    lin = person("lin")
    wrong = client.post("/account/login/", {"login": lin.email, "password": "wrong"})
    unknown = client.post("/account/login/", {"login": "nobody@example.org", "password": "wrong"})
    assert wrong.status_code == unknown.status_code
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_changing_the_password(client: Any, portal: Any, person: Callable) -> None:
    client.force_login(person("lin"))
    page = "/account/password/change/"
    new = {"oldpassword": "pw-lin-2026", "password1": "another-one-77", "password2": "another-one-77"}
    assert client.post(page, {**new, "oldpassword": "x"}).status_code in (200, 422)
    assert client.post(page, new).status_code == 302
    assert User.objects.get(username="lin").check_password("another-one-77")


def test_a_forgotten_password_is_set_anew_by_mail(
    client: Any, portal: Any, person: Callable, drain: Callable
) -> None:
    lin = person("lin")
    known = client.post("/account/password/reset/", {"email": lin.email})
    unknown = client.post("/account/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    drain()
    letter = next(letter for letter in mail.outbox if letter.to == [lin.email])
    step = client.get(link_in(letter, "password/reset/key"))
    done = client.post(step.url, {"password1": "brand-new-9988", "password2": "brand-new-9988"})
    assert done.status_code == 302
    lin.refresh_from_db()
    assert lin.check_password("brand-new-9988")


def test_changing_the_address_waits_for_the_new_one_to_answer(
    client: Any, portal: Any, person: Callable, drain: Callable
) -> None:
    lin = person("lin")
    client.post("/account/login/", {"login": lin.email, "password": "pw-lin-2026"})
    client.post("/account/email/", {"action_add": "", "email": "new@example.org"})
    lin.refresh_from_db()
    assert lin.email == "lin@example.org"
    drain()
    client.post(link_in(mail.outbox[-1], "confirm-email"))
    lin.refresh_from_db()
    assert lin.email == "new@example.org"


@pytest.mark.deny
def test_a_suspended_account_does_not_sign_in(client: Any, portal: Any, person: Callable) -> None:
    lin = person("lin")
    client.force_login(lin)
    User.objects.filter(pk=lin.pk).update(is_active=False)
    assert client.get("/feed/").status_code == 302
    client.post("/account/login/", {"login": lin.email, "password": "pw-lin-2026"})
    assert client.get("/feed/").status_code == 302


@pytest.mark.deny
@pytest.mark.row("O2")
@pytest.mark.parametrize(
    ("name", "words"), [("高★利贷找我", "不能用在昵称里"), ("代开发票", "不能发布"), ("www.evil.com", "链接")]
)
def test_a_nickname_is_read_before_anybody_sees_it(
    client: Any, portal: Any, items: dict, person: Callable, settings: Any, name: str, words: str
) -> None:
    settings.NEW_ACCOUNT_DAYS = 7
    boss = person("boss", roles=("administrator",))
    add_words(["高利贷"], level="hold", by=boss)
    add_words(["代开发票"], level="block", by=boss)
    answer = client.post("/account/signup/", {**items, "display_name": name})
    assert words in answer.context["form"].errors["display_name"][0]
    assert not User.objects.filter(email=items["email"]).exists()


@pytest.mark.row("O2")
def test_a_flagged_nickname_stands_and_comes_before_staff(
    client: Any, portal: Any, items: dict, person: Callable
) -> None:
    add_words(["便宜"], level="flag", by=person("boss", roles=("administrator",)))
    assert client.post("/account/signup/", {**items, "display_name": "真便宜"}).status_code == 302
    assert Case.objects.get().about == User.objects.get(email=items["email"])


@pytest.mark.row("P11")
@pytest.mark.parametrize(("prefix", "home"), [("", "/"), ("/en", "/en/")])
def test_who_comes_and_goes_stays_in_her_language(
    client: Client, person: Callable, portal: Any, prefix: str, home: str
) -> None:
    person("lin")
    typed = {"login": "lin@example.org", "password": "pw-lin-2026"}
    assert client.post(f"{prefix}/account/login/", typed).url == home
    assert client.post(f"{prefix}/account/logout/").url == home
