"""By keyboard, by a screen reader's tree, by ear and on paper (U2): docs/accessibility.md names what is proved here."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from wagtail.models import Site

from foundation.accounts.models import User
from foundation.core.models import SiteSettings

pytestmark = pytest.mark.row("U2")
TELEPHONE = "0571-5550-0112"
# What has the focus: is it seen, and not under the bar on top or the one at the bottom (WCAG 2.4.7, 2.4.11)?
FOCUSED = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect()
    const ring = one.matches(".search input") ? one.closest(".search") : one.closest(".wish") ?? one
    const style = getComputedStyle(ring)
    const edge = (name, side, none) => one.closest(`.skip, ${name}`) ? none : document.querySelector(name)?.checkVisibility() ? document.querySelector(name).getBoundingClientRect()[side] : none
    const top = edge(".site-head", "bottom", 0), bottom = edge(".tabbar", "top", innerHeight)
    return { what: one.outerHTML.slice(0, 100), body: one === document.body,
             ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
             seen: box.bottom > top + 1 && box.top < bottom - 1,
             order: [...document.querySelectorAll("*")].indexOf(one) }
}"""
# A browser that speaks, as far as the page can tell.
SPEAKS = """([lang]) => {
    window.spoken = []
    class Words { constructor(text) { this.text = text } }
    const speech = new EventTarget()
    Object.assign(speech, {
        getVoices: () => [{ lang }], speak(words) { this.now = words; window.spoken.push([words.text.trim(), words.lang]) },
        cancel() { const broken = this.now; this.now = null; broken?.onend?.() }, finish() { this.now.onend() },
    })
    Object.defineProperty(window, "speechSynthesis", { value: speech })
    window.SpeechSynthesisUtterance = Words
}"""


@pytest.fixture
def office(community: dict) -> dict:
    settings = SiteSettings.for_site(Site.objects.get())
    settings.hotline, settings.office_hours = TELEPHONE, "周一至周五 9:00–17:30"
    settings.save()
    return community


def elder(page: Any) -> None:
    page.goto("/mode/elder/?next=/healthz")


class TestByKeyboard:
    @pytest.mark.parametrize("path", ["/", "/feed/", "/account/display/", "/account/profile/", "article"])
    def test_every_stop_is_seen_and_in_the_order_of_the_page(
        self, desktop: Any, office: dict, sign_in: Callable, path: str
    ) -> None:
        sign_in(desktop, "lin")
        desktop.set_viewport_size({"width": 390, "height": 700})
        desktop.goto(office.get(path, path))
        last, stops = -1, 0
        for _stop in range(80):
            desktop.keyboard.press("Tab")
            now = desktop.evaluate(FOCUSED)
            if now["body"]:
                break
            assert now["ring"], now
            assert now["seen"], now
            assert now["order"] > last, ("the focus jumps back", now)
            last, stops = now["order"], stops + 1
        assert stops > 8

    def test_a_menu_opens_closes_and_gives_the_focus_back(
        self, desktop: Any, office: dict, sign_in: Callable
    ) -> None:
        sign_in(desktop, "lin")
        face = desktop.locator("header summary")
        face.focus()
        desktop.keyboard.press("Enter")
        expect(desktop.get_by_role("link", name="我的空间")).to_be_visible()
        desktop.keyboard.press("Tab")
        desktop.keyboard.press("Escape")
        expect(desktop.get_by_role("link", name="我的空间")).to_be_hidden()
        expect(face).to_be_focused()

    def test_a_menu_left_behind_closes_and_hides_nothing(
        self, desktop: Any, office: dict, sign_in: Callable
    ) -> None:
        sign_in(desktop, "lin")
        menu = desktop.locator("header details.menu")
        menu.locator("summary").focus()
        desktop.keyboard.press("Enter")
        for _stop in range(menu.get_by_role("link").count()):
            desktop.keyboard.press("Tab")
            expect(menu).to_have_attribute("open", "")
        desktop.keyboard.press("Tab")
        expect(menu).not_to_have_attribute("open", "")
        assert not desktop.evaluate("document.activeElement === document.body")

    def test_a_whole_act_without_a_mouse(self, desktop: Any, office: dict, sign_in: Callable) -> None:
        """Write, choose who may see, publish, and hear that it is done."""
        sign_in(desktop, "lin")
        desktop.goto("/feed/post/")
        desktop.get_by_label("今天有什么想和邻居说的？").focus()
        desktop.keyboard.type("只用键盘写的")
        desktop.get_by_label("谁可以看").focus()
        desktop.keyboard.press("Tab")
        expect(desktop.get_by_role("button", name="发布")).to_be_focused()
        desktop.keyboard.press("Enter")
        expect(desktop.get_by_role("status").filter(has_text="已发布。")).to_be_visible()

    def test_errors_take_the_reader_to_the_field(self, desktop: Any, office: dict) -> None:
        desktop.goto("/account/signup/")
        desktop.locator("main form button").first.click()
        summary = desktop.get_by_role("alert")
        first = summary.get_by_role("link").first
        first.focus()
        desktop.keyboard.press("Enter")
        field = desktop.locator(first.get_attribute("href"))
        expect(field).to_be_focused()
        expect(field).to_have_attribute("aria-invalid", "true")


