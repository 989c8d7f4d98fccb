"""The same request again is the same act, however often and however it was cut off (U5)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.api import once
from foundation.core.models import KeptAnswer
from foundation.social.domain import posts
from foundation.social.models import Post
from linli.api import operations
from tests.api.device import Device, device_of, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("U5"), pytest.mark.security(32)]
KEY = "first-request-1"


@pytest.fixture
def lin(portal: Any, person: Callable) -> User:
    return person("lin")


@pytest.fixture
def phone(lin: User) -> Device:
    return device_of(lin)


def test_what_was_answered_once_is_answered_again_byte_for_byte(phone: Device, lin: User) -> None:
    first = phone.post("/statuses", {"text": "早"}, key=KEY)
    again = device_of(lin).post("/statuses", {"text": "早"}, key=KEY)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    for name in ("Content-Type", "Location"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Post.objects.count() == 1
    assert phone.post("/statuses", {"text": "早"}, key="other-request").status_code == 201
    assert Post.objects.count() == 2


@pytest.mark.deny
@pytest.mark.parametrize(
    "key", [None, "", "short", "x" * 65, "with blank 123", "ключ-ключ-ключ", "a\tb4567890"]
)
def test_a_write_without_a_proper_key_is_refused(phone: Device, key: str | None) -> None:
    headers = {"Authorization": f"Bearer {phone.token}"} | ({} if key is None else {"Idempotency-Key": key})
    answer = phone.http.post("/api/v1/statuses", {"text": "早"}, "application/json", headers=headers)
    assert (answer.status_code, problem(answer)) == (400, "idempotency_key")
    assert not Post.objects.exists()


@pytest.mark.deny
def test_every_write_asks_for_one(phone: Device) -> None:
    without = [one for one in operations() if one.writes and one.repeatable]
    assert [(one.method, one.path) for one in without] == [("PATCH", "/uploads/{id}")]
    for one in operations():
        if one.writes and not one.repeatable:
            path = "/api/v1" + one.path.replace("{", "").replace("}", "")
            headers = {"Authorization": f"Bearer {phone.token}"}
            answer = phone.http.generic(one.method, path, b"{}", "application/json", headers=headers)
            assert problem(answer) == "idempotency_key", one.path


@pytest.mark.deny
def test_a_key_names_one_request(phone: Device) -> None:
    phone.post("/statuses", {"text": "早"}, key=KEY)
    refused = phone.post("/statuses", {"text": "晚"}, key=KEY)
    assert (refused.status_code, problem(refused)) == (422, "key_reused")
    assert problem(phone.put("/drafts/status:new", {"text": "早"}, key=KEY)) == "key_reused"
    assert Post.objects.count() == 1


def test_a_key_is_its_owner_s_own(phone: Device, person: Callable) -> None:
    phone.post("/statuses", {"text": "早"}, key=KEY)
    other = device_of(person("zhou")).post("/statuses", {"text": "早"}, key=KEY)
    assert (other.status_code, other.json()["author"]["name"]) == (201, "zhou")


def test_a_refusal_is_not_kept_because_nothing_was_done(portal: Any, person: Callable) -> None:
    new = person("new", verified=False)
    phone = device_of(new)
    assert problem(phone.post("/statuses", {"text": "早"}, key=KEY)) == "verify"
    User.objects.filter(pk=new.pk).update(
        verified_at=timezone.now(), verified_method="staff", verified_name="新"
    )
    assert phone.post("/statuses", {"text": "早"}, key=KEY).status_code == 201


def test_what_fails_on_the_way_leaves_nothing_and_can_be_sent_again(
    phone: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_given: Any, **_named: Any) -> None:
        raise OSError("no disk")

    phone.http.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr(posts.audit, "append", dies)
        broken = phone.post("/statuses", {"text": "早"}, key=KEY)
    assert (broken.status_code, problem(broken)) == (500, "fault")
    assert "disk" not in broken.content.decode()
    assert not Post.objects.exists()
    assert not KeptAnswer.objects.exists()
    assert phone.post("/statuses", {"text": "早"}, key=KEY).status_code == 201


def test_who_signs_in_twice_with_one_request_has_one_token(lin: User) -> None:
    body = {"login": "lin@example.org", "password": "pw-lin-2026", "device_name": "手机"}
    first, again = (Device().post("/tokens", body, key=KEY) for _twice in range(2))
    assert first.json()["token"] == again.json()["token"]
    assert lin.device_tokens.count() == 1


@pytest.mark.deny
@pytest.mark.security(51)
def test_what_is_kept_is_sealed_and_says_nothing_of_the_request(lin: User) -> None:
    body = {"login": "lin@example.org", "password": "pw-lin-2026", "device_name": "手机"}
    secret = Device().post("/tokens", body, key=KEY).json()["token"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM core_keptanswer")
        lying = str(
            [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()]
        )
    for word in (secret, "pw-lin-2026", "lin@example.org", "127.0.0.1"):
        assert word not in lying


def test_a_key_is_forgotten_after_a_day(phone: Device) -> None:
    phone.post("/statuses", {"text": "早"}, key=KEY)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert phone.post("/statuses", {"text": "晚"}, key=KEY).status_code == 201
    with time_machine.travel(timezone.now() + timedelta(hours=50), tick=False):
        assert once.sweep() == 1
    assert not KeptAnswer.objects.exists()


def test_it_goes_with_its_owner(phone: Device, lin: User) -> None:
    from foundation.accounts.domain.leaving import erase_account

    phone.post("/statuses", {"text": "早"}, key=KEY)
    erase_account(lin)
    assert not KeptAnswer.objects.exists()
