"""Signing in by mobile number and code (A1)."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from foundation.accounts.interfaces.fields import MobileField

pytestmark = [pytest.mark.django_db, pytest.mark.row("A1")]


@pytest.fixture
def code(settings: Any, drain: Callable) -> Callable[[], str]:
    """The code of the last short message."""

    def read() -> str:
        drain()
        newest = max(Path(settings.SMS_FOLDER).glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        text = json.loads(newest.read_text(encoding="utf-8"))["text"]
        newest.unlink()
        return re.search(r"验证码 (\S+?)，", text)[1]

    return read


def test_a_mobile_number_is_bound_with_a_code_and_signs_in_with_one(
    client: Any, portal: Any, person: Callable, code: Callable
) -> None:
    lin = person("lin")
    client.post("/account/login/", {"login": lin.email, "password": "pw-lin-2026"})
    client.post("/account/phone/change/", {"phone": "139 0000 1234"})
    client.post("/account/phone/verify/", {"code": code()})
    lin.refresh_from_db()
    assert lin.phone_sealed == "+8613900001234"
    client.post("/account/logout/")
    client.post("/account/login/code/", {"phone": "13900001234"})
    client.post("/account/login/code/confirm/", {"code": code()})
    assert client.get("/feed/").status_code == 200
    client.post("/account/logout/")
    client.post("/account/login/", {"login": "13900001234", "password": "pw-lin-2026"})
    assert client.get("/feed/").status_code == 200


@pytest.mark.deny
@pytest.mark.security(37)
def test_a_wrong_code_binds_nothing(client: Any, portal: Any, person: Callable, code: Callable) -> None:
    lin = person("lin")
    client.post("/account/login/", {"login": lin.email, "password": "pw-lin-2026"})
    client.post("/account/phone/change/", {"phone": "13900001234"})
    right = code()
    for _try in range(5):
        client.post("/account/phone/verify/", {"code": "000000"})
    client.post("/account/phone/verify/", {"code": right})
    lin.refresh_from_db()
    assert lin.phone_index is None


@pytest.mark.deny
def test_a_bound_number_stays_with_its_account(client: Any, portal: Any, person: Callable) -> None:
    from foundation.accounts.adapter import AccountAdapter

    adapter, lin, zhou = AccountAdapter(), person("lin"), person("zhou")
    adapter.set_phone(lin, "+8613900001234", verified=True)
    adapter.set_phone(zhou, "+8613900001234", verified=True)
    zhou.refresh_from_db()
    assert zhou.phone_index is None
    assert adapter.get_user_by_phone("+8613900001234") == lin
    assert adapter.get_phone(lin) == ("+8613900001234", True)
    assert adapter.get_phone(zhou) is None


@pytest.mark.deny
def test_asking_for_a_code_tells_nobody_whether_the_number_is_known(
    client: Any, portal: Any, settings: Any, drain: Callable
) -> None:
    answer = client.post("/account/login/code/", {"phone": "13900009999"})
    assert answer.status_code == 302
    drain()
    (text,) = (json.loads(path.read_text(encoding="utf-8"))["text"] for path in settings.SMS_FOLDER.glob("*"))
    assert "还没有绑定" in text


def test_signing_in_by_code_speaks_plain_chinese(client: Any, portal: Any, drain: Callable) -> None:
    """Also where the sentences are allauth's."""
    assert "邮箱和手机号填一个就行" in client.get("/account/login/code/").content.decode()
    assert ">邮箱或手机号" in client.get("/account/login/").content.decode()
    page = client.post("/account/login/code/", {"email": "nobody@example.org"}, follow=True).content.decode()
    assert "验证码已寄到" in page
    page += client.post("/account/login/code/confirm/", {"code": "wrong"}).content.decode()
    assert "验证码：验证码不对，请再看一下。" in page
    assert not any(words in page for words in ("请求码", "登录代码", "错误代码", "重新发送代码"))


@pytest.mark.deny
@pytest.mark.parametrize("number", ["0571-5550-0112", "400-820-8820", "12315", "+44 20 7946 0958"])
def test_what_takes_no_short_message_is_no_mobile(number: str) -> None:
    with pytest.raises(ValidationError):
        MobileField().clean(number)


@pytest.mark.parametrize("number", ["138 0013 8000", "+852 9123 4567", "+1 212 555 0123"])
def test_mobiles_of_here_and_elsewhere_are_taken(number: str) -> None:
    assert MobileField().clean(number).startswith("+")