class TestForAScreenReader:
    """The tree that a screen reader gets: landmarks, headings, names."""

    def test_a_page_has_its_landmarks_and_one_heading_of_the_first_rank(
        self, desktop: Any, office: dict, sign_in: Callable
    ) -> None:
        sign_in(desktop, "lin")
        for mode in ("ordinary", "elder"):
            desktop.goto(f"/mode/{mode}/?next=/healthz")
            for path in (
                "/",
                "/news/",
                "/feed/",
                "/notifications/",
                office["article"],
                office["space"],
                "/account/display/",
            ):
                desktop.goto(path)
                for role in ("banner", "main", "contentinfo"):
                    expect(desktop.get_by_role(role)).to_have_count(1)
                expect(desktop.get_by_role("heading", level=1)).to_have_count(1)
                ranks = desktop.evaluate(
                    "[...document.querySelectorAll('h1,h2,h3,h4')].filter(h => h.checkVisibility()).map(h => +h.tagName[1])"
                )
                assert all(after - before <= 1 for before, after in itertools.pairwise(ranks)), (
                    path,
                    ranks,
                )
                assert desktop.title(), path

    def test_the_elder_home_reads_in_its_order(self, desktop: Any, office: dict) -> None:
        elder(desktop)
        desktop.goto("/")
        expect(desktop.get_by_role("region", name="电话和字号")).to_match_aria_snapshot(f"""
            - region "电话和字号":
              - link "打电话办事 {TELEPHONE}"
              - group: 字号
        """)
        expect(desktop.get_by_role("region", name="紧急公告")).to_contain_text("六七八号楼停水")
        expect(desktop.get_by_role("main")).to_match_aria_snapshot("""
            - main:
              - heading /\\d+月\\d+日/ [level=1]
              - navigation "常用的事"
              - region "院里的新闻":
                - heading "院里的新闻" [level=2]
                - list
        """)

    def test_an_article_and_its_talk(self, desktop: Any, office: dict, sign_in: Callable) -> None:
        sign_in(desktop, "lin")
        desktop.goto(office["article"])
        expect(desktop.get_by_role("article")).to_match_aria_snapshot("""
            - article:
              - heading "三号楼加装电梯通过公示，十二月一日进场施工，工期四个月" [level=1]
              - paragraph:
                - time
              - region "评论":
                - heading "评论" [level=2]
                - textbox "写评论"
                - paragraph:
                  - button "发表"
        """)

    def test_a_form_says_what_it_asks(self, desktop: Any, office: dict) -> None:
        desktop.goto("/account/login/")
        expect(desktop.get_by_role("main")).to_match_aria_snapshot("""
            - main:
              - heading "登录" [level=1]
              - textbox
              - text: 密码
              - textbox "密码"
              - button "登录"
        """)

    def test_what_a_small_act_changes_is_told(self, desktop: Any, office: dict, sign_in: Callable) -> None:
        """htmx swaps the button; its new state and number are its name, and a refusal is an alert (4.1.3)."""
        sign_in(desktop, "lin")
        desktop.goto(office["status"])
        like = desktop.get_by_role("button", name="赞，已有 1 个")
        expect(like).to_have_attribute("aria-pressed", "false")
        like.focus()
        desktop.keyboard.press("Enter")
        now = desktop.get_by_role("button", name="赞，已有 2 个")
        expect(now).to_have_attribute("aria-pressed", "true")
        expect(now).to_be_focused()
        desktop.route(
            "**/like/",
            lambda route: route.fulfill(
                status=503, content_type="text/plain; charset=utf-8", body="请过几分钟再试。"
            ),
        )
        now.click()
        expect(desktop.get_by_role("alert")).to_contain_text("请过几分钟再试。")

    def test_parts_in_another_language_say_so(self, desktop: Any, office: dict) -> None:
        desktop.goto("/")
        expect(desktop.get_by_role("link", name="English")).to_have_attribute("lang", "en")
        desktop.goto("/en/")
        expect(desktop.locator("html")).to_have_attribute("lang", "en")
        expect(desktop.get_by_role("link", name="简体中文")).to_have_attribute("lang", "zh-CN")


