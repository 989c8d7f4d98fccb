"""An institution applies on a telephone, is reviewed at a desk, has its page, and is suspended by two (H2)."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from organisations.models import Institution, SuspensionRequest
from tests.browser.looks import faults
from tests.organisations.conftest import item_of

pytestmark = [pytest.mark.browser, pytest.mark.row("H2")]


def _sound(page: Any, mode: str = "ordinary") -> None:
    """Nothing for axe to find, by day and by night, at two sizes; nothing sideways, nothing too small."""
    page.wait_for_load_state()
    found = list(faults(page, mode))
    assert not found, f"{page.url}\n" + "\n".join(found)


def _apply(phone: Any, picture: Callable) -> None:
    phone.get_by_label("机构全称").fill("阳光帮扶中心")
    phone.get_by_label("由哪个社区审核").select_option(label="银杏里社区")
    phone.get_by_role("button", name="开始填写").click()
    expect(phone.get_by_role("heading", name="还要填什么")).to_be_visible()
    _sound(phone)
    phone.get_by_role("link", name="简介和帮扶对象").click()
    phone.get_by_label("简介").fill("陪伴老人，辅导孩子。")
    phone.get_by_label("老年人").check()
    phone.get_by_label("联系电话").fill("0571-55550110")
    phone.get_by_label("网址名").fill("sunshine")
    phone.get_by_role("button", name="保存").click()
    _sound(phone)
    # The form stands open while there is no service yet.
    phone.get_by_label("服务名称").fill("助餐陪伴")
    phone.get_by_label("事项").select_option("care")
    phone.get_by_role("button", name="添加", exact=True).click()
    expect(phone.get_by_text("已添加")).to_be_visible()
    phone.goto("/desk/papers/")
    phone.get_by_label("类型").select_option("licence")
    phone.get_by_label("证照名称").fill("民办非企业单位登记证书")
    upload = picture("licence.jpg", size=(640, 480))
    phone.get_by_label("证照照片").set_input_files(
        {"name": "licence.jpg", "mimeType": "image/jpeg", "buffer": upload.read()}
    )
    _sound(phone)
    phone.get_by_role("button", name="上传", exact=True).click()
    expect(phone.get_by_text("照片处理中")).to_be_visible()
    phone.goto("/desk/members/")
    _sound(phone)
    phone.goto("/help/institutions/apply/sunshine/")
    phone.get_by_label("统一社会信用代码").fill("52110105500012345H")
    phone.get_by_role("button", name="保存").click()
    expect(phone.get_by_text("代码不对").first).to_be_visible()
    expect(phone.get_by_label("统一社会信用代码")).to_have_value("52110105500012345H")
    phone.get_by_label("统一社会信用代码").fill("52110105500012345G")
    phone.get_by_role("button", name="保存").click()
    phone.get_by_role("button", name="提交审核").click()
    expect(phone.get_by_text("社区正在核验")).to_be_visible()
    _sound(phone)


def test_from_the_telephone_to_the_desk_and_back(
    phone: Any,
    desktop: Any,
    community: dict,
    person: Callable,
    sign_in: Callable,
    picture: Callable,
    drain: Callable,
    axe: Callable,
) -> None:
    person("second", display="老郑", roles=("staff",))
    sign_in(phone, "zhou", after="/help/institutions/apply/")
    _sound(phone)
    _apply(phone, picture)
    drain()

    made = Institution.objects.get()
    sign_in(desktop, "staff", after="/admin/")
    desktop.goto(item_of(made).get_absolute_url())
    expect(desktop.get_by_text("52110105500012345G")).to_be_visible()
    axe(desktop)
    desktop.get_by_role("button", name="通过", exact=False).first.click()
    expect(desktop.get_by_text("已处理").first).to_be_visible()
    drain()

    for mode in ("elder", "ordinary"):
        phone.goto(f"/mode/{mode}/?next=/healthz")
        for address in (
            "/help/institutions/sunshine/",
            "/desk/",
            "/desk/page/",
            "/desk/papers/",
            "/desk/history/",
        ):
            phone.goto(address)
            _sound(phone, mode)
    phone.goto("/help/institutions/sunshine/")
    expect(phone.get_by_text("资料核验于")).to_be_visible()

    desktop.goto("/admin/institutions/")
    axe(desktop)
    desktop.get_by_role("link", name="阳光帮扶中心").click()
    axe(desktop)
    desktop.get_by_label("理由").fill("有人投诉")
    desktop.get_by_role("button", name="提出暂停").click()
    expect(desktop.get_by_text("等另一位同事").first).to_be_visible()
    desktop.context.clear_cookies()
    sign_in(desktop, "second", after="/admin/")
    desktop.goto(item_of(SuspensionRequest.objects.get()).get_absolute_url())
    axe(desktop)
    desktop.get_by_role("button", name="确认暂停").click()
    expect(desktop.get_by_text("已处理").first).to_be_visible()

    phone.goto("/help/institutions/sunshine/")
    expect(phone.get_by_text("服务已暂停")).to_be_visible()
    _sound(phone)
    phone.goto("/desk/page/")
    expect(phone.get_by_text("现在不能修改主页")).to_be_visible()
    _sound(phone)
    phone.get_by_text("换身份").click()
    phone.get_by_role("button", name="我自己").click()
    phone.goto("/help/institutions/")
    expect(phone.get_by_text("还没有机构入驻")).to_be_visible()
    _sound(phone)
