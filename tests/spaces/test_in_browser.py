"""A diary entry and an album from the telephone, and what a neighbour does with them (S3–S8)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from foundation.core.files import pictures
from foundation.core.models import StoredFile
from foundation.social.models import Album
from spaces.models import DiaryEntry
from tests.browser.looks import faults

pytestmark = pytest.mark.browser


def _sound(page: Any) -> None:
    """Nothing for axe to find, by day and by night, at two sizes; nothing sideways, nothing too small."""
    page.wait_for_load_state()
    found = list(faults(page, "ordinary"))
    assert not found, f"{page.url}\n" + "\n".join(found)


@pytest.fixture
def shots(picture: Callable, tmp_path: Path) -> list[Path]:
    """Three photos on the telephone."""
    made = []
    for number in range(3):
        path = tmp_path / f"shot-{number}.jpg"
        path.write_bytes(picture(size=(320, 240)).read())
        made.append(path)
    return made


def _cut() -> None:
    for stored in StoredFile.objects.filter(state=StoredFile.State.NEW):
        pictures.make("", {"id": stored.pk})


@pytest.mark.row("S3")
def test_a_diary_entry_with_bold_a_list_and_a_picture(
    phone: Any, person: Callable, portal: Any, sign_in: Callable, shots: list[Path]
) -> None:
    person("lin", display="林秋雨")
    sign_in(phone, "lin", after="/diary/new/")
    phone.get_by_label("标题").fill("看银杏")
    editor = phone.locator("trix-editor")
    expect(editor).to_be_visible()
    _sound(phone)
    editor.click()
    phone.keyboard.type("路上")
    phone.keyboard.press("Enter")
    phone.get_by_role("button", name="粗体").click()
    phone.keyboard.type("黄了")
    phone.get_by_role("button", name="粗体").click()
    phone.keyboard.press("Enter")
    phone.get_by_role("button", name="列表", exact=True).click()
    phone.keyboard.type("一棵")
    phone.keyboard.press("Enter")
    phone.keyboard.type("两棵")
    phone.locator("input[name=pictures]").set_input_files(shots[:1])
    phone.get_by_label("这张照片上有什么").fill("院里的银杏")
    phone.get_by_role("button", name="存为草稿").click()
    expect(phone.get_by_text("草稿，只有您看得到")).to_be_visible()
    _cut()
    _sound(phone)

    phone.get_by_role("link", name="修改").click()
    expect(phone.locator("trix-editor strong")).to_have_text("黄了")
    _sound(phone)
    phone.get_by_role("button", name="发布").click()
    expect(phone.locator(".prose strong")).to_have_text("黄了")
    expect(phone.locator(".prose li")).to_have_count(2)
    expect(phone.get_by_role("img", name="院里的银杏")).to_be_visible()
    _sound(phone)
    entry = DiaryEntry.objects.get()
    assert not entry.is_draft
    phone.goto("/u/lin/diary/")
    expect(phone.get_by_role("link", name="看银杏")).to_be_visible()
    _sound(phone)


@pytest.mark.row("S3")
def test_what_was_typed_outlives_the_page(
    phone: Any, person: Callable, portal: Any, sign_in: Callable
) -> None:
    person("lin", display="林秋雨")
    sign_in(phone, "lin", after="/diary/new/")
    phone.get_by_label("标题").fill("没写完")
    phone.locator("trix-editor").click()
    phone.keyboard.type("写到一半")
    expect(phone.get_by_text("草稿已保存")).to_be_visible()
    phone.goto("/feed/")
    phone.goto("/diary/new/")
    expect(phone.get_by_label("标题")).to_have_value("没写完")
    expect(phone.locator("trix-editor")).to_contain_text("写到一半")


@pytest.mark.row("S4")
def test_an_album_takes_three_photos_at_once(
    phone: Any, person: Callable, portal: Any, sign_in: Callable, shots: list[Path]
) -> None:
    person("lin", display="林秋雨")
    sign_in(phone, "lin", after="/u/lin/albums/")
    _sound(phone)
    phone.get_by_role("link", name="新建相册").click()
    phone.get_by_label("相册名称").fill("秋天")
    _sound(phone)
    phone.get_by_role("button", name="下一步：添加照片").click()
    phone.get_by_label("添加照片").set_input_files(shots)
    phone.get_by_role("button", name="上传", exact=True).click()
    expect(phone.get_by_text("3 张", exact=True)).to_be_visible()
    album = Album.objects.get()
    assert album.photo_count == 3
    _cut()
    phone.reload()
    _sound(phone)

    phone.get_by_role("link", name="整理相册").click()
    _sound(phone)
    for number, words in enumerate(("树", "叶", "路")):
        row = phone.locator(".photos__keep > li").nth(number)
        row.get_by_label("照片说明").fill(words)
        row.get_by_role("button", name="保存说明").click()
        phone.wait_for_load_state()
    phone.locator(".photos__keep > li").nth(2).get_by_role("button", name="设为封面").click()
    phone.wait_for_load_state()
    expect(phone.locator(".photos__keep > li").nth(2).get_by_text("封面", exact=True)).to_be_visible()
    album.refresh_from_db()
    assert list(album.photos.values_list("caption", flat=True)) == ["树", "叶", "路"]
    assert album.cover is not None
    assert album.cover.caption == "路"
    phone.goto(album.url)
    phone.get_by_role("img", name="叶").click()
    expect(phone.get_by_role("dialog")).to_be_visible()


@pytest.mark.row("S5", "S6", "S7", "S8")
def test_a_neighbour_is_found_filed_and_written_to(
    phone: Any, person: Callable, portal: Any, sign_in: Callable, drain: Callable
) -> None:
    person("lin", display="林秋雨")
    person("zhou", display="周叶")
    drain()
    sign_in(phone, "lin", after="/people/")
    _sound(phone)
    phone.get_by_label("姓名、拼音、爱好、职业").fill("zhouye")
    expect(phone.locator("#found").get_by_text("周叶")).to_be_visible()
    phone.get_by_role("button", name="存通信录").click()
    expect(phone.get_by_text("已放进通信录，对方不会知道。")).to_be_visible()
    phone.goto("/people/book/")
    _sound(phone)
    phone.get_by_role("link", name="备注").click()
    phone.get_by_label("备注名").fill("周老师")
    _sound(phone)
    phone.get_by_role("button", name="保存").click()
    expect(phone.get_by_role("link", name="周老师")).to_be_visible()
    for path in ("/people/following/", "/social/rules/"):
        phone.goto(path)
        _sound(phone)
    phone.goto("/u/zhou/guestbook/")
    phone.get_by_label("留言").fill("路过看看")
    phone.get_by_role("button", name="留言").click()
    expect(phone.locator("article").get_by_text("路过看看")).to_be_visible()
    _sound(phone)