class TestByEar:
    def test_it_reads_the_article_marks_where_it_is_pauses_and_stops(
        self, desktop: Any, office: dict
    ) -> None:
        desktop.add_init_script(f"({SPEAKS})(['zh-CN'])")
        desktop.goto(office["article"])
        start = desktop.get_by_role("button", name="念给我听")
        start.click()
        expect(desktop.locator("h1")).to_have_class("is-read")
        assert desktop.evaluate("spoken[0]") == [desktop.locator("h1").inner_text(), "zh-CN"]
        expect(desktop.locator("[data-read-status]")).to_have_text("正在朗读")
        desktop.evaluate("speechSynthesis.finish()")
        expect(desktop.locator(".article__summary")).to_have_class("article__summary is-read")
        desktop.get_by_role("button", name="暂停").click()
        spoken = desktop.evaluate("spoken.length")
        desktop.get_by_role("button", name="接着念").click()
        assert desktop.evaluate("spoken.length") == spoken + 1, "the broken piece once more, nothing twice"
        expect(desktop.locator(".is-read")).to_have_count(1)
        desktop.get_by_role("button", name="不念了").click()
        expect(desktop.locator(".is-read")).to_have_count(0)
        expect(start).to_be_focused()

    def test_the_elder_home_reads_the_urgent_word_and_no_buttons(self, desktop: Any, office: dict) -> None:
        desktop.add_init_script(f"({SPEAKS})(['zh_CN'])")
        elder(desktop)
        desktop.goto("/")
        desktop.get_by_role("button", name="念给我听").click()
        for _piece in range(12):
            if desktop.evaluate("document.querySelector('.is-read') !== null"):
                desktop.evaluate("speechSynthesis.finish()")
        said = " ".join(words for words, _lang in desktop.evaluate("spoken"))
        assert "今晚十点起停水四小时" in said
        assert "看全部新闻" not in said
        expect(desktop.get_by_text("请人念给您听：")).to_be_hidden()

    @pytest.mark.deny
    @pytest.mark.parametrize("lang", ["en-US", "fr-FR"])
    def test_without_a_chinese_voice_the_telephone_stands_there(
        self, desktop: Any, office: dict, lang: str
    ) -> None:
        desktop.add_init_script(f"({SPEAKS})(['{lang}'])")
        elder(desktop)
        for path in ("/", office["article"], office["notice"], office["status"]):
            desktop.goto(path)
            expect(desktop.get_by_role("button", name="念给我听")).to_be_hidden()
            expect(desktop.get_by_text("请人念给您听：")).to_be_visible()


