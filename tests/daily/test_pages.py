"""The day page (P10): what a date is and what it brings, said plainly also where something is missing."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from daily.models import PlateRule
from foundation.core.models import SpecialDay
from foundation.core.zh import happenings
from foundation.core.zh.happenings import Happening

pytestmark = [pytest.mark.row("P10"), pytest.mark.django_db]
BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def clock(portal: Any) -> Any:
    with time_machine.travel(datetime(2026, 11, 21, 9, 0, tzinfo=BEIJING), tick=False) as clock:
        yield clock


def read(path: str = "/today/", client: Client | None = None) -> str:
    answer = (client or Client()).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_today_with_nothing_but_what_can_be_computed() -> None:
    page = read()
    for words in (
        "2026年11月21日",
        "星期六",
        "丙午年",
        "农历十月十三",
        "07:05",
        "16:54",
        "11月27日",
        "升降旗",
    ):
        assert words in page, words
    assert 'id="weather"' not in page
    assert 'id="plates"' not in page


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-22", "小雪，15:23 交节"),
        ("2026-10-01", "国庆节放假"),
        ("2026-10-10", "国庆节调休上班"),
        ("2026-09-25", "中秋节"),
        ("2027-02-06", "春节"),
    ],
)
def test_any_date_says_what_it_is(day: str, words: str) -> None:
    assert words in read(f"/today/{day}/")


def test_a_year_that_was_not_announced_says_so_until_the_office_does() -> None:
    assert "还没有公布" in read("/today/2027-02-08/")
    SpecialDay.objects.create(date=date(2027, 2, 8), kind="off", name="春节")
    page = read("/today/2027-02-08/")
    assert "春节放假" in page
    assert "还没有公布" not in page


def test_plates_of_the_day_and_the_one_behind() -> None:
    PlateRule.objects.create(
        name="限行",
        area="五环路以内",
        valid_from=date(2026, 9, 28),
        valid_until=date(2026, 12, 27),
        monday="38",
    )
    page = read("/today/2026-11-22/")
    assert "周末不限行" in page
    assert "限 3 和 8" in page
    assert "登记的限行规则到 2026年12月27日为止" in read("/today/2026-12-28/")


@pytest.mark.deny
@pytest.mark.parametrize("day", ["1899-01-01", "2030-01-01", "2026-02-30", "2026-13-01", "2025-01-01"])
def test_what_is_no_date_or_too_far_away_is_404(day: str) -> None:
    assert Client().get(f"/today/{day}/").status_code == 404


@pytest.mark.row("P11")
def test_it_speaks_english() -> None:
    page = read("/en/today/2026-10-01/")
    assert "National Day holiday" in page
    assert "Year of the Horse" in page


@pytest.fixture
def source() -> Any:
    """A source of the calendar: one thing for everybody, one for who is signed in."""
    starts = datetime(2026, 11, 21, 14, 0, tzinfo=BEIJING)

    def between(user: Any, first: date, last: date) -> list[Happening]:
        if not first <= starts.date() <= last:
            return []
        found = [Happening(uid="dumplings", title="包饺子", url="/events/1/", starts=starts, where="活动室")]
        if user is not None and user.is_authenticated:
            found.append(
                Happening(
                    uid="secret", title="邻居茶会", url="/events/2/", starts=starts + timedelta(hours=1)
                )
            )
        return found

    happenings.register_source("test", between)
    yield between
    happenings.forget_source("test")


@pytest.mark.deny
def test_what_happens_in_the_community_by_its_own_visibility(source: Any, person: Callable) -> None:
    page = read()
    assert "包饺子" in page
    assert "活动室" in page
    assert "邻居茶会" not in page
    client = Client()
    client.force_login(person("lin"))
    assert "邻居茶会" in read(client=client)
    assert "包饺子" not in read("/today/2026-11-22/")


def test_a_source_is_registered_once(source: Any) -> None:
    from django.core.exceptions import ImproperlyConfigured

    happenings.register_source("test", source)
    with pytest.raises(ImproperlyConfigured):
        happenings.register_source("test", lambda user, first, last: [])


class TestTheMonth:
    def test_it_marks_days_off_and_worked_weekends_with_terms(self) -> None:
        page = read("/calendar/2026-10/")
        assert page.count('class="mark"') == 2 * 7
        assert page.count("mark--work") == 2
        for words in ("2026年10月", "寒露", "霜降", "重阳节", "九月初一"):
            assert words in page, words

    def test_it_begins_on_monday_and_shows_this_month(self) -> None:
        page = read("/calendar/")
        assert "2026年11月" in page
        table = page[page.index("<table") : page.index("</table>")]
        assert table.index("星期一") < table.index("星期日")
        assert 'aria-current="date"' in table

    def test_what_happens_stands_in_its_day(self, source: Any) -> None:
        assert "包饺子" in read("/calendar/2026-11/")
        assert "邻居茶会" not in read("/calendar/2026-11/")

    def test_a_year_that_was_not_announced_says_so(self) -> None:
        assert "还没有公布" in read("/calendar/2027-02/")
        assert "还没有公布" not in read("/calendar/2026-12/")

    @pytest.mark.deny
    @pytest.mark.parametrize("month", ["1900-01", "2026-00", "2026-13", "2031-01"])
    def test_what_is_no_month_is_404(self, month: str) -> None:
        assert Client().get(f"/calendar/{month}/").status_code == 404
