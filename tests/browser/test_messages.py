"""Messages in two real browsers at once (S10)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from chat.domain import groups, sending
from chat.models import Message
from foundation.core import contact
from foundation.core.files import pictures
from foundation.social.domain.follows import follow
from tests.browser.looks import faults
from tests.browser.test_pages import _enter
from tests.conftest import PHONE, _page

pytestmark = [pytest.mark.row("S10"), pytest.mark.django_db(transaction=True)]


class Everybody:
    """All know each other."""

    def may_reach(self, person: Any, by: Any) -> bool:
        return True

    def knows(self, person: Any, by: Any) -> bool:
        return not by.username.startswith("stranger")


@pytest.fixture
def neighbours(person: Callable, portal: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(contact, "_relations", [Everybody()])
    lin, zhou = person("lin", display="林秋雨"), person("zhou", display="阿依古丽·买买提江·吐尔逊")
    follow(lin, by=zhou)
    follow(zhou, by=lin)
    return {"lin": lin, "zhou": zhou}


@pytest.fixture
def other(chromium: Any, live_server: Any, transactional_db: None) -> Iterator[Any]:
    """A second person's telephone."""
    yield from _page(chromium, live_server, PHONE, has_touch=True, is_mobile=True)


def _open(page: Any, name: str, url: str) -> None:
    page.goto("/healthz")
    _enter(page, name)
    page.goto(url)


def _no_sideways(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_what_one_writes_appears_with_the_other_without_reloading(
    desktop: Any, other: Any, neighbours: dict, axe: Callable
) -> None:
    made = sending.write_to(neighbours["zhou"], by=neighbours["lin"], text="晚上一起散步吗？")
    _open(desktop, "lin", made.conversation.url)
    _open(other, "zhou", made.conversation.url)
    expect(other.get_by_text("晚上一起散步吗？").last).to_be_visible()
    expect(desktop.get_by_text("对方已读")).to_be_visible()
    other.get_by_label("写消息").fill("好呀，七点在银杏树下")
    other.get_by_role("button", name="发送").click()
    expect(other.get_by_label("写消息")).to_have_value("")
    expect(desktop.locator(".chat__log").get_by_text("好呀，七点在银杏树下")).to_be_visible()
    field = desktop.get_by_label("写消息")
    field.fill("不见不散")
    field.press("Shift+Enter")
    field.type("带上水")
    field.press("Enter")
    expect(other.locator(".chat__log").get_by_text("带上水")).to_be_visible()
    assert Message.objects.latest("pk").text == "不见不散\n带上水"
    line = desktop.locator(".chat__line--mine").last
    line.locator("summary").click()
    axe(desktop)
    line.get_by_role("button", name="撤回").click()
    expect(desktop.get_by_text("您撤回了一条消息")).to_be_visible()
    expect(other.get_by_text("对方撤回了一条消息")).to_be_visible()
    axe(other)
    for page in (desktop, other):
        _no_sideways(page)


def test_a_refusal_is_one_sentence_and_the_words_stay(desktop: Any, neighbours: dict, settings: Any) -> None:
    made = sending.write_to(neighbours["zhou"], by=neighbours["lin"], text="一")
    settings.RATES = settings.RATES | {"message": "0/h"}
    _open(desktop, "lin", made.conversation.url)
    field = desktop.get_by_label("写消息")
    field.fill("再说一句")
    desktop.get_by_role("button", name="发送").click()
    expect(desktop.get_by_role("alert")).to_contain_text("发得太快了")
    expect(field).to_have_value("再说一句")


def test_pictures_are_sent_and_seen(phone: Any, neighbours: dict, picture: Callable, tmp_path: Any) -> None:
    made = sending.write_to(neighbours["zhou"], by=neighbours["lin"], text="一")
    shot = tmp_path / "ginkgo.jpg"
    shot.write_bytes(picture().read())
    _open(phone, "zhou", made.conversation.url)
    phone.locator("[name=pictures]").set_input_files(str(shot))
    phone.get_by_label("这张照片上有什么").fill("一树银杏")
    phone.get_by_role("button", name="发送").click()
    expect(phone.get_by_text("照片处理中")).to_be_visible()
    message = Message.objects.latest("pk")
    pictures.make("", {"id": message.attachments.get().file_id})
    phone.reload()
    expect(phone.get_by_alt_text("一树银杏")).to_be_visible()
    _no_sideways(phone)


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_a_stranger_is_accepted_and_a_group_begun(
    screen: str, request: Any, neighbours: dict, person: Callable, axe: Callable
) -> None:
    page = request.getfixturevalue(screen)
    sending.write_to(neighbours["lin"], by=person("stranger", display="新搬来的小陆"), text="您好，请多关照")
    _open(page, "lin", "/messages/")
    expect(page.get_by_role("heading", name="还没有消息")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="请求").click()
    page.get_by_role("link", name="新搬来的小陆").click()
    axe(page)
    page.get_by_role("button", name="接受").click()
    page.get_by_label("写消息").fill("欢迎！")
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".chat__log").get_by_text("欢迎！")).to_be_visible()
    page.goto("/messages/groups/new/")
    axe(page)
    page.get_by_label("群名").fill("三号楼太极队")
    page.get_by_label("阿依古丽·买买提江·吐尔逊").check()
    page.get_by_role("button", name="建群").click()
    expect(page.get_by_role("heading", name="三号楼太极队")).to_be_visible()
    _no_sideways(page)


