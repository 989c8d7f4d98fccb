"""The six steps of an agreement (paper, section 5.4): the officer at a desk, the institution on a telephone (H5, H6, H8)."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from helpagreements.models import Agreement
from tests.browser.looks import faults
from tests.helpagreements.conftest import Deal, today
from tests.signing.conftest import PIN

pytestmark = [pytest.mark.browser, pytest.mark.row("H5", "H6", "H8"), pytest.mark.usefixtures("clauses")]


def _sound(page: Any, mode: str = "ordinary") -> None:
    """Nothing for axe to find, nothing sideways, nothing too small."""
    page.wait_for_load_state()
    found = list(faults(page, mode))
    assert not found, f"{page.url}\n" + "\n".join(found)


def _confirm(page: Any, name: str) -> None:
    """Prove again who one is, where the page asks for it."""
    if "reauthenticate" in page.url:
        page.fill("[name=password]", f"pw-{name}-2026")
        page.click("main form button")
        page.wait_for_load_state()


@pytest.fixture
def institution(deal: Deal) -> Any:
    from organisations.models import Institution

    return Institution.objects.create(
        organisation=deal.institution,
        state="approved",
        slug="sunshine",
        applicant=deal.head,
        claimed_code=deal.institution.code,
        verified_on=today(),
    )


def test_the_six_steps(
    phone: Any,
    desktop: Any,
    ground: None,
    portal: Any,
    clauses: None,
    deal: Deal,
    institution: Any,
    sign_in: Callable,
    axe: Callable,
    drain: Callable,
    transactional_db: None,
) -> None:
    # 1. The community drafts.
    sign_in(desktop, "clerk", after="/admin/agreements/")
    axe(desktop)
    desktop.get_by_role("link", name="起草协议").click()
    desktop.get_by_label("协议类型").select_option("care")
    desktop.get_by_label("名称").fill("助老上门服务协议")
    desktop.get_by_label("帮扶机构").select_option(label="阳光帮扶中心")
    desktop.get_by_label("社区", exact=True).select_option(label="银杏里社区")
    desktop.get_by_label("生效日").fill(str(today()))
    desktop.get_by_label("截止日").fill(str(today(365)))
    axe(desktop)
    desktop.get_by_role("button", name="下一步：条款").click()
    expect(desktop.get_by_role("heading", name="条款")).to_be_visible()
    axe(desktop)
    desktop.get_by_role("button", name="保存草稿").click()
    _sound(desktop)
    # 2. It is pushed: two clicks.
    desktop.get_by_role("link", name="推送给机构").click()
    _confirm(desktop, "clerk")
    _sound(desktop)
    desktop.get_by_role("button", name="盖章并推送").click()
    expect(desktop.get_by_text("已推送")).to_be_visible()
    agreement = Agreement.objects.get()
    assert agreement.state == "pushed"
    # 3. The institution finds it on its desk, reads every page,
    sign_in(phone, "head", after="/desk/")
    phone.get_by_role("link", name="签署协议：助老上门服务协议").click()
    _sound(phone)
    phone.get_by_role("link", name="逐页阅读").click()
    _sound(phone)
    while phone.get_by_role("link", name="下一页").count():
        phone.get_by_role("link", name="下一页").click()
        phone.wait_for_load_state()
    phone.get_by_role("link", name="看完了，去签署").click()
    _confirm(phone, "head")
    # 4. and signs: the consent, the PIN, one press.
    _sound(phone)
    phone.get_by_label("我同意以电子签名方式签署", exact=False).check()
    phone.get_by_label("签名密码").fill(PIN)
    phone.get_by_role("button", name="确认签署").click()
    expect(phone.get_by_text("签好了")).to_be_visible()
    _sound(phone)
    agreement.refresh_from_db()
    # 5. The time is recorded, both see 已签约, anybody checks the paper by its address.
    assert agreement.signed_at is not None
    desktop.goto(agreement.get_absolute_url())
    expect(desktop.get_by_text("已签约").first).to_be_visible()
    document = agreement.current.document
    phone.goto(document.verify_url)
    expect(phone.get_by_text("阳光帮扶中心").first).to_be_visible()
    _sound(phone)
    # 6. What follows is on record.
    from helpagreements.domain.signing import follow_the_calendar

    follow_the_calendar()
    phone.goto(agreement.get_absolute_url())
    phone.get_by_role("link", name="记一次").click()
    phone.get_by_label("做了什么").fill("陪老人去医院复查")
    phone.get_by_label("时长（分钟）").fill("120")
    _sound(phone)
    phone.get_by_role("button", name="记下").click()
    expect(phone.get_by_text("陪老人去医院复查")).to_be_visible()
    desktop.goto(f"{agreement.get_absolute_url()}dossier/")
    expect(desktop.get_by_text("存证第").first).to_be_visible()
    _sound(desktop)


@pytest.mark.deny
def test_a_wrong_pin_is_said_in_words_and_the_page_keeps_its_place(
    phone: Any,
    ground: None,
    portal: Any,
    clauses: None,
    deal: Deal,
    sign_in: Callable,
    transactional_db: None,
) -> None:
    agreement = deal.pushed()
    deal.read(agreement)
    sign_in(phone, "head", after=f"{agreement.get_absolute_url()}do/sign/")
    _confirm(phone, "head")
    phone.get_by_label("我同意以电子签名方式签署", exact=False).check()
    phone.get_by_label("签名密码").fill("135790")
    phone.get_by_role("button", name="确认签署").click()
    expect(phone.get_by_text("还可以试 4 次").first).to_be_visible()
    _sound(phone)
    phone.set_viewport_size({"width": 320, "height": 700})
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("mode", ["ordinary", "elder"])
def test_what_everybody_sees_of_agreements(
    phone: Any, ground: None, portal: Any, clauses: None, deal: Deal, transactional_db: None, mode: str
) -> None:
    agreement = deal.active()
    if mode == "elder":
        phone.goto("/mode/elder/")
    for address in ("/help/agreements/", agreement.get_absolute_url(), "/help/steps/"):
        phone.goto(address)
        _sound(phone, mode)
