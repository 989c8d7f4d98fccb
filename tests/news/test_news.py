"""The news (P1) and what an editor does with them (P2): index, filters, feeds, article, schedule, expiry."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import PageLogEntry

from foundation.core.models import PortalImage
from foundation.core.pages.schedule import publish_due
from foundation.social.domain.comments import comment, decide_comment
from news.blocks import VideoBlock
from news.domain import reading
from news.domain.reading import READERS, ReaderCounter
from news.models import ArticlePage, ArticleViews, Channel, NoticePage

pytestmark = [pytest.mark.django_db, pytest.mark.row("P1")]


def titles(answer: Any) -> list[str]:
    return [page.title for page in answer.context["page_obj"]]


@pytest.fixture
def three(article: Callable) -> dict[str, ArticlePage]:
    """Three articles in two channels, one day apart."""
    safety = Channel.objects.create(slug="safety", name="健康安全", position=1)
    made = {}
    for age, (title, channel) in enumerate([("银杏黄了", None), ("食堂换菜单", None), ("消防演练", safety)]):
        page = article(title, published_on=timezone.now() - timedelta(days=age))
        if channel:
            page.channel = channel
        page.tags.add("秋天" if age == 0 else "生活")
        page.save_revision().publish()
        made[title] = page
    return made


class TestTheIndex:
    def test_newest_first_narrowed_by_channel_tag_and_words(self, client: Any, three: dict) -> None:
        assert titles(client.get("/news/")) == ["银杏黄了", "食堂换菜单", "消防演练"]
        assert titles(client.get("/news/?channel=safety")) == ["消防演练"]
        assert titles(client.get("/news/", {"tag": three["银杏黄了"].tags.get().slug})) == ["银杏黄了"]
        assert titles(client.get("/news/?q=演练")) == ["消防演练"]
        assert titles(client.get("/news/?q=演练&channel=street")) == []

    def test_what_makes_no_sense_breaks_nothing(self, client: Any, three: dict) -> None:
        for query in ("?channel=none", "?tag=none", '?q="', "?q=" + "长" * 500, "?page=999", "?page=x"):
            assert client.get(f"/news/{query}").status_code == 200

    def test_it_comes_in_pages_that_keep_the_filter(self, client: Any, article: Callable) -> None:
        for number in range(14):
            article(f"第{number}篇", published_on=timezone.now() - timedelta(hours=number))
        page = client.get("/news/?channel=street&page=2")
        assert titles(page) == ["第12篇", "第13篇"]
        assert "channel=street" in page.content.decode().split('class="pager')[1]

    @pytest.mark.deny
    @pytest.mark.row("P2")
    def test_drafts_and_what_was_withdrawn_are_for_nobody(self, client: Any, article: Callable) -> None:
        draft, gone = article("草稿", live=False), article("撤下")
        gone.unpublish()
        assert titles(client.get("/news/")) == []
        for page in (draft, gone):
            assert client.get(page.url or f"/news/{page.slug}/").status_code == 404
        assert "草稿" not in client.get("/news/rss/").content.decode()
        assert "草稿" not in client.get("/sitemap.xml").content.decode()

    @pytest.mark.parametrize("kind", ["rss", "atom"])
    def test_feeds_hold_the_newest_and_the_page_names_them(self, client: Any, three: dict, kind: str) -> None:
        answer = client.get(f"/news/{kind}/")
        root = ET.fromstring(answer.content)
        entries = [node for node in root.iter() if node.tag.split("}")[-1] in ("item", "entry")]
        names = [part.text for node in entries for part in node if part.tag.endswith("title")]
        assert names == ["银杏黄了", "食堂换菜单", "消防演练"]
        assert b"http://testserver/news/a1/" in answer.content
        assert b"example.com" not in answer.content
        assert f'href="/news/{kind}/"' in client.get("/news/").content.decode()


class TestAnArticle:
    def test_every_block_is_shown(self, client: Any, article: Callable, picture: Callable) -> None:
        image = PortalImage.objects.create(title="银杏", description="金黄的银杏", file=picture())
        document = get_document_model().objects.create(title="菜单", file=picture("menu.pdf"))
        film = get_document_model().objects.create(title="片子", file=picture("film.mp4"))
        shown = {"image": image, "caption": "大道"}
        page = article(
            "全部积木",
            cover=image,
            byline="李编辑",
            body=[
                ("heading", "小标题"),
                ("paragraph", "<p>一段<b>话</b></p>"),
                ("picture", shown),
                ("gallery", {"pictures": [shown, shown]}),
                ("quote", {"text": "引文在此", "source": "出处"}),
                ("table", {"data": [["楼", "时间"], ["3", "九点"]], "first_row_is_table_header": True}),
                ("call", {"label": "服务站", "number": "0571-5550-0112", "hours": "8:30"}),
                ("attachment", {"document": document, "note": "十二月"}),
                ("video", {"film": film, "poster": image, "caption": "片子"}),
            ],
        )
        html = client.get(page.url).content.decode()
        for words in (
            "小标题",
            "<b>话</b>",
            "大道",
            "引文在此",
            "九点",
            "tel:057155500112",
            "菜单",
            "<video",
        ):
            assert words in html, words
        assert "李编辑" in html

    def test_its_readers_are_counted_without_a_write_each(
        self, client: Any, article: Callable, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(reading, "FLUSH_SECONDS", float("inf"))
        page = article()
        for _read in range(3):
            answer = client.get(page.url)
        assert answer.context["readers"] == 3
        assert not ArticleViews.objects.exists()
        READERS.flush()
        READERS.flush()
        assert reading.count_of(page) == 3
        client.get(page.url)
        READERS.flush()
        assert reading.count_of(page) == 4

    def test_views_of_an_article_that_went_are_dropped(self, article: Callable, monkeypatch: Any) -> None:
        counter = ReaderCounter()
        counter.add(999_999)
        monkeypatch.setattr(reading, "FLUSH_SECONDS", -1.0)
        assert counter.add(article().pk) == 0
        assert ArticleViews.objects.get().count == 1, "the other article's number went nowhere"

    def test_what_fits_comes_below_it(self, three: dict) -> None:
        related = reading.related(three["银杏黄了"])
        assert [page.title for page in related] == ["食堂换菜单"]
        related = reading.related(three["食堂换菜单"])
        assert [page.title for page in related] == ["消防演练", "银杏黄了"]

    @pytest.mark.row("P2")
    def test_an_old_revision_brings_no_old_counter_back(self, article: Callable, person: Callable) -> None:
        page = article()
        old = page.save_revision()
        made = comment(by=person("lin"), target=page, text="好看")
        decide_comment(made, approved=True, reason="", by=person("editor", roles=("editor",)))
        old.publish()
        page.refresh_from_db()
        assert page.comment_count == 1

    @pytest.mark.deny
    def test_a_film_is_a_film(self, picture: Callable) -> None:
        document = get_document_model().objects.create(title="x", file=picture("x.pdf"))
        block = VideoBlock()
        with pytest.raises(ValidationError):
            block.clean(block.to_python({"film": document.pk, "poster": None, "caption": ""}))

    @pytest.mark.row("P2")
    def test_a_copy_is_another_page(self, article: Callable) -> None:
        page = article()
        copy = page.copy(update_attrs={"slug": "copy"})
        assert copy.public_id != page.public_id


@pytest.mark.row("P2")
class TestPublishing:
    def test_it_comes_by_itself_at_its_time_and_goes_at_its_end(self, client: Any, article: Callable) -> None:
        page = article("定时", live=False, go_live_at=timezone.now() + timedelta(hours=1))
        page.save_revision().publish()
        page.refresh_from_db()
        assert not page.live
        assert publish_due() == 0
        page.go_live_at = timezone.now() - timedelta(minutes=1)
        page.expire_at = timezone.now() + timedelta(hours=1)
        page.save_revision(approved_go_live_at=page.go_live_at)
        assert publish_due() == 1
        page.refresh_from_db()
        assert page.live
        ArticlePage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
        assert publish_due() == 1
        page.refresh_from_db()
        assert not page.live
        assert client.get("/news/").context["page_obj"].paginator.count == 0

    def test_revisions_are_compared_and_an_old_one_comes_back(
        self, client: Any, article: Callable, person: Callable
    ) -> None:
        page, reviewer = article("第一稿"), person("reviewer", roles=("reviewer",))
        first = page.latest_revision
        page.title = "第二稿"
        second = page.save_revision(user=reviewer)
        client.force_login(reviewer)
        compared = client.get(
            reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, first.pk, second.pk])
        )
        assert "第二稿" in compared.content.decode()
        assert (
            "第一稿"
            in client.get(
                reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, first.pk])
            ).content.decode()
        )

    def test_an_editor_sees_the_page_before_anybody_else(
        self, client: Any, article: Callable, person: Callable
    ) -> None:
        page, editor = article("预览", live=False), person("editor", roles=("editor",))
        page.save_revision(user=editor)
        client.force_login(editor)
        shown = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
        assert "预览" in shown.content.decode()
        assert client.get(f"/news/{page.slug}/").status_code == 404

    @pytest.mark.deny
    def test_an_editor_can_not_publish_past_the_workflow(
        self, client: Any, article: Callable, person: Callable
    ) -> None:
        page, editor = article("想直接发", live=False), person("editor", roles=("editor",))
        client.force_login(editor)
        client.post(
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
            {
                "title": page.title,
                "slug": page.slug,
                "channel": page.channel_id,
                "summary": page.summary,
                "published_on": "2026-11-25 08:00",
                "tags": "",
                "body-count": 0,
                "action-publish": "1",
            },
        )
        page.refresh_from_db()
        assert not page.live
        assert not PageLogEntry.objects.filter(action="wagtail.publish").exists()


class TestNotices:
    @pytest.fixture
    def notice(self, portal: Any) -> Callable[..., NoticePage]:
        def make(title: str = "停水", **values: Any) -> NoticePage:
            page = NoticePage(title=title, slug=f"n{NoticePage.objects.count()}", summary="一句话", **values)
            portal.notices.add_child(instance=page)
            return page

        return make

    def test_newest_first_and_what_is_over_says_so(self, client: Any, notice: Callable) -> None:
        yesterday = timezone.now() - timedelta(days=1)
        over = notice("旧的", published_on=yesterday - timedelta(days=1), valid_until=yesterday)
        now = notice("新的", level="urgent")
        assert titles(client.get("/notices/")) == ["新的", "旧的"]
        assert over.is_over
        assert not now.is_over
        assert [page.title for page in NoticePage.objects.visible_to(None).in_force()] == ["新的"]
        assert client.get(over.url).status_code == 200

    @pytest.mark.deny
    def test_an_end_before_the_beginning_is_refused_in_words_and_by_the_database(
        self, notice: Callable
    ) -> None:
        yesterday = timezone.now() - timedelta(days=1)
        with pytest.raises(ValidationError, match="有效期要晚于发布时间"):
            notice(valid_until=yesterday)
        page = notice("停电")
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticePage.objects.filter(pk=page.pk).update(valid_until=yesterday)
