"""One urgent notice, its updates and its end: a band above every page of those it is for (P3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.core import text
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import PLACE, ROLE, Scope
from foundation.core.flow.models import AuditEntry
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.pages import version
from foundation.messaging.models import Notification
from news.domain import urgent
from news.domain.local_notices import publish_notice
from news.models import NoticePage, NoticeUpdate

pytestmark = [pytest.mark.django_db, pytest.mark.row("P3")]
PAGES = ("/", "/news/", "/notices/", "/account/login/", "/_ui/", "/no/such/page/")


def browser(user: Any) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def band(client: Client, path: str = "/news/") -> str:
    """Return what stands in the band of a page."""
    html = client.get(path).content.decode()
    return (
        html.split('<section class="urgent"')[1].split("<main")[0]
        if '<section class="urgent"' in html
        else ""
    )


class TestTheBand:
    def test_it_stands_on_every_page_until_its_time_is_over(
        self, notice: Callable, time_machine: Any
    ) -> None:
        page = notice("今晚停水", level="urgent", valid_until=timezone.now() + timedelta(hours=2))
        for path in PAGES:
            assert "今晚停水" in band(Client(), path), path
        assert f'href="{page.url}"' in band(Client())
        time_machine.move_to(timezone.now() + timedelta(hours=3))
        for path in PAGES:
            if path != "/_ui/":
                assert band(Client(), path) == "", path
        assert Client().get(page.url).status_code == 200

    def test_without_scripts_it_stands_open(self, notice: Callable) -> None:
        notice("今晚停水", level="urgent")
        assert "<details" in band(Client())
        assert " open " in band(Client()).split("<details")[1].split(">")[0]

    def test_what_is_not_urgent_is_in_no_band(self, notice: Callable) -> None:
        notice("医保缴费", level="important")
        assert band(Client()) == ""

    def test_of_many_three_stand_open_and_the_rest_is_counted(self, notice: Callable) -> None:
        for number in range(5):
            notice(f"第{number}条", level="urgent", published_on=timezone.now() - timedelta(hours=number))
        shown = band(Client())
        assert [number for number in range(5) if f"第{number}条" in shown] == [0, 1, 2]
        assert "还有 2 条紧急公告" in shown

    @pytest.mark.deny
    def test_only_those_it_is_for_have_it(self, notice: Callable, person: Callable, places: dict) -> None:
        notice("三号楼停电", level="urgent", scope=Scope(PLACE, places["ginkgo-3"].path))
        notice("工作人员集合", level="urgent", scope=Scope(ROLE, "staff"))
        assert "三号楼停电" in band(browser(person("home", place="ginkgo-3")))
        assert band(browser(person("other"))) == ""
        assert "工作人员集合" in band(browser(person("clerk", roles=("staff",))))
        assert band(Client()) == ""

    def test_it_asks_the_database_nothing_while_nothing_changes(
        self, notice: Callable, person: Callable, places: dict, django_assert_num_queries: Any
    ) -> None:
        lin = person("lin")
        notice("三号楼停电", level="urgent", scope=Scope(PLACE, places["ginkgo-3"].path))
        urgent.urgent_for(lin)
        again = type(lin).objects.select_related("place").get(pk=lin.pk)
        with django_assert_num_queries(1):
            # Her roles, which every page of hers asks for.
            urgent.urgent_for(again)


class TestUpdates:
    @pytest.fixture
    def office(self, person: Callable) -> dict[str, Any]:
        return {
            "editor": person("editor", roles=("editor",), place="bridge"),
            "staff": person("staff", roles=("staff",)),
            "far": person("far", roles=("staff",), place="bridge"),
            "lin": person("lin"),
        }

    @pytest.fixture
    def page(self, office: dict, places: dict, portal: Any) -> NoticePage:
        """One that the committee published for its own people."""
        return publish_notice(
            place=places["ginkgo"],
            only_here=True,
            title="水管抢修",
            summary="正在抢修",
            words="",
            level="urgent",
            by=office["staff"],
        )

    def test_the_newest_word_stands_in_the_band_and_first_on_the_page(
        self, page: NoticePage, office: dict
    ) -> None:
        client = browser(office["lin"])
        before = band(client)
        address = reverse("notices:update", args=[page.public_id])
        for words in ("找到漏点了", "预计十点恢复"):
            assert browser(office["staff"]).post(address, {"text": words, "ends": "0"}).status_code == 302
        shown = band(client)
        assert "预计十点恢复" in shown
        assert "找到漏点了" not in shown
        version_of = lambda html: html.split('data-urgent-version="')[1].split('"')[0]  # noqa: E731
        assert version_of(before) != version_of(shown), "what was folded unfolds again"
        html = client.get(page.url).content.decode()
        assert html.index("预计十点恢复") < html.index("找到漏点了", html.index('class="updates"'))
        assert (
            AuditEntry.objects.filter(action="news.update_notice", actor_id=office["staff"].pk).count() == 2
        )

    def test_lifting_it_is_its_last_word_and_takes_the_band_away_on_every_node(
        self, page: NoticePage, office: dict
    ) -> None:
        client = browser(office["lin"])
        assert "水管抢修" in band(client)
        known = version.portal_version()
        address = reverse("notices:update", args=[page.public_id])
        assert browser(office["staff"]).post(address, {"text": "", "ends": "1"}).status_code == 302
        # What another node asks is the token in the shared cache.
        assert version.cache.get(version.KEY) != known
        assert band(client) == ""
        html = client.get(page.url).content.decode()
        assert "已解除" in html
        page.refresh_from_db()
        assert page.is_over
        assert NoticeUpdate.objects.get().ends
        assert [one.title for one in NoticePage.objects.visible_to(office["lin"]).in_force()] == []

    @pytest.mark.deny
    def test_after_the_end_nothing_is_added(self, page: NoticePage, office: dict) -> None:
        urgent.add_update(page, text="", ends=True, by=office["editor"])
        with pytest.raises(StepNotAllowed):
            urgent.add_update(page, text="还有一句", by=office["staff"])
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticeUpdate.objects.create(notice=page, text="再解除一次", ends=True)
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticeUpdate.objects.create(notice=page, text="")

    @pytest.mark.deny
    def test_only_editors_and_the_staff_of_the_place_add_to_it(
        self, page: NoticePage, office: dict, notice: Callable
    ) -> None:
        for name in ("far", "lin"):
            with pytest.raises(Refused):
                urgent.add_update(page, text="假消息", by=office[name])
        with pytest.raises(Refused):
            urgent.add_update(notice("编辑的公告", level="urgent"), text="x", by=office["staff"])
        assert urgent.add_update(page, text="编辑补一句", by=office["editor"])

    @pytest.mark.deny
    def test_empty_and_listed_words_are_refused(
        self, page: NoticePage, office: dict, monkeypatch: Any
    ) -> None:
        with pytest.raises(GuardFails):
            urgent.add_update(page, text="  ", by=office["staff"])

        class Strict:
            def check(self, words: str) -> text.Verdict:
                return text.Verdict(text.Level.BLOCK, "坏词") if "坏词" in words else text.Verdict()

        monkeypatch.setattr(text, "_readers", [Strict()])
        with pytest.raises(ValidationError):
            urgent.add_update(page, text="坏词", by=office["staff"])
        answer = browser(office["staff"]).post(
            reverse("notices:update", args=[page.public_id]), {"text": "坏词", "ends": "0"}
        )
        assert answer.status_code == 422
        assert "坏词" in answer.content.decode()

    def test_its_people_are_told_once_of_it_and_of_each_update(
        self, page: NoticePage, office: dict, drain: Callable, mailoutbox: list
    ) -> None:
        drain()
        told = Notification.objects.filter(kind="notice", event="urgent")
        assert set(told.values_list("user__username", flat=True)) == {"staff", "lin"}
        assert {tuple(mail.to) for mail in mailoutbox} >= {("lin@example.org",)}, (
            "at once, not with the digest"
        )
        page.refresh_from_db()
        page.save_revision().publish(skip_permission_checks=True)
        urgent.add_update(page, text="找到漏点了", by=office["staff"])
        drain()
        assert told.count() == 2, "a corrected word is no new notice"
        updated = Notification.objects.get(kind="notice", event="updated", user=office["lin"])
        assert updated.text == "找到漏点了"
        urgent.add_update(page, text="通水了", ends=True, by=office["staff"])
        drain()
        assert Notification.objects.filter(event="lifted", user=office["lin"]).exists()
        assert not Notification.objects.filter(kind="notice", user=office["far"]).exists()

    def test_what_was_taken_back_before_the_worker_came_is_told_to_nobody(
        self, page: NoticePage, office: dict, drain: Callable
    ) -> None:
        page.unpublish()
        drain()
        assert not Notification.objects.filter(kind="notice", event="urgent").exists()