class TestWithTheReadersOwnSettings:
    def test_forced_colours_keep_borders_and_focus(
        self, chromium: Any, live_server: Any, office: dict
    ) -> None:
        context = chromium.new_context(base_url=live_server.url, forced_colors="active", locale="zh-CN")
        page = context.new_page()
        page.goto("/account/login/")
        button = page.locator("main form button").first
        assert button.evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"
        page.locator("[name=login]").focus()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        context.close()

    def test_nothing_moves_where_motion_is_not_wanted(self, desktop: Any, office: dict) -> None:
        """The fixture asks for reduced motion."""
        for path in ("/", "/_ui/"):
            desktop.goto(path)
            assert (
                desktop.evaluate("document.getAnimations().filter(one => one.playState === 'running').length")
                == 0
            )

    def test_what_could_be_dragged_can_be_pressed(self, desktop: Any, office: dict) -> None:
        """2.5.7: nothing on the site is dragged; what scrolls sideways on a phone scrolls by keyboard too."""
        for path in ("/", office["status"], "/_ui/"):
            desktop.goto(path)
            assert desktop.locator("[draggable=true]").count() == 0

    def test_signing_in_takes_paste_codes_and_password_managers(self, desktop: Any, office: dict) -> None:
        """3.3.8: no puzzle; the browser fills the fields, and whoever forgot gets a code."""
        desktop.goto("/account/login/")
        expect(desktop.locator("[name=password]")).to_have_attribute("autocomplete", "current-password")
        assert desktop.locator("[name=login]").get_attribute("autocomplete") in (
            "username",
            "email",
            "tel",
            "username webauthn",
        )
        assert desktop.locator("[onpaste], canvas, img[alt*=验证码]").count() == 0
        expect(desktop.get_by_role("link", name="用验证码登录")).to_be_visible()


class TestTime:
    """2.2.1: five minutes before staff's idle session ends the page says so; one press goes on."""

    @pytest.mark.parametrize("path", ["/news/", "/admin/reviews/"])
    def test_staff_are_told_in_time_and_go_on(
        self, desktop: Any, office: dict, sign_in: Callable, path: str
    ) -> None:
        sign_in(desktop, "staff")
        desktop.clock.install()
        desktop.goto(path)
        bar = desktop.get_by_role("alert").filter(has_text="五分钟内会退出登录")
        desktop.clock.run_for("24:00")
        expect(bar).to_be_hidden()
        desktop.clock.run_for("02:00")
        expect(bar).to_be_visible()
        with desktop.expect_response("**/account/still-here/") as answer:
            bar.get_by_role("button", name="我还在").click()
        assert answer.value.status == 204
        expect(bar).to_be_hidden()
        desktop.clock.run_for("24:00")
        expect(bar).to_be_hidden()

    def test_residents_are_not_hurried(self, desktop: Any, office: dict, sign_in: Callable) -> None:
        sign_in(desktop, "lin")
        assert desktop.locator("[data-session-end]").count() == 0


class TestOnPaper:
    HIDDEN = (".site-head", ".tabbar", ".foot", ".btn:visible", ".menu", ".read")

    @pytest.mark.parametrize(
        "path", ["article", "notice", "space", "status", "/account/data/", "/account/verification/"]
    )
    def test_a_page_prints_what_it_says_and_nothing_to_press(
        self, desktop: Any, office: dict, path: str, sign_in: Callable
    ) -> None:
        sign_in(desktop, "lin")
        desktop.goto(office.get(path, path))
        title = desktop.locator("h1").inner_text()
        desktop.emulate_media(media="print")
        for gone in self.HIDDEN:
            for one in desktop.locator(gone).all():
                expect(one).to_be_hidden()
        assert title
        assert desktop.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert desktop.pdf(format="A4").startswith(b"%PDF")

    def test_an_article_prints_no_way_in_and_nothing_to_read_next(self, desktop: Any, office: dict) -> None:
        desktop.goto(office["article"])
        expect(desktop.locator(".next-step")).to_be_visible()
        desktop.emulate_media(media="print")
        for gone in (".next-step", ".article + .cols__side"):
            expect(desktop.locator(gone)).to_be_hidden()


class TestAsked:
    def test_from_sixty_on_once_by_a_calm_band(
        self, phone: Any, office: dict, sign_in: Callable, axe: Callable
    ) -> None:
        User.objects.filter(username="lin").update(age_band="elder")
        sign_in(phone, "lin")
        band = phone.get_by_role("region", name="要换成大字的长辈版吗？")
        expect(band).to_be_visible()
        axe(phone)
        band.get_by_role("button", name="换成长辈版").click()
        expect(phone.locator("html")).to_have_attribute("data-mode", "elder")
        expect(band).to_have_count(0)
        phone.get_by_role("button", name="普通版").click()
        expect(phone.locator("html")).not_to_have_attribute("data-mode", "elder")
        phone.goto("/news/")
        expect(band).to_have_count(0)
