"""What people do of a day, on a telephone and at a desk (P4, P5, P6, P10)."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from daily.enums import RuleKind
from daily.models import OwnPlate, PlateRule
from tests.browser.looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.row("P4", "P5", "P6", "P10")]


@pytest.fixture
def rule(ground: None, transactional_db: None) -> PlateRule:
    """Every day some cars stay at home: odd ones or even ones."""
    return PlateRule.objects.create(
        name="单双号限行",
        area="五环路以内，不含五环路",
        kind=RuleKind.PARITY,
        valid_from=date(2026, 1, 1),
        hours_from=time(7),
        hours_until=time(20),
        letter_as=0,
        rests_on_weekends=False,
        rests_on_holidays=False,
        swapped="as_announced",
    )


def _sound(page: Any, mode: str = "ordinary") -> None:
    page.wait_for_load_state()
    found = list(faults(page, mode))
    assert not found, f"{page.url}\n" + "\n".join(found)


def test_one_press_on_the_strip_answers_for_a_plate(phone: Any, portal: Any, rule: PlateRule) -> None:
    """Typing one sign and one press, from the very strip that the front page shows."""
    phone.goto("/_ui/")
    phone.fill("#strip-tail", "3")
    phone.click(".today__ask button")
    expect(phone.locator(".said")).to_contain_text("3：今天")
    assert "tail=3" in phone.url
    today_is_odd = bool(timezone.localdate().day % 2)
    expect(phone.locator(".said h2")).to_contain_text("不限行" if today_is_odd else "今天限行")
    _sound(phone)


def test_a_whole_plate_is_answered_and_stands_in_no_address(
    desktop: Any, portal: Any, rule: PlateRule
) -> None:
    desktop.goto("/plates/")
    desktop.fill("[name=plate]", "京a·d12343")
    desktop.click("form[method=post] .ask button")
    expect(desktop.locator(".said")).to_contain_text("京A·D12343")
    expect(desktop.locator(".said")).to_contain_text("新能源")
    assert "12343" not in desktop.url


def test_the_day_the_month_and_back(phone: Any, portal: Any, rule: PlateRule) -> None:
    phone.goto("/today/")
    expect(phone.locator("h1")).to_contain_text(f"{timezone.localdate().day}日")
    _sound(phone)
    phone.click("text=后一天")
    phone.wait_for_url("**/today/20*/")
    phone.click("text=看整月")
    phone.wait_for_url("**/calendar/20*/")
    expect(phone.locator(".month-list > li")).not_to_have_count(0)
    expect(phone.locator(".month")).to_be_hidden()
    _sound(phone)
    phone.click("text=下个月")
    phone.wait_for_load_state()
    expect(phone.locator("h1")).to_contain_text("月")


def test_the_month_at_a_desk_is_a_table(desktop: Any, portal: Any) -> None:
    desktop.goto("/calendar/2026-10/")
    expect(desktop.locator(".month td.now, .month td").first).to_be_visible()
    expect(desktop.locator(".month-list")).to_be_hidden()
    expect(desktop.locator(".month .mark")).to_have_count(8)
    _sound(desktop)


def test_the_elderly_read_the_same_large(phone: Any, portal: Any, rule: PlateRule) -> None:
    phone.goto("/mode/elder/")
    phone.goto("/mode/elder/?next=/today/")
    for path in ("/today/", "/calendar/", "/plates/"):
        phone.context.add_cookies([{"name": "elder", "value": "1", "url": phone.url}])
        phone.goto(path)
        _sound(phone, "elder")


def test_a_resident_keeps_her_plate(
    phone: Any, portal: Any, rule: PlateRule, person: Callable, sign_in: Callable
) -> None:
    person("lin")
    sign_in(phone, "lin", after="/account/plates/")
    phone.goto("/account/plates/")
    phone.fill("[name=plate]", "京A12343")
    phone.click("form .btn:has-text('登记')")
    expect(phone.locator("main")).to_contain_text("京A·12343")
    assert OwnPlate.objects.get().plate == "京A12343"
    _sound(phone)
    phone.goto("/plates/")
    expect(phone.locator(".said").first).to_contain_text("京A·12343")


def test_staff_warn_and_everybody_sees_it(
    desktop: Any, phone: Any, portal: Any, person: Callable, sign_in: Callable
) -> None:
    person("clerk", roles=("staff",))
    sign_in(desktop, "clerk", after="/admin/daily/")
    desktop.goto("/admin/daily/")
    desktop.click("text=发布天气预警")
    desktop.wait_for_url("**/warn/")
    desktop.select_option("[name=place]", index=1)
    desktop.select_option("[name=danger]", "gale")
    desktop.select_option("[name=level]", "orange")
    desktop.fill("[name=text]", "今晚有大风，请收好窗台上的花盆。")
    now = timezone.localtime()
    desktop.fill("[name=starts_at]", f"{now:%Y-%m-%dT%H:%M}")
    desktop.fill("[name=ends_at]", f"{now + timedelta(hours=6):%Y-%m-%dT%H:%M}")
    desktop.click(".office-form button")
    expect(desktop.locator("main")).to_contain_text("大风橙色预警")
    phone.goto("/today/")
    expect(phone.locator(".warn")).to_contain_text("大风橙色预警")
    _sound(phone)
    desktop.click("text=解除")
    desktop.wait_for_load_state()
    phone.goto("/today/")
    expect(phone.locator(".warn")).to_have_count(0)
