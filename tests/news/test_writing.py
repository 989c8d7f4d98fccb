"""What helps who writes: findings beside the page, shortcuts, previews of blocks, reports (P2, P3)."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from foundation.accounts.models import User
from foundation.core.access.scopes import PLACE, PUBLIC, RESIDENTS, ROLE, Scope
from foundation.core.models import PortalImage
from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem
from news import rules
from news.blocks import BodyBlock
from news.domain import checks, receipts, tallies
from news.models import NoticePage

pytestmark = [pytest.mark.django_db, pytest.mark.row("P2")]


@pytest.fixture
def editor(person: Callable) -> User:
    return person("editor", roles=("editor",))


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class TestRules:
    @pytest.mark.parametrize(
        "number",
        [
            "0571-5550-0112",
            "139 0000 1234",
            "13900001234",
            "+86 139 0000 1234",
            "12345",
            "110",
            "96345",
            "400-800-1234",
            "55500112",
            "010-12345678 转 3",
        ],
    )
    def test_these_can_be_dialled(self, number: str) -> None:
        assert rules.looks_like_phone(number)

    @pytest.mark.parametrize("number", ["", "5550", "0571", "139000012", "请到前台", "12-34", "1"])
    def test_these_can_not(self, number: str) -> None:
        assert not rules.looks_like_phone(number)

    def test_sentences_end_where_people_stop(self) -> None:
        assert rules.sentences("停水。请储水！\n明天恢复") == ["停水", "请储水", "明天恢复"]

    @pytest.mark.parametrize("text", ["12 月 1 日停水", "周六上午", "9:00 开始", "即日起"])
    def test_this_names_a_time(self, text: str) -> None:
        assert rules.says_when(text)

    def test_this_names_none(self) -> None:
        assert not rules.says_when("请大家注意安全")

    def test_numbers_are_found_in_a_text(self) -> None:
        assert rules.numbers_in("请打 0571-55500112 或 13900001234，编号 330102199001011234") == [
            "0571-55500112",
            "13900001234",
        ]


class TestFindings:
    def words(self, page: Any) -> str:
        return " ".join(f"{one.words}{one.where}" for one in checks.findings(page))

    def test_a_notice_without_time_with_a_long_sentence_and_half_a_number(self, notice: Callable) -> None:
        long = "因为老旧管网改造施工单位临时调整了作业计划所以我们小区的供水时间需要再等通知"
        page = notice(
            "供水",
            summary="请注意",
            body=[
                ("paragraph", f"<p>{long}。</p><p>请打 0571-55500112。</p>"),
                ("call", {"label": "物业", "number": "5550", "hours": ""}),
            ],
        )
        found = self.words(page)
        for part in ("有效期", "哪一天", long, "按下去打不通", "0571-55500112"):
            assert part in found, part

    def test_an_article_s_long_sentences_are_told_too(self, article: Callable) -> None:
        long = "因为老旧管网改造施工单位临时调整了作业计划所以我们小区的供水时间需要再等通知"
        assert long in self.words(article("供水", body=[("paragraph", f"<p>{long}。</p>")]))

    def test_pictures_without_words_and_with_a_file_s_name(
        self, article: Callable, picture: Callable
    ) -> None:
        bare = PortalImage.objects.create(title="银杏", file=picture())
        page = article("图", cover=bare)
        page.body = [
            {
                "type": "picture",
                "value": {
                    "image": {"image": bare.pk, "alt_text": alt, "decorative": decorative},
                    "caption": alt,
                },
            }
            for alt, decorative in (("", False), ("IMG_2031.jpg", False), ("东门的银杏", False), ("", True))
        ]
        page.save_revision()
        found = checks.findings(page.get_latest_revision_as_object())
        assert [one.words[:2] for one in found] == ["封面", "图片", "替代"]

    def test_a_good_notice_has_none(self, notice: Callable) -> None:
        page = notice(
            "周六停水", summary="周六 9:00 到 17:00 停水。", valid_until=timezone.now() + timedelta(days=2)
        )
        assert checks.findings(page) == []

    def test_they_stand_beside_the_page_as_it_was_last_saved(self, notice: Callable, editor: User) -> None:
        page = notice("供水", summary="请注意")
        client = browser(editor)
        panel = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
        assert f'data-page="{page.pk}"' in panel
        address = reverse("editor:findings", args=[page.pk])
        assert "哪一天" in client.get(address).content.decode()
        page.summary = "周六上午停水"
        page.valid_until = timezone.now() + timedelta(days=1)
        page.save_revision()
        assert "没有发现问题" in client.get(address).content.decode()

    @pytest.mark.deny
    def test_nobody_else_reads_a_draft_by_them(self, notice: Callable, person: Callable) -> None:
        page = notice("机密", live=False)
        address = reverse("editor:findings", args=[page.pk])
        assert browser(person("lin")).get(address).status_code == 302
        assert browser(person("staff", roles=("staff",))).get(address).status_code == 302
        root = reverse("editor:findings", args=[Page.get_first_root_node().pk])
        assert browser(person("ed2", roles=("editor",))).get(root).status_code in (200, 404)


class TestTheDashboard:
    def test_what_an_editor_does_most_is_one_press_away(self, portal: Any, editor: User) -> None:
        html = browser(editor).get("/admin/").content.decode()
        assert reverse("wagtailadmin_pages:add", args=["news", "articlepage", portal.news.pk]) in html
        assert f"{reverse('notices:publish')}?level=urgent" in html

    @pytest.mark.deny
    def test_each_sees_only_her_own_shortcuts(self, portal: Any, person: Callable) -> None:
        staff = browser(person("staff", roles=("staff",))).get("/admin/").content.decode()
        assert "紧急公告" in staff
        assert "写新闻" not in staff
        assert (
            "shortcuts__one" not in browser(person("aud", roles=("auditor",))).get("/admin/").content.decode()
        )


class TestBlocks:
    @pytest.mark.parametrize("name", list(BodyBlock().child_blocks))
    def test_each_shows_in_the_chooser_how_it_will_look_and_says_what_it_is_for(
        self, name: str, portal: Any, editor: User
    ) -> None:
        block = NoticePage._meta.get_field("body").stream_block.child_blocks[name]
        assert block.is_previewable
        assert block.get_description()
        answer = browser(editor).get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
        assert answer.status_code == 200
        assert "linli" in answer.content.decode()
        assert 'class="wrap' in answer.content.decode()


@pytest.mark.row("P3")
class TestReports:
    def titles(self, client: Client, name: str) -> list[str]:
        answer = client.get(reverse(f"editor:{name}"))
        assert answer.status_code == 200
        return [page.title for page in answer.context["object_list"]]

    def test_pages_with_pictures_that_say_nothing(
        self, article: Callable, picture: Callable, editor: User
    ) -> None:
        image = PortalImage.objects.create(title="银杏", file=picture())
        for title, alt in (("没有", ""), ("有", "东门的银杏")):
            page = article(title)
            page.body = [
                {
                    "type": "picture",
                    "value": {
                        "image": {"image": image.pk, "alt_text": alt, "decorative": False},
                        "caption": "",
                    },
                }
            ]
            page.save_revision().publish(skip_permission_checks=True)
        assert self.titles(browser(editor), "without_words") == ["没有"]

    def test_notices_that_end_soon_or_are_over(self, notice: Callable, editor: User) -> None:
        now = timezone.now()
        notice("下周才到期", valid_until=now + timedelta(days=8))
        notice("明天到期", valid_until=now + timedelta(days=1))
        notice("早就过期", published_on=now - timedelta(days=9), valid_until=now - timedelta(days=2))
        assert self.titles(browser(editor), "ending") == ["明天到期", "早就过期"]

    def test_what_nobody_looked_at_for_a_year(
        self, portal: Any, article: Callable, notice: Callable, editor: User
    ) -> None:
        long_ago = timezone.now() - timedelta(days=400)
        old, news = notice("垃圾分类时间表"), article("去年的新闻")
        Page.objects.filter(pk__in=[old.pk, news.pk]).update(last_published_at=long_ago)
        assert self.titles(browser(editor), "stale") == ["垃圾分类时间表"]

    def test_the_numbers_of_the_list_are_those_of_each_notice(
        self, notice: Callable, person: Callable, places: dict
    ) -> None:
        scopes = [
            Scope(PUBLIC),
            Scope(RESIDENTS),
            Scope(PLACE, places["ginkgo"].path),
            Scope(PLACE, places["ginkgo-3"].path),
            Scope(ROLE, "staff"),
        ]
        pages = [notice(f"必读{number}", must_read=True, scope=scope) for number, scope in enumerate(scopes)]
        people = [person("lin"), person("door", place="ginkgo-3"), person("far", place="bridge")]
        staff = person("staff", roles=("staff",))
        abroad = person("abroad", roles=("staff",), place="bridge")
        from foundation.accounts.domain.roles import give_role

        give_role(abroad, "staff", place=places["ginkgo-3"], by=None)
        abroad = User.objects.get(pk=abroad.pk)
        for reader in (*people[:2], abroad):
            for page in pages:
                if not page.hidden_from(reader):
                    receipts.confirm(page, by=reader)
        for by in (staff, person("editor", roles=("editor",))):
            for page in tallies.counted(list(pages), by=by):
                one = receipts.standing_of(page, by=by)
                assert (page.read, page.people) == (one.read, one.people), (by, page.title)

    def test_the_list_asks_as_often_for_one_as_for_many(
        self, notice: Callable, person: Callable, places: dict, editor: User
    ) -> None:
        client = browser(editor)
        notice("必读", must_read=True, scope=Scope(ROLE, "staff"))
        counts = []
        for _round in range(2):
            client.get(reverse("editor:must_read"))
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse("editor:must_read"))
            counts.append(len(asked))
            for number in range(6):
                notice(f"又一条{number}", must_read=True, scope=Scope(PLACE, places["ginkgo"].path))
        assert counts[0] == counts[1]

    @pytest.mark.deny
    def test_residents_open_none(self, person: Callable, portal: Any) -> None:
        lin = browser(person("lin"))
        for name in ("without_words", "ending", "must_read", "stale"):
            assert lin.get(reverse(f"editor:{name}")).status_code == 302


@pytest.mark.deny
def test_only_what_the_inbox_can_show_is_handed_in_for_review(
    portal: Any, article: Callable, editor: User
) -> None:
    """A list that waited would be locked for everybody, and nobody could decide on it."""
    page = article("银杏黄了")
    assert page.permissions_for_user(editor).can_submit_for_moderation()
    assert portal.home.permissions_for_user(editor).can_submit_for_moderation()
    for frame in (portal.news, portal.notices, portal.communities):
        assert not frame.permissions_for_user(editor).can_submit_for_moderation()
    writing = browser(editor).get(reverse("wagtailadmin_pages:edit", args=[portal.news.pk])).content.decode()
    assert "action-submit" not in writing
    adding = browser(editor).get(
        reverse("wagtailadmin_pages:add", args=["news", "articlepage", portal.news.pk])
    )
    assert "action-submit" in adding.content.decode()


def test_a_change_of_the_front_page_waits_in_the_inbox_and_is_decided_there(
    portal: Any, editor: User, person: Callable
) -> None:
    reviewer = person("reviewer", roles=("reviewer",))
    home = portal.home
    home.title = "换了名字"
    home.save_revision(user=editor)
    home.get_workflow().start(home, editor)
    item = ReviewItem.objects.get()
    assert (item.kind, item.state) == ("front_page", ReviewItem.State.WAITING)
    shown = browser(reviewer).get(item.get_absolute_url())
    assert shown.status_code == 200
    assert "换了名字" in shown.content.decode()
    inbox.decide(item, approved=True, by=reviewer)
    home.refresh_from_db()
    assert home.title == "换了名字"


def test_a_notice_that_was_not_published_yet_is_there_again(editor: User, portal: Any) -> None:
    """The page's script keeps the form as one draft; whoever publishes it begins the next one empty."""
    client, address = browser(editor), reverse("notices:publish")
    written = {"title": "停水", "summary": "周六停水", "words": "请储水", "level": "important"}
    client.post(reverse("social:draft"), {"key": "notice:new", "text": json.dumps(written)})
    shown = client.get(address).content.decode()
    for value in ("停水", "周六停水", "请储水"):
        assert value in shown
    assert client.post(address, {**written, "scope": "public"}).status_code == 302
    assert "请储水" not in client.get(address).content.decode().split("office-form")[1].split("</form>")[0]


@pytest.mark.deny
def test_nonsense_in_a_kept_notice_is_no_error(editor: User, portal: Any) -> None:
    client = browser(editor)
    for nonsense in ("{", "[1]", "null"):
        client.post(reverse("social:draft"), {"key": "notice:new", "text": nonsense})
        assert client.get(reverse("notices:publish")).status_code == 200


def test_the_preview_looks_over_the_text_and_the_published_page_carries_nothing_for_editors(
    editor: User, article: Callable
) -> None:
    page, client = article("银杏黄了"), browser(editor)
    page.save_revision()
    address = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
    shown = client.get(address, {"mode": "ordinary"}).content.decode()
    assert "wagtail-userbar" in shown
    assert '"include": ["main"]' in shown
    assert "wagtail-userbar" not in client.get(page.url).content.decode()
