"""The notification centre and its settings in a real browser (S11)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from foundation.core.access.scopes import Scope
from foundation.messaging.domain import choices
from foundation.messaging.models import Manner, Mute, Preference
from foundation.social.domain import comments, posts, reactions
from foundation.social.domain.follows import follow
from tests.messaging.push_service import PushService

pytestmark = pytest.mark.row("S11")
LONG = "欧阳上官司马诸葛慕容夏侯令狐宇文长孙"


@pytest.fixture
def told(person: Callable, portal: Any) -> dict[str, Any]:
    """林 has a status that five neighbours like and one with a long name comments on."""
    lin = person("lin", display="林秋雨")
    post = posts.post_status(by=lin, text="院里的银杏黄了，下午一起去扫叶子。" * 6, scope=Scope("residents"))
    for number in range(5):
        reactions.react(post, by=person(f"p{number}", display=f"邻居{number}"), liked=True)
    long = person("long", display=LONG)
    follow(lin, by=long)
    comments.comment(by=long, target=post, text="字" * 80)
    return {"lin": lin, "post": post}


def no_sideways(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_the_centre_groups_opens_mutes_and_is_read(
    screen: str, request: Any, told: dict, sign_in: Callable, axe: Callable
) -> None:
    page = request.getfixturevalue(screen)
    sign_in(page, "lin")
    expect(page.get_by_role("link", name="通知，3 条未读")).to_be_visible()
    page.goto("/notifications/")
    expect(page.get_by_role("heading", name="今天")).to_be_visible()
    no_sideways(page)
    axe(page)
    page.get_by_role("button", name="邻居4、邻居3 等 5 人 赞了您的说说").click()
    page.wait_for_url(f"**{told['post'].url}")
    expect(page.get_by_role("link", name="通知，2 条未读")).to_be_visible()
    page.goto("/notifications/?show=unread")
    expect(page.locator(".told__line")).to_have_count(2)
    page.locator(".told__line", has_text="评论了您").locator("summary").click()
    axe(page)
    page.get_by_role("button", name="不再提醒这件事").click()
    expect(page.get_by_text("以后不再提醒您，对方不会知道")).to_be_visible()
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.get_by_role("link", name="通知", exact=True).first).to_be_visible()
    page.goto("/notifications/?show=unread")
    expect(page.get_by_role("heading", name="都看过了")).to_be_visible()
    axe(page)
    assert Mute.objects.count() == 1


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_presets_the_table_quiet_hours_and_what_was_muted(
    screen: str, request: Any, told: dict, sign_in: Callable, axe: Callable
) -> None:
    page = request.getfixturevalue(screen)
    Mute.objects.create(user=told["lin"], thread=f"post:{told['post'].pk}")
    sign_in(page, "lin")
    page.goto("/notifications/settings/")
    expect(page.get_by_text("每天早上 8 点一封邮件，点赞和转发只在站内提醒")).to_be_visible()
    table = page.get_by_role("table")
    expect(table).to_be_hidden()
    axe(page)
    page.get_by_role("radio", name="自定义").check()
    expect(table).to_be_visible()
    no_sideways(page)
    axe(page)
    page.get_by_role("checkbox", name="有人 赞了您的说说：邮件").check()
    page.get_by_role("combobox", name="邮件多久寄一次").select_option("weekly")
    page.get_by_label("夜里不打扰").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    expect(page.get_by_role("checkbox", name="有人 赞了您的说说：邮件")).to_be_checked()
    assert Manner.objects.get().digest == "weekly"
    assert Preference.objects.get().event == "post.liked"
    page.get_by_role("button", name="恢复提醒：院里的银杏").click()
    expect(page.get_by_text("已恢复提醒。")).to_be_visible()
    assert not Mute.objects.exists()


def test_a_browser_is_woken_and_opens_what_it_is_about(
    desktop: Any,
    told: dict,
    sign_in: Callable,
    axe: Callable,
    settings: Any,
    drain: Callable,
    live_server: Any,
    person: Callable,
) -> None:
    """Only the browser maker's own `subscribe` is replaced: by one that yields the keys of a service of ours."""
    service = PushService()
    settings.WEB_PUSH, settings.WEB_PUSH_TRUSTED = True, [service.origin]
    choices.choose(preset="all", by=told["lin"])
    given = json.dumps({"endpoint": f"{service.origin}/lin", "keys": service.keys})
    desktop.add_init_script(f"PushManager.prototype.subscribe = async () => ({{ toJSON: () => ({given}) }})")
    desktop.context.grant_permissions(["notifications"], origin=live_server.url)
    sign_in(desktop, "lin")
    desktop.goto("/notifications/settings/")
    desktop.get_by_role("button", name="在这台设备上打开推送").click()
    expect(desktop.get_by_text("这台设备以后会收到推送。")).to_be_visible()
    axe(desktop)
    comments.comment(by=person("wu", display="吴桐"), target=told["post"], text="悄悄话")
    drain()
    assert service.refused == []
    message = service.messages[-1]["body"]
    wire = desktop.context.new_cdp_session(desktop)
    registrations: list[str] = []
    wire.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(one["registrationId"] for one in event["registrations"]),
    )
    wire.send("ServiceWorker.enable")
    desktop.wait_for_timeout(500)
    wire.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": live_server.url, "registrationId": registrations[-1], "data": json.dumps(message)},
    )
    shown = """async () => {
        const worker = await navigator.serviceWorker.ready
        return (await worker.getNotifications()).map(one => [one.title, one.data.url, one.tag])
    }"""
    for _attempt in range(50):
        if found := desktop.evaluate(shown):
            break
        desktop.wait_for_timeout(100)
    assert found == [[message["title"], message["url"], message["tag"]]]
    assert "吴桐" in message["title"]
    assert "悄悄话" not in json.dumps(message, ensure_ascii=False)
    desktop.get_by_role("button", name="移除：").click()
    expect(desktop.get_by_text("这台设备不再收到推送。")).to_be_visible()
    service.close()
