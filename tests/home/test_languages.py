"""Pages in two languages: each once, in the reader's own where somebody translated it (P11)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation
from wagtail.models import Locale, Page, PageViewRestriction
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from foundation.core.pages import version
from home.models import HomePage
from news.domain import receipts
from news.models import ArticlePage, NewsIndexPage, NoticePage

pytestmark = [pytest.mark.django_db, pytest.mark.row("P11")]


def read(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.fixture
def translated(portal: Any, article: Callable) -> Callable[..., ArticlePage]:
    """Translate an article into English; its parents are translated with it."""

    def make(page: ArticlePage, title: str, *, slug: str = "", live: bool = True) -> ArticlePage:
        for parent in (portal.home, portal.news):
            if not parent.has_translation(Locale.objects.get(language_code="en")):
                made = parent.copy_for_translation(Locale.objects.get(language_code="en"))
                made.title = f"EN {parent.title}"
                made.save_revision().publish()
        made = page.copy_for_translation(Locale.objects.get(language_code="en"))
        made.title, made.slug = title, slug or page.slug
        made.save()
        revision = made.save_revision()
        if live:
            revision.publish()
        return ArticlePage.objects.get(pk=made.pk)

    return make


def test_what_nobody_translated_is_read_in_chinese_with_an_english_frame(article: Callable) -> None:
    address = article("银杏黄了").get_url()
    text = read(f"/en{address}")
    assert "银杏黄了" in text
    assert '<html\n    lang="en"' in text
    assert "Sign in" in text
    assert f'rel="canonical" href="http://testserver{address}"' in text


def test_lists_show_every_article_once_in_the_reader_s_language(
    article: Callable, translated: Callable
) -> None:
    first, _second = article("银杏黄了", slug="ginkgo"), article("食堂换菜单", slug="menu")
    translated(first, "The ginkgos are yellow")
    english, chinese = read("/en/news/"), read("/news/")
    assert "The ginkgos are yellow" in english
    assert "银杏黄了" not in english
    assert "食堂换菜单" in english
    assert "银杏黄了" in chinese
    assert "The ginkgos are yellow" not in chinese
    assert "The ginkgos are yellow" in read("/en/news/rss/")
    assert "The ginkgos are yellow" not in read("/news/rss/")


def test_links_stay_in_the_reader_s_language(article: Callable, translated: Callable) -> None:
    first, second = article("银杏黄了", slug="ginkgo"), article("食堂换菜单", slug="menu")
    english = translated(first, "The ginkgos are yellow")
    with translation.override("en"):
        assert english.get_url() == "/en/news/ginkgo/"
        assert second.get_url() == "/en/news/menu/"
    with translation.override("zh-hans"):
        assert second.get_url() == "/news/menu/"
        assert english.get_url() == "/en/news/ginkgo/", "a translation has one address"


def test_the_switch_keeps_the_page_whatever_it_is_called(article: Callable, translated: Callable) -> None:
    page = article("银杏黄了", slug="yinxing")
    translated(page, "The ginkgos are yellow", slug="ginkgo")
    assert 'href="/en/news/ginkgo/" lang="en"' in read("/news/yinxing/")
    assert 'href="/news/yinxing/" lang="zh-CN"' in read("/en/news/ginkgo/")
    assert 'hreflang="en" href="http://testserver/en/news/ginkgo/"' in read("/news/yinxing/")
    assert "The ginkgos are yellow" in read("/en/news/yinxing/"), "the other name leads there too"
    assert Client().get("/news/ginkgo/").status_code == 404


@pytest.mark.deny
def test_a_translation_that_is_not_published_is_on_no_surface(
    article: Callable, translated: Callable
) -> None:
    page = article("银杏黄了", slug="ginkgo")
    draft = translated(page, "The ginkgos are yellow", live=False)
    for path in ("/en/news/", "/en/news/ginkgo/", "/en/", "/en/news/rss/", "/sitemap.xml"):
        assert "The ginkgos are yellow" not in read(path)
    assert "银杏黄了" in read("/en/news/ginkgo/")
    draft.save_revision().publish()
    assert "The ginkgos are yellow" in read("/en/news/ginkgo/")
    ArticlePage.objects.get(pk=draft.pk).unpublish()
    assert "The ginkgos are yellow" not in read("/en/news/ginkgo/")
    assert "银杏黄了" in read("/en/news/ginkgo/")


@pytest.mark.deny
def test_a_withdrawn_original_is_not_read_through_the_other_language(article: Callable) -> None:
    page = article("银杏黄了", slug="ginkgo")
    read("/en/news/ginkgo/")
    page.unpublish()
    assert Client().get("/en/news/ginkgo/").status_code == 404


def test_the_front_page_in_english_has_its_own_arrangement(portal: Any, translated: Callable) -> None:
    portal.home.body = [("text", "<p>中文版面</p>")]
    portal.home.save_revision().publish()
    assert "中文版面" in read("/en/"), "until somebody translates it"
    made = HomePage.objects.get(pk=portal.home.pk).copy_for_translation(
        Locale.objects.get(language_code="en")
    )
    made.body = [("text", "<p>English arrangement</p>")]
    made.save_revision().publish()
    assert "English arrangement" in read("/en/")
    assert "中文版面" not in read("/en/")
    assert "English arrangement" not in read("/")


def test_a_further_language_is_a_row_away(article: Callable) -> None:
    """A locale is added; nothing is lost and nothing is doubled while nobody has written in it."""
    page = article("银杏黄了")
    before = read("/news/").count("银杏黄了")
    french = Locale.objects.create(language_code="fr")
    version.portal_changed()
    assert read("/news/").count("银杏黄了") == read("/en/news/").count("银杏黄了") == before
    made = page.copy_for_translation(french, copy_parents=True)
    made.title = "Les ginkgos sont jaunes"
    made.save_revision().publish()
    assert "Les ginkgos" not in read("/news/") + read("/en/news/")


def test_each_list_stands_once_in_each_language(portal: Any) -> None:
    with pytest.raises(ValidationError):
        portal.home.add_child(instance=NewsIndexPage(title="又一个", slug="news"))
    assert not NewsIndexPage.can_create_at(portal.home)


def test_editors_translate_a_page_in_the_admin(person: Callable, article: Callable) -> None:
    page = article("银杏黄了", slug="ginkgo")
    client = Client()
    client.force_login(person("editor", roles=("editor",)))
    form = client.get(f"/admin/localize/submit/page/{page.pk}/")
    assert form.status_code == 200
    english = Locale.objects.get(language_code="en")
    done = client.post(f"/admin/localize/submit/page/{page.pk}/", {"locales": [english.pk]})
    assert done.status_code == 302
    made = Page.objects.get(translation_key=page.translation_key, locale=english)
    assert not made.live, "it is translated first"
    assert client.get(f"/admin/pages/{made.pk}/edit/").status_code == 200


@pytest.mark.deny
def test_nobody_else_does(person: Callable, article: Callable) -> None:
    page = article("银杏黄了")
    for roles in ((), ("staff",), ("auditor",)):
        client = Client()
        client.force_login(person(f"p{len(roles)}{roles}".replace("'", ""), roles=roles))
        assert client.get(f"/admin/localize/submit/page/{page.pk}/").status_code != 200
    assert Page.objects.filter(translation_key=page.translation_key).count() == 1


def test_the_api_answers_in_the_language_that_is_asked_for(article: Callable, translated: Callable) -> None:
    page = article("银杏黄了", slug="ginkgo")
    translated(page, "The ginkgos are yellow")
    assert NoticePage.objects.count() == 0
    with translation.override("en"):
        assert [one.title for one in ArticlePage.objects.visible_to(None).in_language()] == [
            "The ginkgos are yellow"
        ]
    with translation.override("zh-hans"):
        assert [one.title for one in ArticlePage.objects.visible_to(None).in_language()] == ["银杏黄了"]


class TestATranslationIsAsPrivateAsItsOriginal:
    """Words are its own; for whom they are, and until when, is its original's."""

    @pytest.fixture
    def notice(self, portal: Any, article: Callable, translated: Callable) -> Callable[..., NoticePage]:
        translated(article("垫一垫"), "Padding")

        def make(title: str, english: str, **values: Any) -> NoticePage:
            page = NoticePage(title=title, slug="water", summary=title, **values)
            portal.notices.add_child(instance=page)
            page.save_revision().publish()
            made = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
            made.title = made.summary = english
            made.save()
            made.save_revision().publish()
            return NoticePage.objects.get(pk=page.pk)

        return make

    @pytest.mark.row("P3")
    @pytest.mark.deny
    def test_a_notice_for_a_place_is_for_that_place_in_english_too(
        self, notice: Callable, places: dict, person: Callable
    ) -> None:
        page = notice("停水", "No water")
        assert "No water" in read("/en/notices/")
        page.scope_level, page.scope_ref = "place", places["ginkgo"].path
        page.save_revision().publish()
        for path in ("/en/notices/", "/en/"):
            assert "No water" not in read(path)
        assert Client().get("/en/notices/water/").status_code == 404
        client = Client()
        client.force_login(person("lin"))
        assert "No water" in client.get("/en/notices/water/").content.decode()
        translation_row = NoticePage.objects.get(title="No water")
        translation_row.scope_level, translation_row.scope_ref = "public", ""
        translation_row.save_revision().publish()
        assert Client().get("/en/notices/water/").status_code == 404, "an editor of words can't widen it"

    @pytest.mark.deny
    def test_what_is_withdrawn_is_withdrawn_in_every_language(self, notice: Callable) -> None:
        page = notice("停水", "No water")
        page.unpublish()
        assert "No water" not in read("/en/notices/")
        assert Client().get("/en/notices/water/").status_code == 404

    @pytest.mark.deny
    def test_a_private_section_is_private_in_english_too(self, portal: Any, notice: Callable) -> None:
        notice("停水", "No water")
        PageViewRestriction.objects.create(page=portal.notices, restriction_type=PageViewRestriction.LOGIN)
        assert "No water" not in read("/en/")
        assert Client().get("/en/notices/water/").status_code == 302

    @pytest.mark.row("P3")
    def test_it_is_confirmed_once_whichever_words_one_read(self, notice: Callable, person: Callable) -> None:
        page = notice("停水", "No water", must_read=True)
        english = NoticePage.objects.get(title="No water")
        lin = person("lin")
        assert receipts.asked_of(english, lin) == receipts.Asked(confirmed=False)
        assert receipts.confirm(english, by=lin)
        assert not receipts.confirm(page, by=lin)
        assert receipts.asked_of(page, lin) == receipts.Asked(confirmed=True)


