"""Two who write at the same moment: one conversation, every message, no mark that goes back (S10)."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from chat.domain import groups, keeping, sending
from chat.models import Conversation, Message, Participant
from foundation.core import contact
from foundation.social.domain.follows import follow

pytestmark = [pytest.mark.row("S10"), pytest.mark.django_db(transaction=True), pytest.mark.security(32)]


class Everybody:
    """All know each other."""

    def may_reach(self, person: Any, by: Any) -> bool:
        return True

    def knows(self, person: Any, by: Any) -> bool:
        return True


@pytest.fixture
def pair(person: Callable, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    monkeypatch.setattr(contact, "_relations", [Everybody()])
    lin, zhou = person("lin"), person("zhou")
    follow(lin, by=zhou)
    return lin, zhou


def test_two_who_begin_at_once_have_one_conversation(at_once: Callable, pair: tuple[Any, Any]) -> None:
    lin, zhou = pair
    results = at_once(
        lambda: sending.write_to(zhou, by=lin, text="在吗"),
        lambda: sending.write_to(lin, by=zhou, text="在吗"),
    )
    assert [one.text for one in results] == ["在吗", "在吗"]
    conversation = Conversation.objects.get()
    assert Participant.objects.filter(conversation=conversation, state="active").count() == 2
    assert Message.objects.filter(conversation=conversation).count() == 2


def test_many_messages_at_once_are_all_there_in_one_order(at_once: Callable, pair: tuple[Any, Any]) -> None:
    lin, zhou = pair
    conversation = sending.start(zhou, by=lin)
    once = uuid.uuid4()
    results = at_once(
        *(
            lambda by=by, text=text: sending.send(conversation, by=by, text=text)
            for by in (lin, zhou)
            for text in ("一", "二", "三")
        ),
        lambda: sending.send(conversation, by=lin, text="同一条", once=once),
        lambda: sending.send(conversation, by=lin, text="同一条", once=once),
    )
    assert [one for one in results if isinstance(one, Exception)] == []
    assert Message.objects.count() == 7, "the form that was sent twice is one"
    assert Conversation.objects.get().last_id == Message.objects.latest("pk").pk


def test_reading_and_writing_at_once_lose_no_message(at_once: Callable, pair: tuple[Any, Any]) -> None:
    lin, zhou = pair
    first = sending.write_to(zhou, by=lin, text="一")
    second = sending.send(first.conversation, by=lin, text="二")
    results = at_once(
        lambda: keeping.mark_read(first.conversation, up_to=second.pk, by=zhou),
        lambda: keeping.mark_read(first.conversation, up_to=first.pk, by=zhou),
        lambda: sending.send(first.conversation, by=lin, text="三"),
    )
    assert [one for one in results if isinstance(one, Exception)] == []
    part = Participant.objects.get(user=zhou)
    assert (part.read_up_to, part.unread) == (second.pk, 1)


def test_a_group_has_one_keeper_whoever_presses_first(
    at_once: Callable, pair: tuple[Any, Any], person: Callable
) -> None:
    lin, zhou = pair
    wu = person("wu")
    group = groups.start_group("太极队", [zhou, wu], by=lin)
    at_once(
        lambda: groups.hand_over(group, zhou, by=lin),
        lambda: groups.hand_over(group, wu, by=lin),
        lambda: groups.leave(group, by=zhou),
    )
    assert Participant.objects.filter(conversation=group, is_keeper=True, state="active").count() == 1
