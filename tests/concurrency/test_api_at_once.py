"""An app that sends again before it has heard, many times at once: one act (U5)."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from foundation.accounts.models import DeviceToken
from foundation.core.models import KeptAnswer
from foundation.social.domain import posts
from foundation.social.models import Post
from tests.api.device import Device, device_of, problem

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.row("U5"), pytest.mark.security(32)]


def test_twenty_equal_requests_at_once_are_one_post(at_once: Callable, person: Callable, portal: Any) -> None:
    token = device_of(person("lin")).token

    def send() -> Any:
        return Device(token).post("/statuses", {"text": "银杏"}, key="the-same-request")

    answers = at_once(*[send] * 20)
    assert not [fault for fault in answers if isinstance(fault, Exception)]
    assert Post.objects.count() == KeptAnswer.objects.count() == 1
    done = [answer for answer in answers if answer.status_code == 201]
    waiting = [answer for answer in answers if answer.status_code != 201]
    assert {answer.content for answer in done} == {done[0].content}
    assert {(answer.status_code, problem(answer)) for answer in waiting} <= {(409, "in_flight")}
    # Whoever was told to wait asks again, and hears the same.
    assert send().content == done[0].content


@pytest.mark.deny
def test_who_asks_meanwhile_is_told_to_wait(
    at_once: Callable, person: Callable, portal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite writers stand in line: the second hears what the first was answered")
    token, write = device_of(person("lin")).token, posts._write
    writing, asked = threading.Event(), threading.Event()

    def slow(*given: Any) -> Any:
        writing.set()
        asked.wait(10)
        return write(*given)

    def second() -> Any:
        writing.wait(10)
        answer = Device(token).post("/statuses", {"text": "银杏"}, key="the-same-request")
        asked.set()
        return answer

    monkeypatch.setattr(posts, "_write", slow)
    first, meanwhile = at_once(
        lambda: Device(token).post("/statuses", {"text": "银杏"}, key="the-same-request"), second
    )
    assert first.status_code == 201
    assert (meanwhile.status_code, problem(meanwhile)) == (409, "in_flight")
    assert meanwhile.headers["Retry-After"] == "1"


def test_two_pieces_for_one_place_are_one_piece(at_once: Callable, person: Callable, portal: Any) -> None:
    phone = device_of(person("lin"))
    made = phone.post("/uploads", {"size": 1000, "media_type": "image/jpeg"}).json()["id"]

    def send() -> int:
        return (
            Device(phone.token)
            .patch(
                f"/uploads/{made}",
                b"x" * 500,
                Upload_Offset="0",
                Content_Type="application/offset+octet-stream",
            )
            .status_code
        )

    assert sorted(at_once(send, send, send)) == [204, 409, 409]
    assert phone.get(f"/uploads/{made}").json()["offset"] == 500


def test_many_sign_ins_at_once_leave_no_more_devices_than_there_may_be(
    at_once: Callable, person: Callable, portal: Any
) -> None:
    from foundation.accounts.domain import tokens

    lin = person("lin")
    results = at_once(*[lambda: device_of(lin)] * (tokens.MOST + 5))
    assert not [fault for fault in results if isinstance(fault, Exception)]
    assert DeviceToken.objects.living().filter(user=lin).count() == tokens.MOST
