"""The index follows what it is made from (P9), and a look at everything each night mends what it missed."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from foundation.core.access import permissions
from foundation.core.flow import outbox
from foundation.core.search import indexing, pages
from foundation.core.search.finding import find
from foundation.core.search.models import SearchDocument, SearchText
from news.models import ArticlePage

pytestmark = [pytest.mark.row("P9"), pytest.mark.django_db]


def waiting() -> int:
    from foundation.core.models import OutboxMessage

    return OutboxMessage.objects.filter(channel__startswith="search", state="new").count()


class TestFollowing:
    def test_what_is_saved_is_found_once_the_outbox_is_drained(
        self, article: Callable, drain: Callable, hits: Callable
    ) -> None:
        page = article("银杏黄了", summary="秋天")
        assert hits("银杏") == []
        drain()
        assert hits("银杏") == ["银杏黄了"]
        page.title = "银杏绿了"
        page.save_revision().publish()
        drain()
        assert (hits("绿"), hits("黄了")) == (["银杏绿了"], [])
        page.delete()
        drain()
        assert not SearchText.objects.filter(document__kind="article").exists()

    def test_a_moved_page_is_found_at_its_new_address(
        self, article: Callable, portal: Any, drain: Callable
    ) -> None:
        article("银杏黄了")
        portal.news.slug = "xinwen"
        portal.news.save_revision().publish()
        drain()
        assert find("银杏", None).hits[0].address == "/xinwen/a1/"

    def test_what_changes_nothing_that_is_found_says_nothing(self, person: Callable, drain: Callable) -> None:
        lin = person("lin")
        drain()
        lin.save(update_fields=["last_login"])
        assert waiting() == 0
        lin.save(update_fields=["display_name"])
        assert waiting() == 1

    def test_what_is_rolled_back_is_not_written(
        self, article: Callable, drain: Callable, hits: Callable
    ) -> None:
        page = article("银杏黄了")
        drain()

        def broken() -> None:
            with transaction.atomic():
                page.title = "没写成"
                page.save()
                raise RuntimeError

        with pytest.raises(RuntimeError):
            broken()
        drain()
        assert hits("没写成") == []

    def test_the_same_is_not_written_twice(self, article: Callable, drain: Callable) -> None:
        page = article("银杏黄了")
        drain()
        with CaptureQueriesContext(connection) as captured:
            assert indexing.write("article", [page.pk]) == 0
        assert not [query for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]

    def test_an_institution_is_found_by_its_services_and_under_its_new_name(
        self, person: Callable, places: dict, picture: Callable, drain: Callable, hits: Callable
    ) -> None:
        from tests.access.town import institution_of

        head, lin = person("head"), person("lin")
        made = institution_of(head, places["ginkgo"], lin, picture(size=(64, 48)))
        drain()
        assert hits("助餐", lin) == hits("yangguang", lin) == ["阳光帮扶中心"]
        organisation = made["institution"].organisation
        organisation.name = "月光帮扶中心"
        organisation.save(update_fields=["name"])
        made["service"].delete()
        drain()
        assert (hits("月光", lin), hits("助餐", lin), hits("探访", lin)) == (
            ["月光帮扶中心"],
            [],
            ["月光帮扶中心"],
        )

    @pytest.mark.deny
    def test_institutions_and_agreements_are_found_by_the_right_of_their_own_pages(
        self, person: Callable, places: dict, picture: Callable, drain: Callable, hits: Callable
    ) -> None:
        from tests.access.town import agreements_of, institution_of

        head, lin, clerk = person("head"), person("lin"), person("clerk", roles=("staff",))
        made = institution_of(head, places["ginkgo"], lin, picture(size=(64, 48)))
        agreements_of(made["institution"], places["ginkgo"], clerk)
        drain()
        elsewhere = person("elsewhere", roles=("staff",), place="bridge")
        found = {
            name: sorted(hits("阳光", reader))
            for name, reader in {
                "visitor": None,
                "lin": lin,
                "head": type(head).objects.get(pk=head.pk),
                "clerk": clerk,
                "elsewhere": elsewhere,
                "auditor": person("auditor", roles=("auditor",)),
            }.items()
        }
        agreement, institution = "助老上门服务协议", "阳光帮扶中心"
        assert found["visitor"] == []
        assert found["lin"] == [institution]
        assert found["elsewhere"] == [institution]
        assert found["head"] == [agreement], "the one that was not pushed yet is the community's"
        assert found["clerk"] == [agreement, agreement, institution]
        auditor = type(head).objects.get(username="auditor")
        may = permissions.has_permission(auditor, permissions.named("institution.search"))
        assert (institution in found["auditor"]) == may


class TestMending:
    def test_it_writes_what_is_missing_and_drops_what_is_gone(
        self, article: Callable, drain: Callable, hits: Callable
    ) -> None:
        page, other = article("银杏黄了"), article("食堂换菜单", summary="冬天")
        drain()
        indexing.mend()
        SearchDocument.objects.filter(object_id=page.pk).delete()
        ArticlePage.objects.filter(pk=other.pk).update(title="食堂休息")
        SearchDocument.objects.create(kind="article", object_id=999_999, scope_level="public", digest="x")
        SearchDocument.objects.create(kind="never_known", object_id=1, scope_level="public", digest="x")
        assert hits("银杏") == hits("食堂") == []
        assert indexing.mend() == 4
        assert (hits("银杏"), hits("食堂")) == (["银杏黄了"], ["食堂休息"])
        assert indexing.mend() == 0

    def test_it_is_done_every_day(self) -> None:
        from foundation.core.flow import chores

        assert "foundation.core.search.indexing.mend" in chores._chores[chores.Rhythm.DAY]

    def test_the_command_writes_everything_anew(
        self, article: Callable, drain: Callable, hits: Callable
    ) -> None:
        article("银杏黄了")
        drain()
        SearchText.objects.update(text="弄坏了", words=" 弄坏 坏了 ")
        assert hits("银杏") == []
        said = StringIO()
        call_command("search", "rebuild", stdout=said)
        assert hits("银杏") == ["银杏黄了"]
        assert "documents written" in said.getvalue()

    def test_a_message_that_is_delivered_twice_harms_nothing(
        self, article: Callable, drain: Callable
    ) -> None:
        page = article("银杏黄了")
        drain()
        for _time in range(2):
            outbox.enqueue("search", key=None, payload={"kind": "article", "ids": [page.pk]})
        drain()
        assert SearchDocument.objects.filter(kind="article").count() == 1

    def test_the_database_keeps_one_document_of_each(self) -> None:
        SearchDocument.objects.create(kind="article", object_id=1, scope_level="public", digest="x")
        with pytest.raises(IntegrityError), transaction.atomic():
            SearchDocument.objects.create(kind="article", object_id=1, scope_level="public", digest="x")
        with pytest.raises(IntegrityError), transaction.atomic():
            SearchDocument.objects.create(kind="article", object_id=2, scope_level="", digest="x")


class TestPagesThatAreNoObjects:
    def test_the_help_is_found_by_everybody(self, hits: Callable) -> None:
        indexing.mend()
        assert hits("谁能办") == hits("解约申请") == hits("zenmeban") == ["怎么办、谁能办"]
        assert find("谁能办", None).hits[0].address == "/help/steps/"

    @pytest.mark.deny
    def test_two_pages_with_one_key_stop_the_start(self) -> None:
        with pytest.raises(ImproperlyConfigured):
            pages.register_page(key=1, title="x", url=lambda: "/", text=lambda: "")

    def test_one_that_the_code_does_not_know_any_more_is_not_found(
        self, hits: Callable, monkeypatch: Any
    ) -> None:
        indexing.mend()
        monkeypatch.setattr(pages, "_pages", {})
        assert hits("谁能办") == []
        indexing.mend()
        assert not SearchDocument.objects.filter(kind="page").exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's index has no list of waiting words")
def test_no_search_reads_through_words_that_wait_to_be_sorted_in(article: Callable, drain: Callable) -> None:
    article("银杏黄了")
    drain()
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'core_searchwords'")
        assert cursor.fetchone()[0] == ["fastupdate=off"]


def test_a_page_that_is_no_object_is_found_in_the_words_of_each_language() -> None:
    indexing.write_all(again=False)
    found = []
    for words, code in (("车牌", "zh-hans"), ("exempt", "en")):
        with translation.override(code):
            found += [(hit.title, hit.address) for hit in find(words, None, kind=pages.KIND).hits]
    assert found == [("车辆限行", "/plates/"), ("Plate limits", "/en/plates/")]
    assert indexing.write_all(again=False) == 0
