"""Whatever goes wrong is said as a problem: one shape, in the reader's language, with the fields that are wrong (U5)."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from foundation.accounts.models import User
from tests.api.device import Device, device_of, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("U5"), pytest.mark.deny]


@pytest.fixture
def lin(portal: Any, person: Callable) -> User:
    return person("lin")


@pytest.fixture
def phone(lin: User) -> Device:
    return device_of(lin)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/nothing", "/nothing/", "/../admin", "/statuses/", "//statuses"])
def test_an_address_that_is_none(portal: Any, method: str, path: str) -> None:
    answer = Device().call(method, path)
    assert (answer.status_code, problem(answer)) == (404, "not_found")


def test_nothing_beside_the_version_answers(portal: Any) -> None:
    for path in ("/api/", "/api/v2/site", "/api/v1", "/api/v1/", "/api/v1/docs"):
        assert problem(Client().get(path)) == "not_found", path


def test_a_method_that_an_address_does_not_know(phone: Device) -> None:
    answer = phone.put("/site", {})
    assert (answer.status_code, problem(answer), answer.headers["Allow"]) == (405, "method", "GET")
    assert problem(phone.call("TRACE", "/site")) == "method"
    assert phone.http.put("/feed/").status_code == 405, "pages answer no more methods than before"


@pytest.mark.parametrize(
    "body", [b"{", b"[1", b'{"text": NaN}', b"\xff\xfe", b'{"text": "a\\u0000b"}', b'{"text": "\\ud800"}']
)
def test_a_body_that_can_not_be_read(phone: Device, body: bytes) -> None:
    answer = phone.post("/statuses", body)
    assert (answer.status_code, problem(answer)) == (400, "bad_request")


def test_a_body_that_is_nested_without_end(phone: Device) -> None:
    assert problem(phone.post("/statuses", b"[" * 100_000)) == "bad_request"


def test_signs_that_no_text_holds_in_an_address(phone: Device) -> None:
    for path in ("/people/a%00b", "/news?q=%00", "/topics/%00/statuses"):
        assert phone.get(path).status_code in (400, 404, 422)
        problem(phone.get(path))


def test_a_body_that_is_too_large(phone: Device) -> None:
    answer = phone.post("/statuses", {"text": "x" * (2 * 1024 * 1024)})
    assert (answer.status_code, problem(answer)) == (413, "too_large")


def test_every_wrong_field_is_named_in_words(phone: Device) -> None:
    answer = phone.post(
        "/statuses", {"text": "x" * 501, "level": "everybody", "pictures": [{"alt": ""}], "author": "zhou"}
    )
    assert answer.status_code == 422
    found = {fault["field"]: (fault["code"], fault["message"]) for fault in answer.json()["errors"]}
    assert found == {
        "text": ("string_too_long", "最多 500 个字，请删短一些。"),
        "level": ("literal_error", "请从列出的选项中选择。"),
        "pictures.0.upload": ("missing", "请填写这一项。"),
        "author": ("extra_forbidden", "没有这一项。"),
    }
    query = Device().get("/news?limit=500&q=" + "x" * 99)
    assert {fault["field"] for fault in query.json()["errors"]} == {"limit", "q"}


def test_what_the_domain_refuses_is_said_in_its_words(phone: Device, lin: User) -> None:
    answer = phone.post("/statuses", {"text": "  "})
    assert answer.json()["errors"] == [
        {"field": "", "code": "empty", "message": "写点什么，或者选一张照片。"}
    ]
    assert problem(phone.put("/people/lin/follow")) == "invalid"


def test_too_often(phone: Device, settings: Any) -> None:
    settings.RATES = {**settings.RATES, "post": "2/h"}
    cache.clear()
    answers = [phone.post("/statuses", {"text": f"{number}"}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert "请过一会儿" in answers[-1].json()["detail"]
    assert 0 < int(answers[-1]["Retry-After"]) <= 3600


def test_it_speaks_the_language_that_was_asked_for(phone: Device) -> None:
    for asked, given in (("en-GB,en;q=0.9", "en"), ("zh-CN", "zh-hans"), ("fr", "zh-hans"), ("", "zh-hans")):
        answer = phone.get("/people/nobody", Accept_Language=asked)
        assert answer.headers["Content-Language"] == given
        assert ("没有找到" in answer.json()["title"]) is (given == "zh-hans")
        assert "Accept-Language" in answer.headers["Vary"]
    assert Device().get("/nothing", Accept_Language="en").json()["title"].isascii()
    assert Device().put("/site", Accept_Language="en").json()["title"].isascii()


def test_a_fault_of_the_site_says_nothing_of_itself(
    phone: Device, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    from foundation.social.domain import drafts

    def breaks(*_given: Any) -> str:
        raise RuntimeError("secret of the house")

    # An operation reads the function from its module.
    monkeypatch.setattr(drafts, "draft_of", breaks)
    phone.http.raise_request_exception = False
    with caplog.at_level(logging.ERROR, "django.request"):
        answer = phone.get("/drafts/status:new")
    assert (answer.status_code, problem(answer)) == (500, "fault")
    assert "secret" not in answer.content.decode()
    assert "secret of the house" in caplog.text


def test_what_is_typed_into_a_refused_request_stands_in_no_log(phone: Device, caplog: Any) -> None:
    with caplog.at_level(logging.INFO):
        phone.post("/statuses", {"text": "我的秘密", "level": "nobody"})
        Device().post("/tokens", {"login": "lin@example.org", "password": "geheim-77", "device_name": "x"})
    for word in ("我的秘密", "lin@example.org", "geheim-77", phone.token):
        assert word not in caplog.text


def test_every_problem_is_whole_json(phone: Device) -> None:
    said = json.loads(phone.get("/people/nobody").content)
    assert set(said) == {"type", "title", "status", "detail"}
