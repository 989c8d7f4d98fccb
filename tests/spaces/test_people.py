"""People search and the address book (S7, S8): only what the found person shows the asker."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from foundation.accounts.domain.profile import change_profile
from foundation.accounts.models import User
from foundation.accounts.models.profile import default_levels
from foundation.accounts.models.user import AgeBand
from foundation.core.access.permissions import Refused
from foundation.messaging.models import Notification
from foundation.social.domain import blocks, follows
from spaces.domain import address_book, exports
from spaces.domain.queries.address_book import filed_by
from spaces.domain.queries.people import Wanted, found_by
from spaces.models import AddressEntry, AddressGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(person: Callable) -> User:
    return person("lin", display="林秋雨")


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶", place="bridge")


def hobbies(user: User, words: str, level: str) -> None:
    change_profile(
        user,
        by=user,
        display_name=user.display_name,
        values={"hobbies": words},
        levels={**default_levels(), "hobbies": level},
    )


def names(reader: Any, **wanted: Any) -> set[str]:
    return {person.username for person in found_by(reader, Wanted(**wanted))}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.row("S8")
class TestFinding:
    @pytest.mark.parametrize("words", ["周叶", "周", "zhouye", "zy"])
    def test_by_name_and_by_its_pinyin(self, lin: User, zhou: User, drain: Callable, words: str) -> None:
        drain()
        assert "zhou" in names(lin, words=words)

    @pytest.mark.deny
    @pytest.mark.parametrize(
        ("level", "found"), [("public", True), ("residents", True), ("contacts", False), ("only", False)]
    )
    def test_by_a_hobby_as_far_as_it_is_shown(
        self, lin: User, zhou: User, drain: Callable, level: str, found: bool
    ) -> None:
        hobbies(zhou, "二胡", level)
        drain()
        assert ("zhou" in names(lin, words="二胡")) is found

    def test_by_community_and_never_by_building(self, lin: User, zhou: User, places: dict) -> None:
        assert names(lin, place=places["bridge"].slug) == {"zhou"}
        assert names(lin, place=places["ginkgo-3"].slug) == set()

    def test_by_contacts_in_common(self, lin: User, zhou: User, person: Callable) -> None:
        friend = person("friend")
        for one in (lin, zhou):
            follows.follow(friend, by=one)
            follows.follow(one, by=friend)
        assert names(lin, known=True) == {"zhou"}
        assert found_by(lin, Wanted(known=True)).get().common == 1

    @pytest.mark.deny
    def test_a_secret_follow_is_no_contact_in_common(self, lin: User, zhou: User, person: Callable) -> None:
        friend = person("friend")
        follows.follow(friend, by=lin)
        follows.follow(lin, by=friend)
        follows.follow(friend, by=zhou)
        follows.follow(zhou, by=friend, secret=True)
        assert names(lin, known=True) == set()

    @pytest.mark.deny
    def test_blocked_people_and_children_are_not_found(self, lin: User, zhou: User, person: Callable) -> None:
        child = person("child")
        User.objects.filter(pk=child.pk).update(age_band=AgeBand.UNDER_14)
        blocks.block(lin, by=zhou)
        assert names(lin) == set()
        follows.follow(child, by=lin)
        child.refresh_from_db()
        follows.follow(lin, by=child)
        assert names(lin) == {"child"}

    @pytest.mark.deny
    def test_only_verified_neighbours_look(self, person: Callable, zhou: User) -> None:
        assert Client().get("/people/").status_code == 302
        answer = signed_in(person("new", verified=False)).get("/people/")
        assert "周叶" not in answer.content.decode()

    @pytest.mark.deny
    def test_own_lists_are_seen_by_oneself_alone(self, lin: User, zhou: User) -> None:
        follows.follow(zhou, by=lin, secret=True)
        assert "周叶" in signed_in(lin).get("/people/following/").content.decode()
        assert "林秋雨" not in signed_in(zhou).get("/people/followers/").content.decode()
        assert signed_in(lin).get("/people/nonsense/").status_code == 404


@pytest.mark.row("S7")
class TestAddressBook:
    def test_filing_tells_nobody_and_counts_once(self, lin: User, zhou: User) -> None:
        address_book.file_person(zhou, by=lin)
        address_book.file_person(zhou, by=lin)
        assert AddressEntry.objects.count() == 1
        assert not Notification.objects.filter(user=zhou).exists()

    @pytest.mark.deny
    def test_remarks_are_the_owner_s_alone(self, lin: User, zhou: User) -> None:
        entry = address_book.file_person(zhou, by=lin)
        group = address_book.make_group("合唱团", by=lin)
        address_book.note_down(entry, remark="周老师", note="教二胡", group=group, by=lin)
        page = signed_in(lin).get("/people/book/").content.decode()
        for words in ("周老师", "教二胡", "合唱团"):
            assert words in page
        assert "周老师" not in signed_in(zhou).get("/u/zhou/").content.decode()
        assert signed_in(zhou).get("/people/book/zhou/").status_code == 404

    def test_many_are_moved_and_taken_out_at_once(self, lin: User, person: Callable) -> None:
        people = [person(f"p{number}") for number in range(3)]
        for one in people:
            address_book.file_person(one, by=lin)
        ticked = ["p0", "p1"]
        client = signed_in(lin)
        client.post("/people/book/change/", {"person": ticked, "name": "楼上", "act": "move"})
        assert AddressGroup.objects.get().entries.count() == 2
        client.post("/people/book/change/", {"person": ticked, "act": "remove"})
        assert [entry.person.username for entry in filed_by(lin)] == ["p2"]

    @pytest.mark.deny
    def test_another_s_group_takes_nobody(self, lin: User, zhou: User, person: Callable) -> None:
        theirs = address_book.make_group("家", by=zhou)
        entry = address_book.file_person(person("chen"), by=lin)
        address_book.move(["chen"], theirs, by=lin)
        entry.refresh_from_db()
        assert entry.group is None

    @pytest.mark.deny
    def test_blocked_people_leave_each_other_s_books(self, lin: User, zhou: User) -> None:
        address_book.file_person(zhou, by=lin)
        address_book.file_person(lin, by=zhou)
        blocks.block(zhou, by=lin)
        assert not AddressEntry.objects.exists()

    @pytest.mark.deny
    def test_who_is_not_verified_keeps_none(self, zhou: User, person: Callable) -> None:
        with pytest.raises(Refused):
            address_book.file_person(zhou, by=person("new", verified=False))

    @pytest.mark.deny
    def test_exports_hold_only_what_is_shown(self, lin: User, zhou: User) -> None:
        hobbies(zhou, "二胡", "contacts")
        entry = address_book.file_person(zhou, by=lin)
        address_book.note_down(entry, remark="=1+1", note="", group=None, by=lin)
        cards = exports.as_vcards(filed_by(lin), by=lin).decode()
        assert "NICKNAME:周叶" in cards
        assert "实名zhou" not in cards
        sheet = exports.as_sheet(filed_by(lin), by=lin)
        with ZipFile(BytesIO(sheet)) as book:
            cells = book.read("xl/worksheets/sheet1.xml").decode()
        assert "二胡" not in cells
        assert "<f>" not in cells
        assert "=1+1" in cells
