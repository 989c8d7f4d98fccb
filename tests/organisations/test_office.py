"""The office's list of institutions, one of them, and what is decided there (H2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from foundation.accounts.models import User
from organisations.domain import closing
from organisations.models import RecordCheck, SuspensionRequest
from tests.access.cells import browser_of
from tests.organisations.conftest import CODES, fresh, item_of, join, suspend, version_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("H2")]
LIST = "/admin/institutions/"


def test_the_list_is_of_the_own_place_and_never_of_drafts(
    approved: Callable, drafted: Callable, person: Callable, office: dict, portal: Any
) -> None:
    approved()
    approved("桥那边的", by=person("bridge-head"), code=CODES[1], place="wutong")
    drafted("草稿", by=person("drafter"), code=CODES[2])
    text = browser_of(office["staff"]).get(LIST).content.decode()
    assert "阳光帮扶中心" in text
    assert "桥那边的" not in text
    assert "草稿" not in text
    assert "阳光帮扶中心" not in browser_of(office["elsewhere"]).get(LIST).content.decode()


def test_what_runs_out_soon_is_filtered(
    approved: Callable, person: Callable, office: dict, portal: Any
) -> None:
    approved()
    ending = approved("快到期的", by=person("one"), code=CODES[1])
    ending.qualifications.update(valid_until=timezone.localdate() + timedelta(days=20))
    unchecked = approved("查询快到期的", by=person("two"), code=CODES[2], children=True)
    RecordCheck.objects.filter(institution=unchecked).update(
        checked_on=timezone.localdate() - timedelta(days=350)
    )
    text = browser_of(office["staff"]).get(f"{LIST}?due=1").content.decode()
    assert "快到期的" in text
    assert "查询快到期的" in text
    assert "阳光帮扶中心" not in text
    assert "没有符合条件" in browser_of(office["staff"]).get(f"{LIST}?state=closed").content.decode()
    found = browser_of(office["staff"]).get(f"{LIST}?q={CODES[1].lower()}").content.decode()
    assert "快到期的" in found


def test_suspending_takes_proof_and_a_second_person(approved: Callable, office: dict, portal: Any) -> None:
    made = approved()
    address = f"{LIST}{made.slug}/"
    plain, first = browser_of(office["staff"]), browser_of(office["staff"], fresh=True)
    assert "reauthenticate" in plain.post(f"{address}suspend/", {"reason": "投诉"}).url
    assert first.post(f"{address}suspend/", {"reason": " "}).status_code == 422
    assert first.post(f"{address}suspend/", {"reason": "投诉"}).status_code == 302
    assert first.post(f"{address}suspend/", {"reason": "投诉"}).status_code == 422
    item = item_of(SuspensionRequest.objects.get())
    own = first.post(f"/admin/reviews/{item.public_id}/decide/", {"decision": "approve"})
    assert own.status_code == 422
    second, decide = browser_of(office["second"]), f"/admin/reviews/{item.public_id}/decide/"
    page = second.get(f"{item.get_absolute_url()}?kind=suspension").content.decode()
    assert "投诉" in page
    # Only to an address without a query does the way to confirm lead back with what was typed.
    assert f'action="{decide}"' in page
    way = second.post(decide, {"decision": "approve"})
    assert way.url.startswith("/account/reauthenticate/")
    made.refresh_from_db()
    assert made.state == "approved"
    second.post(way.url, {"password": "pw-second-2026", "next": decide})
    made.refresh_from_db()
    assert made.state == "suspended"
    assert first.post(f"{address}suspend/", {"reason": "再来"}).status_code == 409
    assert first.post(f"{address}reinstate/", {"reason": "已改正"}).status_code == 302
    made.refresh_from_db()
    assert made.state == "approved"


@pytest.mark.deny
def test_closing_names_what_still_runs(
    approved: Callable, office: dict, portal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = approved()
    monkeypatch.setattr(closing, "_blockers", [lambda institution: ["还有一份协议在履行。"]])
    client = browser_of(office["staff"], fresh=True)
    answer = client.post(f"{LIST}{made.slug}/close/", {"reason": "停办"})
    assert answer.status_code == 422
    assert "还有一份协议" in answer.content.decode()
    monkeypatch.setattr(closing, "_blockers", [])
    assert client.post(f"{LIST}{made.slug}/close/", {"reason": "停办"}).status_code == 302
    assert "已经注销" in browser_of(None).get(made.get_absolute_url()).content.decode()


@pytest.mark.deny
def test_a_member_of_it_sees_that_others_decide(
    approved: Callable, office: dict, portal: Any, head: User
) -> None:
    made = approved()
    join(made, office["staff"])
    client = browser_of(fresh(office["staff"]), fresh=True)
    text = client.get(f"{LIST}{made.slug}/").content.decode()
    assert "请由其他同事处理" in text
    assert "提出暂停" not in text
    for act in ("suspend", "reinstate", "close"):
        assert client.post(f"{LIST}{made.slug}/{act}/", {"reason": "x"}).status_code in (302, 403)
    made.refresh_from_db()
    assert made.state == "approved"


def test_the_review_shows_everything_that_was_laid_before_it(
    submitted: Callable, office: dict, portal: Any
) -> None:
    made = submitted(children=True)
    text = browser_of(office["staff"]).get(item_of(made).get_absolute_url()).content.decode()
    for words in (CODES[0], "助餐陪伴", "民办非企业单位登记证书", "需要两位工作人员", "从业查询", "不予通过"):
        assert words in text


def test_an_institution_is_rejected_from_the_inbox(submitted: Callable, office: dict, portal: Any) -> None:
    made = submitted()
    address = f"/admin/reviews/{item_of(made).public_id}/decide/"
    client = browser_of(office["staff"])
    assert client.post(address, {"decision": "refuse", "outcome": "reject"}).status_code == 422
    client.post(
        address, {"decision": "refuse", "outcome": "reject", "reason": "冒用证照", "seen": version_of(made)}
    )
    made.refresh_from_db()
    assert made.state == "rejected"


def test_the_history_says_what_when_and_who(
    approved: Callable, office: dict, head: User, portal: Any
) -> None:
    made = approved()
    suspend(made, office["staff"], office["second"])
    text = browser_of(fresh(head)).get("/desk/history/").content.decode()
    assert "通过机构入驻申请" in text
    assert "暂停机构" in text
    assert office["second"].display_name in text, "every step has its name (H8)"
