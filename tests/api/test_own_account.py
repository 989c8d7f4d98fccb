"""Joining, the real name, the telephone, the own data and leaving, by the API as by the pages (A1, A2, A3, A7, U5)."""

import json
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from foundation.accounts.models import User
from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem
from identity.models import Claim, DataExport
from tests.api.device import Device, device_of, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("U5", "A1", "A2")]
ITEMS = {
    "name": "林秋雨",
    "gender": "female",
    "birthday": "1958-06-07",
    "document": "id_card",
    "number": "110102195806071243",
    "phone": "13900001234",
    "community": "ginkgo",
    "consent": True,
}
JOINING = ITEMS | {"email": "qiuyu@example.org", "password": "ginkgo-leaves-1986", "display_name": "秋雨"}


def fields(answer: Any) -> dict[str, str]:
    assert problem(answer) == "invalid"
    return {fault["field"]: fault["message"] for fault in answer.json()["errors"]}


@pytest.mark.deny
@pytest.mark.security(38)
def test_nobody_learns_from_joining_who_is_here(portal: Any, person: Callable, drain: Callable) -> None:
    lin = person("lin")
    fresh = Device().post("/accounts", JOINING)
    known = Device().post("/accounts", JOINING | {"email": lin.email})
    assert (fresh.status_code, fresh.content) == (known.status_code, known.content) == (202, b"")
    assert not fresh.cookies
    assert not known.cookies
    drain()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["lin@example.org", "qiuyu@example.org"]
    assert User.objects.filter(email=lin.email).get() == lin


@pytest.mark.deny
def test_what_is_wrong_with_the_six_items_is_named_in_the_words_of_the_page(
    portal: Any, places: dict
) -> None:
    wrong = JOINING | {"number": "110102195806071244", "phone": "123", "consent": False, "community": "none"}
    found = fields(Device().post("/accounts", wrong))
    assert found["number"] == "号码的校验位不对，多半是某一位打错了，请照证件逐位核对。"
    assert found["phone"].startswith("请填写 11 位手机号码")
    assert found["consent"] == "核对身份需要您的同意。"
    assert set(found) == {"number", "phone", "consent", "community"}
    assert set(fields(Device().post("/accounts", JOINING | {"password": "12345678"}))) == {"password"}
    assert "number" in fields(Device().post("/accounts", JOINING | {"gender": "male"}))
    young = fields(Device().post("/accounts", JOINING | {"birthday": "2020-01-01"}))
    assert "未满 14 岁" in young["birthday"]
    assert not User.objects.filter(email=JOINING["email"]).exists()


@pytest.mark.deny
@pytest.mark.row("A3")
def test_a_letter_s_key_activates_once(portal: Any, places: dict, drain: Callable) -> None:
    Device().post("/accounts", JOINING)
    drain()
    key = re.search(r"/account/confirm-email/([^/\s]+)/", mail.outbox[0].body)
    assert key
    assert problem(Device().post("/accounts/activate", {"key": key[1][:-1] + "x"})) == "not_found"
    assert Device().post("/accounts/activate", {"key": key[1]}).status_code == 204
    assert problem(Device().post("/accounts/activate", {"key": key[1]})) == "not_found"
    assert Claim.objects.get().state == "waiting"


def test_a_claim_is_filed_read_taken_back_and_filed_again(portal: Any, person: Callable) -> None:
    new, staff = person("new", verified=False), person("staff", roles=("staff",))
    phone = device_of(new)
    before = phone.get("/me/verification").json()
    assert (before["verified"], before["state"], before["can_claim"]) == (False, "", True)
    assert phone.post("/me/verification", ITEMS).json()["state"] == "waiting"
    assert problem(phone.post("/me/verification", ITEMS)) == "conflict"
    assert phone.delete("/me/verification").json()["can_claim"] is True
    phone.post("/me/verification", ITEMS)
    inbox.decide(ReviewItem.objects.get(state="waiting"), approved=False, reason="请带证件来", by=staff)
    refused = phone.get("/me/verification").json()
    assert (refused["state"], refused["reason"], refused["can_claim"]) == ("refused", "请带证件来", True)
    assert ITEMS["number"] not in phone.get("/me/verification").content.decode()


def test_a_draft_that_was_left_is_sent(portal: Any, person: Callable, places: dict) -> None:
    from identity.domain import claims
    from tests.access.town import claim_of

    new = person("new", verified=False)
    claims.abandon_claim(claim_of(new, places["ginkgo"]), by=new)
    items = claims.SixItems(**{**_six(), "email": new.email})
    claims.start_claim(by=new, items=items, verdict=claims.Verdict.OK, place=places["ginkgo"])
    assert device_of(new).post("/me/verification/submit").json()["state"] == "waiting"