def test_older_messages_come_when_one_scrolls_up(phone: Any, neighbours: dict) -> None:
    made = sending.write_to(neighbours["zhou"], by=neighbours["lin"], text="第 0 句")
    for number in range(1, 70):
        sending.send(made.conversation, by=neighbours["lin"], text=f"第 {number} 句")
    _open(phone, "zhou", made.conversation.url)
    expect(phone.get_by_text("第 69 句", exact=True).last).to_be_in_viewport()
    expect(phone.locator(".chat__line")).to_have_count(30)
    phone.evaluate("scrollTo(0, 200)")
    expect(phone.locator(".chat__line")).to_have_count(60)
    assert phone.locator(".chat__day").count() == 1


@pytest.mark.row("U2", "U3")
@pytest.mark.parametrize("mode", ["ordinary", "elder"])
def test_every_page_of_messages_stands_up_to_everything(
    desktop: Any, neighbours: dict, person: Callable, mode: str
) -> None:
    lin, zhou = neighbours["lin"], neighbours["zhou"]
    made = sending.write_to(zhou, by=lin, text="晚上一起散步吗？" * 8)
    sending.send(
        made.conversation, by=zhou, text="https://example.org/a-very-long-address-that-has-no-place-to-break"
    )
    group = groups.start_group("三号楼清晨太极与广场舞互助小队", [zhou, person("stranger")], by=lin)
    sending.send(group, by=zhou, text="明早七点")
    asked = sending.write_to(lin, by=person("stranger-two", display="新搬来的小陆"), text="您好")
    desktop.goto("/healthz")
    _enter(desktop, "lin")
    desktop.context.add_cookies(
        [
            {
                "name": "elder",
                "value": "1" if mode == "elder" else "0",
                "url": desktop.evaluate("location.origin"),
            }
        ]
    )
    found = []
    for path in (
        "/messages/",
        "/messages/?show=requests",
        "/messages/?show=archived",
        "/messages/new/",
        "/messages/new/?to=stranger",
        "/messages/groups/new/",
        "/messages/settings/",
        made.conversation.url,
        group.url,
        f"{group.url}people/",
        asked.conversation.url,
    ):
        desktop.goto(path)
        found += [f"{path} {what}" for what in faults(desktop, mode)]
    assert not found, "\n".join(found)