def test_search_engines_are_told_of_translations_and_of_no_private_one(
    article: Callable, translated: Callable
) -> None:
    page = article("银杏黄了", slug="ginkgo")
    translated(page, "The ginkgos are yellow")
    assert "/en/news/ginkgo/" in read("/sitemap.xml")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert "ginkgo" not in read("/sitemap.xml")


@pytest.mark.row("P9")
def test_the_search_leads_to_a_translation_at_its_own_address(
    article: Callable, translated: Callable, drain: Callable
) -> None:
    translated(article("银杏黄了", slug="ginkgo"), "The ginkgos are yellow")
    drain()
    for path in ("/en/search/", "/search/"):
        text = Client().get(path, {"q": "ginkgos"}).content.decode()
        assert 'href="/en/news/ginkgo/"' in text, path
    assert "The ginkgos are yellow" in read("/en/news/ginkgo/")


@pytest.mark.row("P11")
def test_what_is_being_translated_is_read_as_before_until_somebody_publishes_it(
    article: Callable, person: Callable
) -> None:
    """Through the admin, as an editor does it: asked for, each piece sent by itself, and nothing of it seen yet."""
    page = article("银杏黄了", slug="ginkgo")
    english = Locale.objects.get(language_code="en")
    editor = Client()
    editor.force_login(person("editor", roles=("editor",)))
    asked = editor.post(f"/admin/localize/submit/page/{page.pk}/", {"locales": [english.pk]})
    assert asked.status_code == 302
    made = page.get_translation(english)
    assert not made.live
    words = StringTranslation.objects.filter(locale=english)
    segment = StringSegment.objects.filter(
        source__object_id=page.translation_key, string__data="银杏黄了"
    ).first()
    address = f"/admin/localize/translate/{Translation.objects.get().pk}/strings/{segment.pk}/edit/"
    kept = editor.put(
        address, "value=The+ginkgos+are+yellow", content_type="application/x-www-form-urlencoded"
    )
    assert kept.status_code in (200, 201), kept.content
    assert words.get().data == "The ginkgos are yellow"
    shown = Client().get("/en/news/ginkgo/").content.decode()
    assert "银杏黄了" in shown
    assert "The ginkgos are yellow" not in shown
    assert 'hreflang="en"' not in shown
    assert editor.delete(address).status_code == 200
    assert not words.exists()
