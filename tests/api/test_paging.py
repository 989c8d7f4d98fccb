"""Long lists: nothing lost, nothing twice, whatever is written meanwhile; a place says nothing and can't be made (U5)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.accounts.models import User
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.api.paging import Paging, page_of
from foundation.core.models import StoredFile
from foundation.moderation.domain import reports
from foundation.social.domain import posts
from foundation.social.models import Post
from tests.api.device import Device, device_of, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("U5")]


class _Reader:
    pk = 1


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    before=st.lists(st.integers(0, 3), max_size=14),
    meanwhile=st.lists(st.lists(st.integers(0, 3), max_size=3), max_size=6),
    limit=st.integers(1, 5),
)
def test_no_row_is_lost_or_comes_twice(
    db: None, before: list[int], meanwhile: list[list[int]], limit: int
) -> None:
    """Rows with many equal values in the first column, more of them written between any two pages."""
    StoredFile.objects.all().delete()

    def write(values: list[int]) -> None:
        StoredFile.objects.bulk_create([StoredFile(owner_id=1, width=value) for value in values])

    write(before)
    there = set(StoredFile.objects.values_list("pk", flat=True))
    found: list[Any] = []
    cursor, late = "", iter(meanwhile)
    while True:
        shown, following = page_of(
            StoredFile.objects.all(),
            by=["-width", "pk"],
            paging=Paging(cursor=cursor, limit=limit),
            of="files",
            user=_Reader(),
        )
        assert len(shown) <= limit
        found += shown
        if following is None:
            break
        assert len(shown) == limit
        cursor = following
        write(next(late, []))
    keys = [row.pk for row in found]
    assert len(keys) == len(set(keys))
    assert there <= set(keys)
    assert [(-row.width, row.pk) for row in found] == sorted((-row.width, row.pk) for row in found)


@pytest.fixture
def lin(portal: Any, person: Callable) -> User:
    lin = person("lin")
    for number in range(5):
        posts.post_status(by=lin, text=f"第{number}天 #秋天#", scope=Scope(PUBLIC))
    return lin


@pytest.mark.deny
def test_a_place_is_its_reader_s_and_its_list_s(lin: User, person: Callable) -> None:
    cursor = device_of(lin).get("/people/lin/statuses?limit=2").json()["next"]
    for device, path in (
        (device_of(person("zhou")), "/people/lin/statuses"),
        (Device(), "/people/lin/statuses"),
        (device_of(lin), "/topics/秋天/statuses"),
        (device_of(lin), "/people/lin/statuses?seen_as=public"),
        (device_of(lin), "/feed"),
    ):
        mark = "&" if "?" in path else "?"
        refused = device.get(f"{path}{mark}cursor={cursor}")
        assert (problem(refused), refused.json()["errors"][0]["field"]) == ("invalid", "cursor"), path


@pytest.mark.deny
@pytest.mark.parametrize("cursor", ["x", "AAAA", "é", "%00", "A" * 600, "A" * 601, "../..", "MTIz"])
def test_an_invented_place_is_refused(lin: User, cursor: str) -> None:
    assert problem(Device().get(f"/people/lin/statuses?cursor={cursor}")) in ("invalid", "bad_request")


@pytest.mark.deny
def test_a_place_that_was_touched_is_refused(lin: User) -> None:
    cursor = Device().get("/people/lin/statuses?limit=2").json()["next"]
    for place in (0, 10, len(cursor) // 2, len(cursor) - 2):
        other = "A" if cursor[place] != "A" else "B"
        touched = cursor[:place] + other + cursor[place + 1 :]
        assert problem(Device().get(f"/people/lin/statuses?cursor={touched}")) == "invalid", place


def test_a_place_names_no_row(lin: User) -> None:
    answer = Device().get("/people/lin/statuses?limit=2").content.decode()
    assert not [pk for pk in Post.objects.values_list("pk", flat=True) if str(pk) in answer]


@pytest.mark.deny
@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1e9", ""])
def test_a_page_holds_one_to_a_hundred(lin: User, limit: str) -> None:
    assert problem(Device().get(f"/people/lin/statuses?limit={limit}")) == "invalid"


def test_reports_go_on_where_they_ended(portal: Any, person: Callable) -> None:
    zhou = person("zhou")
    for number in range(5):
        loud = person(f"loud{number}")
        said = posts.post_status(by=loud, text=f"{number}", scope=Scope(PUBLIC))
        reports.report(said, reason="harass", text=f"第{number}", by=zhou)
    phone, found, cursor = device_of(zhou), [], ""
    while cursor is not None:
        page = phone.get(f"/reports?limit=2&cursor={cursor}").json()
        found += [one["text"] for one in page["items"]]
        cursor = page["next"]
    assert found == [f"第{number}" for number in reversed(range(5))]
