"""必读: who has read a notice, who has not, and the one reminder a day (P3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import PLACE, ROLE, Scope
from foundation.core.flow.models import AuditEntry
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.messaging.models import Notification
from news.domain import receipts, telling
from news.models import NoticePage, NoticeReading, NoticeReminder
from tests.api.device import device_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("P3")]


@pytest.fixture
def people(person: Callable, places: dict) -> dict[str, User]:
    return {
        "lin": person("lin", display="林秋雨"),
        "zhou": person("zhou", display="周叶"),
        "door": person("door", display="三楼的人", place="ginkgo-3"),
        "bridge": person("bridge", place="bridge"),
        "newcomer": person("newcomer", verified=False),
        "staff": person("staff", roles=("staff",)),
        "far": person("far", roles=("staff",), place="bridge"),
        "editor": person("editor", roles=("editor",), place="bridge"),
    }


@pytest.fixture
def page(notice: Callable, people: dict, places: dict) -> NoticePage:
    return notice("消防通道清理", must_read=True, scope=Scope(PLACE, places["ginkgo"].path))


def browser(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


class TestConfirming:
    def test_one_press_is_enough_and_two_are_one(self, page: NoticePage, people: dict) -> None:
        client = browser(people["lin"])
        assert "我已阅读" in client.get(page.url).content.decode()
        assert "必读" in client.get("/").content.decode()
        for _press in range(2):
            assert client.post(reverse("news:confirm", args=[page.public_id])).status_code == 302
        assert NoticeReading.objects.get().user == people["lin"]
        html = client.get(page.url).content.decode()
        assert "您已确认读过这条公告" in html
        assert "我已阅读" not in html

    def test_the_database_keeps_one_row_for_each_person_and_notice(
        self, page: NoticePage, people: dict
    ) -> None:
        receipts.confirm(page, by=people["lin"])
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticeReading.objects.create(notice=page, user=people["lin"])

    def test_a_device_confirms_as_the_page_does(self, page: NoticePage, people: dict) -> None:
        device = device_of(people["lin"])
        address = f"/notices/{page.public_id}"
        assert device.get(address).json()["confirmed"] is False
        assert device.call("PUT", f"{address}/read", None).status_code == 204
        assert device.get(address).json()["confirmed"] is True

    @pytest.mark.deny
    def test_nobody_confirms_what_she_can_not_read_or_is_not_asked(
        self, page: NoticePage, people: dict, notice: Callable
    ) -> None:
        address = reverse("news:confirm", args=[page.public_id])
        assert browser(people["bridge"]).post(address).status_code == 404
        assert browser(None).post(address).status_code == 403
        with pytest.raises(StepNotAllowed):
            receipts.confirm(page, by=people["bridge"])
        with pytest.raises(StepNotAllowed):
            receipts.confirm(notice("普通"), by=people["lin"])
        with pytest.raises(Refused):
            receipts.confirm(page, by=None)
        assert not NoticeReading.objects.exists()

    def test_a_visitor_is_asked_nothing(self, notice: Callable) -> None:
        page = notice("公开的必读", must_read=True)
        assert "我已阅读" not in Client().get(page.url).content.decode()


class TestCounting:
    def numbers(self, page: NoticePage, by: User) -> dict[str, tuple[int, int]]:
        found = receipts.standing_of(page, by=by)
        rows = {row.place.name: (row.read, row.people) for row in found.rows}
        return {"": (found.read, found.people), **rows}

    def test_by_place_and_each_place_with_what_is_below_it(self, page: NoticePage, people: dict) -> None:
        receipts.confirm(page, by=people["door"])
        assert self.numbers(page, people["staff"]) == {"": (1, 4), "银杏里社区": (1, 4), "3 号楼": (1, 1)}

    def test_they_are_right_when_people_move(self, page: NoticePage, people: dict, places: dict) -> None:
        receipts.confirm(page, by=people["lin"])
        User.objects.filter(pk=people["lin"].pk).update(place=places["bridge"])
        assert self.numbers(page, people["staff"])[""] == (0, 3), "gone with her confirmation"
        User.objects.filter(pk=people["bridge"].pk).update(place=places["ginkgo-3"])
        assert self.numbers(page, people["staff"])["3 号楼"] == (0, 2)
        User.objects.filter(pk=people["zhou"].pk).update(suspended_until=timezone.now() + timedelta(days=1))
        assert self.numbers(page, people["staff"])[""] == (0, 3)

    def test_staff_count_their_own_and_editors_all(self, notice: Callable, people: dict) -> None:
        page = notice("全市必读", must_read=True)
        assert self.numbers(page, people["far"]) == {"": (0, 3), "青石桥社区": (0, 3)}
        assert self.numbers(page, people["editor"])[""] == (0, 7)

    def test_a_notice_for_a_role_counts_who_holds_it(self, notice: Callable, people: dict) -> None:
        page = notice("值班安排", must_read=True, scope=Scope(ROLE, "staff"))
        receipts.confirm(page, by=people["staff"])
        assert self.numbers(page, people["editor"])[""] == (1, 3)

    @pytest.mark.deny
    def test_no_resident_counts(self, page: NoticePage, people: dict) -> None:
        with pytest.raises(Refused):
            receipts.standing_of(page, by=people["lin"])
        address = reverse("notices:notice", args=[page.public_id])
        assert browser(people["lin"]).get(address).status_code == 302
        assert browser(people["far"]).get(address).status_code == 404


class TestNames:
    def test_staff_of_the_place_see_who_has_not_and_the_log_says_what_for(
        self, page: NoticePage, people: dict, places: dict
    ) -> None:
        receipts.confirm(page, by=people["lin"])
        address = reverse("notices:names", args=[page.public_id])
        data = {"place": places["ginkgo"].pk, "purpose": "上门通知老人"}
        html = browser(people["staff"]).post(address, data).content.decode()
        assert "实名zhou" in html
        assert "实名lin" not in html
        entry = AuditEntry.objects.get(action="news.read_unread_names")
        assert (entry.actor_id, entry.purpose, entry.place_path) == (
            people["staff"].pk,
            "上门通知老人",
            places["ginkgo"].path,
        )

    @pytest.mark.deny
    def test_nobody_else_does(self, page: NoticePage, people: dict, places: dict, notice: Callable) -> None:
        address = reverse("notices:names", args=[page.public_id])
        data = {"place": places["ginkgo"].pk, "purpose": "上门通知老人"}
        for name, status in (("editor", 302), ("lin", 302), ("far", 404)):
            assert browser(people[name]).post(address, data).status_code == status, name
        everywhere = notice("全体必读", must_read=True)
        wrong = browser(people["far"]).post(reverse("notices:names", args=[everywhere.public_id]), data)
        assert wrong.status_code == 422
        assert "实名" not in wrong.content.decode()
        without = browser(people["staff"]).post(address, {"place": places["ginkgo"].pk})
        assert without.status_code == 422
        with pytest.raises(Refused):
            receipts.unread_names(page, place=places["bridge"], purpose="x", by=people["staff"])
        assert not AuditEntry.objects.filter(action="news.read_unread_names").exists()


class TestReminding:
    def told(self, event: str) -> set[str]:
        rows = Notification.objects.filter(kind="notice", event=event)
        return set(rows.values_list("user__username", flat=True))

    def test_only_those_who_have_not_read_and_once_a_day(
        self, page: NoticePage, people: dict, drain: Callable, time_machine: Any
    ) -> None:
        receipts.confirm(page, by=people["lin"])
        client = browser(people["staff"])
        answer = client.post(reverse("notices:remind", args=[page.public_id]), follow=True)
        assert "已提醒 3 人" in answer.content.decode()
        drain()
        assert self.told("reminded") == {"zhou", "door", "staff"}
        again = client.post(reverse("notices:remind", args=[page.public_id]), follow=True)
        assert "今天已经提醒过了" in again.content.decode()
        time_machine.move_to(timezone.now() + timedelta(days=1))
        assert receipts.remind(page, by=people["staff"]) == 3
        assert NoticeReminder.objects.count() == 2

    @pytest.mark.deny
    def test_two_offices_do_not_remind_the_same_people_on_one_day(
        self, notice: Callable, people: dict, person: Callable
    ) -> None:
        page = notice("全体必读", must_read=True)
        street = person("street", roles=("staff",), place="wutong")
        assert receipts.remind(page, by=people["staff"]) > 0
        assert receipts.remind(page, by=people["far"]) > 0, "other people"
        for somebody in (street, people["editor"]):
            with pytest.raises(GuardFails):
                receipts.remind(page, by=somebody)

    @pytest.mark.deny
    def test_what_is_over_or_not_one_s_own_reminds_nobody(
        self, page: NoticePage, people: dict, notice: Callable
    ) -> None:
        with pytest.raises(GuardFails):
            receipts.remind(page, by=people["far"])
        with pytest.raises(Refused):
            receipts.remind(page, by=people["lin"])
        with pytest.raises(GuardFails):
            receipts.remind(notice("不必读"), by=people["staff"])
        NoticePage.objects.filter(pk=page.pk).update(ended_at=timezone.now())
        with pytest.raises(GuardFails):
            receipts.remind(page, by=people["staff"])

    def test_its_people_hear_of_it_once_when_it_begins(
        self, notice: Callable, people: dict, places: dict, drain: Callable, time_machine: Any
    ) -> None:
        start = timezone.now() + timedelta(hours=1)
        page = notice(
            "明天的必读", must_read=True, published_on=start, scope=Scope(PLACE, places["ginkgo"].path)
        )
        assert telling.tell_what_began() == 0
        time_machine.move_to(start + timedelta(minutes=1))
        assert telling.tell_what_began() == 1
        assert telling.tell_what_began() == 0
        drain()
        assert self.told("must_read") == {"lin", "zhou", "door", "staff"}
        page.refresh_from_db()
        assert page.told_at is not None


def test_the_confirmation_goes_with_her_and_is_part_of_her_data(page: NoticePage, people: dict) -> None:
    from foundation.core import kinds

    receipts.confirm(page, by=people["lin"])
    (part,) = [one for one in kinds.own_data() if one.key == "notice_readings"]
    (row,) = part.facet.rows(people["lin"])
    assert part.facet.as_data(row)["notice"] == "消防通道清理"
    (erasing,) = [
        one for _app, one in kinds.erasings() if "news.NoticeReading.user" in getattr(one, "links", ())
    ]
    assert erasing.erase(people["lin"]) == 1
    assert not NoticeReading.objects.exists()
