"""The guestbook (S5): left by the owner's rule; she answers, hides, deletes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.messaging.models import Notification
from foundation.social.domain import blocks, follows
from spaces.domain import guestbook
from spaces.models import GuestbookEntry
from spaces.models.guestbook import Who

pytestmark = [pytest.mark.django_db, pytest.mark.row("S5")]


@pytest.fixture
def lin(person: Callable) -> User:
    return person("lin", display="林秋雨")


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶")


@pytest.fixture
def chen(person: Callable) -> User:
    return person("chen", display="陈默")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(reader: Any, owner: User) -> list[str]:
    return list(GuestbookEntry.objects.visible_to(reader).filter(owner=owner).values_list("text", flat=True))


def test_a_neighbour_leaves_a_word_and_the_owner_is_told(lin: User, zhou: User, chen: User) -> None:
    guestbook.leave_message(lin, by=zhou, text="路过看看")
    assert read(lin, lin) == read(chen, lin) == read(zhou, lin) == ["路过看看"]
    assert Notification.objects.filter(user=lin, event="left", by=zhou).exists()


@pytest.mark.deny
def test_visitors_and_who_is_not_verified_read_nothing_of_others(
    lin: User, zhou: User, person: Callable
) -> None:
    guestbook.leave_message(lin, by=zhou, text="路过看看")
    assert read(None, lin) == []
    assert read(person("new", verified=False), lin) == []
    assert Client().get("/u/lin/guestbook/").status_code == 302


@pytest.mark.deny
@pytest.mark.parametrize(
    ("who", "contact_may", "stranger_may"),
    [(Who.EVERYBODY, True, True), (Who.CONTACTS, True, False), (Who.NOBODY, False, False)],
)
def test_the_owner_s_rule_decides_who_writes(
    lin: User, zhou: User, chen: User, who: str, contact_may: bool, stranger_may: bool
) -> None:
    follows.follow(lin, by=zhou)
    follows.follow(zhou, by=lin)
    guestbook.decide_rule(who=who, looked_at_first=False, by=lin)
    assert guestbook.may_write(lin, zhou) is contact_may
    assert guestbook.may_write(lin, chen) is stranger_may
    if not stranger_may:
        with pytest.raises(ValidationError):
            guestbook.leave_message(lin, by=chen, text="在吗")
        assert signed_in(chen).post("/u/lin/guestbook/", {"text": "在吗"}).status_code == 422


@pytest.mark.deny
def test_what_the_owner_looks_at_first_waits_for_her(lin: User, zhou: User, chen: User) -> None:
    guestbook.decide_rule(who=Who.EVERYBODY, looked_at_first=True, by=lin)
    entry = guestbook.leave_message(lin, by=zhou, text="路过看看")
    assert read(chen, lin) == []
    assert read(zhou, lin) == read(lin, lin) == ["路过看看"]
    guestbook.show(entry, shown=True, by=lin)
    assert read(chen, lin) == ["路过看看"]


def test_an_answer_is_told_once_and_shows_what_it_answers(lin: User, zhou: User, chen: User) -> None:
    guestbook.decide_rule(who=Who.EVERYBODY, looked_at_first=True, by=lin)
    entry = guestbook.leave_message(lin, by=zhou, text="路过看看")
    for words in ("欢迎", "欢迎常来"):
        guestbook.answer(entry, words, by=lin)
    assert read(chen, lin) == ["路过看看"]
    assert Notification.objects.filter(user=zhou, event="answered").count() == 1
    assert "欢迎常来" in signed_in(chen).get("/u/lin/guestbook/").content.decode()


@pytest.mark.deny
def test_others_can_neither_answer_nor_show_nor_delete(lin: User, zhou: User, chen: User) -> None:
    entry = guestbook.leave_message(lin, by=zhou, text="路过看看")
    for step in (
        lambda: guestbook.answer(entry, "我来答", by=chen),
        lambda: guestbook.show(entry, shown=False, by=chen),
        lambda: guestbook.delete_message(entry, by=chen),
        lambda: guestbook.show(entry, shown=False, by=zhou),
    ):
        with pytest.raises(Refused):
            step()
    for act in ("answer", "show", "delete"):
        assert signed_in(chen).post(f"/guestbook/{entry.public_id}/{act}/").status_code == 404
    assert GuestbookEntry.objects.exists()


def test_writer_and_owner_may_delete(lin: User, zhou: User) -> None:
    for by in (lin, zhou):
        entry = guestbook.leave_message(lin, by=zhou, text="路过看看")
        guestbook.delete_message(entry, by=by)
        assert not GuestbookEntry.objects.exists()


@pytest.mark.deny
@pytest.mark.row("S6")
def test_a_blocked_person_can_not_write_and_nothing_of_her_is_left(lin: User, zhou: User, chen: User) -> None:
    guestbook.leave_message(lin, by=zhou, text="路过看看")
    blocks.block(zhou, by=lin)
    assert read(lin, lin) == read(chen, lin) == []
    assert signed_in(zhou).get("/u/lin/guestbook/").status_code == 404
    with pytest.raises(ValidationError):
        guestbook.leave_message(lin, by=zhou, text="再来")


@pytest.mark.deny
def test_empty_or_too_long_is_refused(lin: User, zhou: User) -> None:
    for text in ("", "  ", "长" * 501):
        with pytest.raises(ValidationError):
            guestbook.leave_message(lin, by=zhou, text=text)


def test_sent_twice_it_is_one(lin: User, zhou: User) -> None:
    once = "11111111-1111-4111-8111-111111111111"
    assert guestbook.leave_message(lin, by=zhou, text="好", once=once) == guestbook.leave_message(
        lin, by=zhou, text="好", once=once
    )
