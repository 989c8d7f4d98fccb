"""Taking the own data along and leaving, on the telephone and at the desk (A7)."""

import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from foundation.accounts.models import User

# The window is chosen by a parameter, which the suite cannot see when it sorts out what needs a browser.
pytestmark = [pytest.mark.browser, pytest.mark.row("A7")]


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_she_packs_downloads_leaves_and_thinks_again(
    request: Any,
    device: str,
    community: dict[str, str],
    sign_in: Callable,
    axe: Callable,
    drain: Callable,
    transactional_db: None,
) -> None:
    page = request.getfixturevalue(device)
    sign_in(page, "lin", after="/account/data/")
    axe(page)
    page.get_by_role("button", name="开始打包").click()
    expect(page.get_by_text("正在打包")).to_be_visible()
    axe(page)
    drain()
    page.get_by_role("link", name="刷新").click()
    with page.expect_download() as waited:
        page.get_by_role("link", name="下载", exact=True).click()
    archive = zipfile.ZipFile(waited.value.path())
    assert "银杏道" in archive.read("post.json").decode()
    axe(page)
    page.get_by_role("link", name="看看注销会删除什么").click()
    axe(page)
    page.get_by_role("button", name="注销我的账号").click()
    expect(page.locator(".errsum, .err").first).to_be_visible()
    page.get_by_label("公开的留下，去掉我的名字和照片").check()
    page.get_by_label("请输入“注销”两个字确认").fill("注销")
    page.get_by_role("button", name="注销我的账号").click()
    expect(page.get_by_role("heading", name="账号正在注销")).to_be_visible()
    axe(page)
    assert User.objects.get(username="lin").leaves_words
    page.goto("/feed/")
    expect(page.get_by_role("heading", name="账号正在注销")).to_be_visible()
    page.get_by_role("button", name="我不注销了").click()
    expect(page.get_by_text("您的账号一切照旧")).to_be_visible()
    assert User.objects.get(username="lin").leaves_at is None
