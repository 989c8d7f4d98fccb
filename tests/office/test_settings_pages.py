"""The settings' pages where something is wrong, and the letter that tries the mail server (O6)."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from foundation.core.access.limits import TooOften
from foundation.core.access.permissions import Refused
from foundation.core.models import SiteOption
from foundation.messaging.domain import gateway
from office.domain import settings as domain

pytestmark = [pytest.mark.django_db, pytest.mark.row("O6")]


@pytest.fixture
def chief(person: Callable) -> Any:
    return person("chief", roles=("administrator",))


@pytest.fixture
def client(chief: Any, portal: Any) -> Client:
    made = Client()
    made.force_login(chief)
    return made


@pytest.mark.deny
@pytest.mark.parametrize(
    ("view", "args", "given", "field"),
    [
        (
            "office:settings",
            [],
            {"community_name": "银杏里", "short_name": "邻里", "accent": "red"},
            "id_accent",
        ),
        ("office:options", ["oversight"], {"office.night_from": "25"}, "id_office.night_from"),
        ("office:add_place", [], {"name": "新", "slug": "!"}, "id_slug"),
        ("reviews:settings", [], {"comment-days": "-3"}, "id_comment-days"),
    ],
)
def test_what_is_wrong_stands_on_top_with_a_link_to_its_field(
    client: Client, view: str, args: list, given: dict, field: str
) -> None:
    answer = client.post(reverse(view, args=args), given)
    assert answer.status_code == 422
    page = answer.content.decode()
    summary = page[page.index("office-summary") :]
    assert "还有地方需要改一下" in summary
    assert f'href="#{field}"' in summary
    assert f'id="{field}"' in summary
    assert "autofocus" in summary.split(">")[0], "whoever listens hears it first"


@pytest.mark.deny
def test_a_night_that_ends_when_it_begins_is_refused(client: Client, chief: Any) -> None:
    given = {"office.night_from": "6", "office.night_to": "6"}
    answer = client.post(reverse("office:options", args=["oversight"]), given)
    assert answer.status_code == 422
    assert "不能是同一个整点" in answer.content.decode()
    with pytest.raises(ValidationError):
        domain.change_options("oversight", values={"office.night_to": 22}, by=chief)
    assert not SiteOption.objects.exists()


def test_a_test_letter_goes_at_once_to_whoever_asks(client: Client, chief: Any) -> None:
    assert "发一封测试邮件" in client.get(reverse("office:options", args=["channels"])).content.decode()
    assert "发一封测试邮件" not in client.get(reverse("office:options", args=["oversight"])).content.decode()
    answer = client.post(reverse("office:send_test"), follow=True)
    assert f"已发到您的邮箱 {chief.email}" in answer.content.decode()
    (letter,) = mail.outbox
    assert letter.to == [chief.email]
    assert "测试邮件" in letter.subject


@pytest.mark.deny
@pytest.mark.parametrize(
    ("wrong", "fault", "words"),
    [
        (smtplib.SMTPAuthenticationError(535, b"no"), "password", "不认这个账号和密码"),
        (smtplib.SMTPSenderRefused(550, b"no", "a@example.cn"), "address", "不接受这个发件邮箱"),
        (socket.gaierror(), "unknown_host", "找不到这个邮件服务器"),
        (TimeoutError(), "silent", "没有应答"),
        (ssl.SSLError(), "encryption", "加密方式不配套"),
        (ConnectionRefusedError(), "unreachable", "连接不上"),
    ],
)
def test_a_letter_that_was_not_taken_says_what_to_look_at(
    client: Client, monkeypatch: Any, caplog: Any, wrong: Exception, fault: str, words: str
) -> None:
    class Server:
        def send_messages(self, letters: Any) -> None:
            raise wrong

    monkeypatch.setattr(gateway, "connection", lambda **_given: Server())
    page = client.post(reverse("office:send_test"), follow=True).content.decode()
    assert "没有发出去" in page
    assert words in page
    assert "@" not in caplog.text


def test_the_server_is_waited_for_no_longer_than_ten_seconds(chief: Any) -> None:
    domain.change_options("channels", values={"messaging.smtp_host": "smtp.example.cn"}, by=chief)
    assert gateway.connection(timeout=gateway.TEST_TIMEOUT).timeout <= 10


@pytest.mark.deny
def test_letters_are_tried_only_by_those_who_set_the_channel_and_not_without_end(
    client: Client, person: Callable, chief: Any, settings: Any
) -> None:
    with pytest.raises(Refused):
        gateway.send_test(by=person("editor", roles=("editor",)))
    settings.RATES = {**settings.RATES, "test_letter": "1/h"}
    gateway.send_test(by=chief)
    with pytest.raises(TooOften):
        gateway.send_test(by=chief)
    assert "次数太多" in client.post(reverse("office:send_test"), follow=True).content.decode()
    assert len(mail.outbox) == 1