def _six() -> dict[str, Any]:
    from datetime import date

    kept = {name: ITEMS[name] for name in ("name", "gender", "document", "number", "phone")}
    return {**kept, "birthday": date(1958, 6, 7)}


@pytest.mark.row("A1")
def test_a_telephone_is_bound_by_a_code_and_signs_in(
    portal: Any, person: Callable, drain: Callable, settings: Any
) -> None:
    person("lin")
    body = {"login": "lin@example.org", "password": "pw-lin-2026", "device_name": "手机"}
    phone = Device(Device().post("/tokens", body).json()["token"])
    assert phone.post("/me/phone", {"phone": "139 0000 1234"}).status_code == 202
    drain()
    (message,) = [
        json.loads(path.read_text(encoding="utf-8")) for path in Path(settings.SMS_FOLDER).glob("*.json")
    ]
    code = re.search(r"验证码 (\S+)，", message["text"])
    assert code
    assert set(fields(phone.post("/me/phone/verify", {"code": "nope"}))) == {"code"}
    assert phone.post("/me/phone/verify", {"code": code[1]}).status_code == 204
    assert phone.get("/me").json()["mobile"] == "+8613900001234"
    assert "code" in fields(phone.post("/me/phone/verify", {"code": code[1]})), "good for one time"
    assert problem(phone.post("/me/phone", {"phone": "12"})) == "too_often", (
        "counted as on the page, right or wrong"
    )
    assert Device().post("/tokens", body | {"login": "13900001234"}).status_code == 201


@pytest.mark.deny
def test_a_device_that_may_not_know_the_account_is_told_neither_mail_nor_telephone(
    portal: Any, person: Callable
) -> None:
    me = device_of(person("lin"), "read", "write").get("/me").json()
    assert (me["name"], me["email"], me["mobile"]) == ("lin", None, None)


@pytest.mark.row("A7")
def test_the_own_data_are_asked_for_packed_and_fetched(
    portal: Any, person: Callable, drain: Callable
) -> None:
    lin = person("lin")
    phone = device_of(lin)
    assert phone.get("/me/data").json() == []
    assert problem(phone.post("/me/data")) == "confirm"
    phone.post("/confirmations", {"password": "pw-lin-2026"})
    asked = phone.post("/me/data").json()
    assert (asked["state"], asked["can_be_fetched"]) == ("waiting", False)
    assert problem(phone.post("/me/data")) == "conflict"
    drain()
    (ready,) = phone.get("/me/data").json()
    assert (ready["state"], ready["percent"]) == ("ready", 100)
    path = f"/me/data/{ready['id']}/archive"
    answer = phone.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        assert "测试手机" in archive.read("device_token.json").decode()
    stranger = device_of(person("mallory"))
    stranger.post("/confirmations", {"password": "pw-mallory-2026"})
    assert problem(stranger.get(path)) == "not_found"
    assert problem(device_of(lin).get(path)) == "confirm", "another device has not confirmed"
    assert problem(stranger.delete(f"/me/data/{ready['id']}")) == "not_found"
    assert phone.delete(f"/me/data/{ready['id']}").status_code == 204
    assert DataExport.objects.get().state == "cancelled"


@pytest.mark.deny
@pytest.mark.row("A7")
def test_who_can_not_leave_is_told_why(portal: Any, person: Callable) -> None:
    boss = person("boss", roles=("administrator",))
    phone = device_of(boss)
    phone.post("/confirmations", {"password": "pw-boss-2026"})
    (reason,) = phone.get("/me/leaving").json()["blockers"]
    refused = phone.post("/me/leaving", {"words": "delete"})
    assert reason in refused.json()["detail"]
    assert phone.get("/me/leaving").json()["leaves_at"] is None


def test_who_runs_this_is_said_to_everybody(portal: Any, article: Callable) -> None:
    from wagtail.models import Site

    from foundation.core.models import SiteSettings

    site = SiteSettings.for_site(Site.objects.get())
    site.community_name, site.hotline = "银杏里社区", "010-12345678"
    site.save()
    numbers = [{"name": "物业", "number": "010-1111", "hours": "全天"}]
    portal.home.body = [("phones", {"title": "常用电话", "phones": numbers})]
    portal.home.save_revision().publish()
    said = Device().get("/site").json()
    assert (said["name"], said["hotline"], said["phones"]) == ("银杏里社区", "010-12345678", numbers)
