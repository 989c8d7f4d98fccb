"""The first day in a browser: an editor publishes, a resident joins, a neighbour answers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import expect

ROWS = ("A1", "A2", "A3", "A4", "P1", "P2", "S1", "S2", "S9")
TITLE = "院里的银杏黄了"
COMMENT = "周末带孙女去看，一年就这一回"
STATUS = "早上六点的银杏道，一个人也没有"
EMAIL, PASSWORD = "qiuyu@example.org", "ginkgo-leaves-1958"
SIX_ITEMS = {
    "real_name": "林秋雨",
    "birthday": "1958-06-07",
    "number": "110102195806071243",
    "phone": "13900001234",
}


class FirstDay:
    """The story, told by whoever acts; every page that somebody sees on the way is looked at by axe."""

    def __init__(
        self, page: Any, *, axe: Callable, drain: Callable, sign_in: Callable, picture: Callable
    ) -> None:
        self.page, self.axe, self.drain, self.sign_in, self.picture = page, axe, drain, sign_in, picture

    def become(self, name: str, *, after: str = "/") -> None:
        """Somebody else takes the device."""
        self.page.context.clear_cookies()
        self.sign_in(self.page, name, after=after)

    def look(self, path: str = "") -> Any:
        """Open a page, or take the one that is open, and let axe see it."""
        if path:
            self.page.goto(path)
        self.axe(self.page)
        return self.page

    def photograph(self, name: str) -> dict[str, Any]:
        """A photograph as a file input takes it."""
        return {"name": name, "mimeType": "image/jpeg", "buffer": self.picture(name, size=(1200, 900)).read()}

    def the_editor_writes(self) -> None:
        """A title, a channel, a summary, a cover, a paragraph and a picture; then off to the reviewer."""
        from news.models import NewsIndexPage

        page = self.page
        self.become("editor", after="/admin/")
        self.look()
        page.goto(f"/admin/pages/add/news/articlepage/{NewsIndexPage.objects.get().pk}/")
        page.get_by_role("textbox", name="标题").first.fill(TITLE)
        page.select_option("[name=channel]", label="社区要闻")
        page.fill("[name=summary]", "今年的银杏叶比往年早黄了一周，周末来树下走走。")
        page.get_by_role("button", name="选择一个图片").first.click()
        self.upload_in_the_chooser("cover.jpg", title="银杏大道", description="两排银杏，叶子全黄了")
        self.add_block("段落")
        page.locator("[role=textbox][contenteditable=true]").first.fill("扫叶子的时间改到早上六点。")
        self.add_block("图片")
        page.get_by_role("button", name="选择一个图片").last.click()
        page.locator(".modal-content a.image-choice", has_text="银杏大道").click()
        page.locator(".modal-content").wait_for(state="detached")
        # Saved by itself; a submission that overtakes the very first save finds its own address taken.
        page.wait_for_url("**/edit/")
        page.get_by_role("button", name="更多操作").click()
        page.get_by_role("button", name="提交给先审后发").click()
        page.wait_for_url("**/admin/pages/*/")

    def add_block(self, name: str) -> None:
        """Add a block at the end of the body."""
        self.page.get_by_role("button", name="插入区块").last.click()
        self.page.get_by_role("option", name=name, exact=True).click()

    def upload_in_the_chooser(self, name: str, *, title: str, description: str) -> None:
        """Upload a picture in the chooser of Wagtail's editor."""
        page = self.page
        page.get_by_role("tab", name="上传").click()
        page.set_input_files("#id_image-chooser-upload-file", self.photograph(name))
        page.fill("#id_image-chooser-upload-title", title)
        page.fill("#id_image-chooser-upload-description", description)
        page.locator("#tab-upload button[type=submit]").click()
        page.locator(".modal-content").wait_for(state="detached")

    def decide(self, who: str, *, title: str) -> None:
        """Somebody opens the inbox, reads the item and approves it."""
        page = self.page
        self.become(who, after="/admin/reviews/")
        self.look()
        page.locator(".review-list a", has_text=title).click()
        page.locator(".review-form").wait_for()
        self.look()
        page.get_by_role("button", name=re.compile("^通过")).click()
        page.get_by_text("已通过。").wait_for()
        self.drain()

    def the_reviewer_publishes(self) -> None:
        """The inbox shows the article as it will be; approving it puts it before everybody."""
        self.page.context.clear_cookies()
        assert TITLE not in self.look("/news/").content()
        self.decide("reviewer", title=TITLE)
        self.page.context.clear_cookies()
        page = self.look("/news/")
        page.get_by_role("link", name=TITLE).click()
        page.get_by_role("heading", name=TITLE, level=1).wait_for()
        self.look()
        expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible()
        expect(page.locator(".article__cover img")).to_have_js_property("complete", True)
        self.article_url = page.url
        # The reviewer is called to nothing that is decided by then.
        assert [letter.to[0] for letter in mail.outbox] == ["editor@example.org"]

    def a_newcomer_signs_up(self) -> None:
        """The six items on one page; the account sleeps until the mail is answered."""
        page = self.look("/account/signup/")
        for name, value in SIX_ITEMS.items():
            page.fill(f"[name={name}]", value)
        page.fill("[name=email]", EMAIL)
        page.fill("[name=password1]", PASSWORD)
        page.fill("[name=display_name]", "秋雨")
        page.get_by_label("女").check()
        page.select_option("[name=place]", label="银杏里社区")
        page.get_by_label("我同意社区为核对身份使用以上信息").check()
        page.get_by_role("button", name="注册").click()
        page.get_by_role("heading", name="请查收激活邮件").wait_for()
        self.look()
        self.drain()
        letter = next(letter for letter in mail.outbox if letter.to == [EMAIL])
        self.look(re.search(r"/account/confirm-email/\S+/", letter.body)[0])
        page.get_by_role("button", name="确认并激活").click()
        page.wait_for_url("**/account/login/**")
        self.look()
        self.newcomer_signs_in()

    def newcomer_signs_in(self, *, after: str = "/") -> None:
        page = self.page
        page.context.clear_cookies()
        page.goto(f"/account/login/?next={after}")
        page.fill("[name=login]", EMAIL)
        page.fill("[name=password]", PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_url(f"**{after}")

    def she_may_not_speak_yet(self) -> None:
        """The page says why and where to go; a form that is sent all the same comes back with its text."""
        page = self.look(self.article_url)
        expect(page.get_by_text("完成实名认证后就可以发言了。")).to_be_visible()
        expect(page.get_by_role("main").get_by_role("link", name="查看认证进度")).to_have_attribute(
            "href", "/account/verification/"
        )
        assert page.locator("[data-comment-form]").count() == 0
        self.send_an_old_form()
        expect(page.get_by_role("heading", name="还不能这样做")).to_be_visible()
        expect(page.get_by_role("main").get_by_role("textbox")).to_have_value(COMMENT)
        self.look()
        page.get_by_role("link", name="去实名认证").click()
        expect(page.get_by_text("工作人员正在核对")).to_be_visible()
        self.look()

    def send_an_old_form(self) -> None:
        """Send a comment as a page would that stood open since she was still allowed to."""
        from news.models import ArticlePage

        page = self.page
        page.goto("/account/logout/")
        page.evaluate(
            """([address, text]) => {
                const form = document.querySelector("main form")
                form.action = address
                form.append(Object.assign(document.createElement("textarea"), { name: "text", value: text }))
                form.requestSubmit()
            }""",
            [f"/social/comments/article/{ArticlePage.objects.get(title=TITLE).public_id}/", COMMENT],
        )

    def she_comments(self) -> None:
        """Verified, she comments; an editor reads it first."""
        page = self.page
        self.newcomer_signs_in()
        page.goto(self.article_url)
        page.get_by_label("写评论").fill(COMMENT)
        page.get_by_role("button", name="发表").click()
        expect(page.locator(".talk__item", has_text=COMMENT).get_by_text("待审核")).to_be_visible()
        self.look()
        page.context.clear_cookies()
        assert COMMENT not in self.look(self.article_url).content()
        self.decide("editor", title=COMMENT)
        page.context.clear_cookies()
        page.goto(self.article_url)
        expect(page.locator(".talk__item", has_text=COMMENT)).to_be_visible()

    def she_posts_two_photographs(self) -> None:
        """On her own space, from the form that stands there."""
        page = self.page
        self.newcomer_signs_in()
        page.goto("/account/profile/")
        self.look()
        page.fill("[name=bio]", "爱在院里走走")
        page.get_by_role("button", name="保存").click()
        page.wait_for_url("**/u/*/")
        self.space_url = page.url
        self.look()
        page.get_by_label("今天有什么想和邻居说的？").fill(STATUS)
        page.set_input_files("[name=pictures]", [self.photograph("a.jpg"), self.photograph("b.jpg")])
        expect(page.locator("#chosen img")).to_have_count(2)
        page.locator("#chosen input").first.fill("银杏树下的长椅")
        self.look()
        page.get_by_role("button", name="发布").click()
        page.get_by_text("已发布。").wait_for()
        expect(page.get_by_text("照片处理中")).to_have_count(2)
        self.look()
        self.status_url = page.url
        self.drain()
        page.reload()
        expect(page.locator(".pics img")).to_have_count(2)
        expect(page.get_by_role("img", name="银杏树下的长椅")).not_to_have_js_property("naturalWidth", 0)

    def the_neighbour_answers(self) -> None:
        """She follows, likes without the page going away, answers, and finds the status in her feed."""
        page = self.page
        self.become("zhou")
        self.look(self.space_url)
        page.get_by_role("button", name="关注").click()
        expect(page.get_by_role("button", name="已关注")).to_be_visible()
        self.look("/feed/")
        page.locator(".post", has_text=STATUS).get_by_role("link", name="条评论").click()
        page.wait_for_url(f"{self.status_url}**")
        page.evaluate("window.stayed = true")
        page.get_by_role("button", name="赞，已有 0 个").click()
        expect(page.get_by_role("button", name="赞，已有 1 个")).to_have_attribute("aria-pressed", "true")
        assert page.evaluate("window.stayed"), "the page was loaded again"
        page.get_by_label("写评论").fill("我也拍了，晚上发")
        page.get_by_role("button", name="发表").click()
        expect(page.locator(".talk__item", has_text="我也拍了，晚上发")).to_be_visible()
        self.look()
        self.drain()

    def both_are_told(self) -> None:
        """The bell counts, the notification centre says it in words, and mails went out."""
        page = self.page
        self.newcomer_signs_in()
        expect(page.get_by_role("link", name="通知，5 条未读")).to_be_visible()
        self.look("/notifications/")
        expect(page.locator(".told li")).to_have_count(5)
        page.get_by_role("button", name="周叶 评论").click()
        page.wait_for_url(f"{self.status_url}**")
        page.get_by_role("link", name="回复").click()
        page.get_by_label("写评论").fill("晒出来看看")
        page.get_by_role("button", name="发表").click()
        expect(page.locator(".talk__item .talk__item", has_text="晒出来看看")).to_be_visible()
        self.drain()
        assert any("周叶" in letter.body for letter in mail.outbox if letter.to == [EMAIL])
        assert any("秋雨" in letter.body for letter in mail.outbox if letter.to == ["zhou@example.org"])
        self.become("zhou")
        expect(page.get_by_role("link", name="通知，1 条未读")).to_be_visible()
        expect(self.look("/notifications/").locator(".told li")).to_contain_text("秋雨")

    def run(self) -> None:
        """The whole day."""
        self.the_editor_writes()
        self.the_reviewer_publishes()
        self.a_newcomer_signs_up()
        self.she_may_not_speak_yet()
        self.decide("staff", title="秋雨")
        self.she_comments()
        self.she_posts_two_photographs()
        self.the_neighbour_answers()
        self.both_are_told()


@pytest.fixture
def first_day(
    portal: Any,
    person: Callable,
    places: dict,
    axe: Callable,
    morning: Callable,
    picture: Callable,
    sign_in: Callable,
) -> Callable[[Any], FirstDay]:
    """The story with its people, for a page of any size."""
    person("editor", display="编辑小何", roles=("editor",))
    person("reviewer", display="审核老杜", roles=("reviewer",))
    person("staff", display="小宋", roles=("staff",))
    person("zhou", display="周叶")
    return lambda page: FirstDay(page, axe=axe, drain=morning, sign_in=sign_in, picture=picture)


@pytest.mark.row(*ROWS)
def test_the_first_day_on_a_phone(phone: Any, first_day: Callable) -> None:
    first_day(phone).run()


@pytest.mark.row(*ROWS)
def test_the_first_day_on_a_desktop(desktop: Any, first_day: Callable) -> None:
    first_day(desktop).run()
