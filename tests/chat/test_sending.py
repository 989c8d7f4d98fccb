"""Writing to each other: one conversation of two, who hears what, and who may not (S10)."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from chat.domain import answering, keeping, reaching, sending
from chat.domain.queries import conversations as listed
from chat.models import Conversation, Message, Participant
from chat.providers import unread_of
from foundation.accounts.models import User
from foundation.core.access import scopes
from foundation.core.access.limits import TooOften
from foundation.core.access.permissions import Refused
from foundation.core.files import pictures
from foundation.core.models import StoredFile
from foundation.messaging.models import Notification
from foundation.moderation.domain import words
from foundation.social.domain.follows import follow

pytestmark = [pytest.mark.row("S10"), pytest.mark.django_db]


def unread(user: Any) -> int:
    return next(iter(unread_of(user).values_list("total", flat=True)), 0)


def part(user: Any) -> Participant:
    return Participant.objects.get(user=user)


def events(user: Any) -> list[str]:
    told = Notification.objects.filter(user=user, kind="conversation", read_at=None)
    return sorted(told.values_list("event", flat=True))


def test_two_have_one_conversation_whoever_begins(lin: Any, zhou: Any) -> None:
    first = sending.write_to(zhou, by=lin, text="在家吗？")
    second = sending.write_to(lin, by=zhou, text="在的。")
    assert first.conversation == second.conversation
    assert sending.start(zhou, by=lin) == sending.start(lin, by=zhou) == first.conversation
    assert [one.text for one in Message.objects.order_by("pk")] == ["在家吗？", "在的。"]


def test_what_is_said_waits_for_the_other_and_not_for_its_author(lin: Any, zhou: Any) -> None:
    made = sending.write_to(zhou, by=lin, text="一")
    sending.send(made.conversation, by=lin, text="二")
    assert (unread(lin), unread(zhou)) == (0, 2)
    assert events(zhou) == ["message"], "one line for a conversation"
    keeping.mark_read(made.conversation, up_to=made.pk, by=zhou)
    assert unread(zhou) == 1
    sending.send(made.conversation, by=zhou, text="看到了")
    assert (unread(lin), unread(zhou)) == (1, 0), "who answers has read"


def test_reading_marks_never_go_back(lin: Any, zhou: Any) -> None:
    first = sending.write_to(zhou, by=lin, text="一")
    second = sending.send(first.conversation, by=lin, text="二")
    keeping.mark_read(first.conversation, up_to=second.pk, by=zhou)
    keeping.mark_read(first.conversation, up_to=first.pk, by=zhou)
    assert (part(zhou).read_up_to, part(zhou).unread) == (second.pk, 0)
    assert events(zhou) == [], "who looked need not be told any more"
    keeping.mark_read(first.conversation, up_to=second.pk + 1_000_000, by=zhou)
    assert part(zhou).read_up_to == second.pk, "nothing is read that was not said"


def test_the_same_form_sent_twice_is_one_message(lin: Any, zhou: Any) -> None:
    once = uuid.uuid4()
    first = sending.write_to(zhou, by=lin, text="你好", once=once)
    assert sending.send(first.conversation, by=lin, text="你好", once=once) == first
    other = sending.send(first.conversation, by=lin, text="又写了别的", once=once)
    assert other != first, "other words after the Back button are another message"
    assert unread(zhou) == 2


def test_muted_conversations_are_silent_and_uncounted(lin: Any, zhou: Any) -> None:
    made = sending.write_to(zhou, by=lin, text="一")
    keeping.mark_read(made.conversation, up_to=made.pk, by=zhou)
    keeping.mute(made.conversation, muted=True, by=zhou)
    sending.send(made.conversation, by=lin, text="二")
    assert (events(zhou), unread(zhou), part(zhou).unread) == ([], 0, 1)
    keeping.mute(made.conversation, muted=False, by=zhou)
    assert unread(zhou) == 1


def test_an_archived_conversation_comes_back_with_the_next_message(lin: Any, zhou: Any) -> None:
    made = sending.write_to(zhou, by=lin, text="一")
    keeping.archive(made.conversation, archived=True, by=zhou)
    assert listed.page_of(zhou).lines == []
    assert len(listed.page_of(zhou, archived=True).lines) == 1
    sending.send(made.conversation, by=lin, text="二")
    assert [line.preview for line in listed.page_of(zhou).lines] == ["二"]


class TestStrangers:
    def test_a_stranger_asks_first_and_counts_for_nothing(self, lin: Any, wu: Any) -> None:
        made = sending.write_to(lin, by=wu, text="我是新搬来的")
        assert (unread(lin), part(lin).state) == (0, "requested")
        assert (listed.page_of(lin).lines, listed.request_count(lin)) == ([], 1)
        assert events(lin) == ["requested"]
        answering.accept(made.conversation, by=lin)
        assert (listed.request_count(lin), unread(lin)) == (0, 1)
        sending.send(made.conversation, by=wu, text="谢谢")
        assert unread(lin) == 2

    @pytest.mark.deny
    def test_only_one_message_until_it_is_accepted_and_no_picture(
        self, lin: Any, wu: Any, picture: Callable
    ) -> None:
        with pytest.raises(ValidationError, match="不能发照片"):
            sending.write_to(lin, by=wu, text="看图", pictures=[picture()])
        made = sending.write_to(lin, by=wu, text="一")
        with pytest.raises(ValidationError, match="只能发一条"):
            sending.send(made.conversation, by=wu, text="二")
        answering.decline(made.conversation, by=lin)
        answering.decline(made.conversation, by=lin)
        with pytest.raises(ValidationError, match="只能发一条"):
            sending.send(made.conversation, by=wu, text="二")
        assert Message.objects.count() == 1
        assert not Conversation.objects.visible_to(lin).exists()

    def test_who_answers_has_accepted_also_after_declining(self, lin: Any, wu: Any) -> None:
        made = sending.write_to(lin, by=wu, text="一")
        answering.decline(made.conversation, by=lin)
        sending.write_to(wu, by=lin, text="还是聊聊吧")
        assert part(lin).state == "active"
        sending.send(made.conversation, by=wu, text="好")
        assert unread(lin) == 1

    def test_who_is_followed_meanwhile_is_no_stranger_any_more(self, lin: Any, wu: Any) -> None:
        made = sending.write_to(lin, by=wu, text="一")
        follow(wu, by=lin)
        sending.send(made.conversation, by=wu, text="二")
        assert part(lin).state == "active"

    @pytest.mark.deny
    def test_who_wants_only_those_whom_she_follows_hears_of_no_stranger(
        self, lin: Any, wu: Any, zhou: Any
    ) -> None:
        keeping.choose(who_may_write="followed", shows_read=True, by=lin)
        with pytest.raises(ValidationError, match="现在不能给这位邻居发消息"):
            sending.write_to(lin, by=wu, text="一")
        assert not Message.objects.exists()
        sending.write_to(lin, by=zhou, text="一")
        assert unread(lin) == 1

    @pytest.mark.deny
    @pytest.mark.parametrize(("days", "most"), [(7, 2), (0, 3)], ids=["new here", "here for long"])
    def test_strangers_are_written_to_only_so_often(
        self, wu: Any, person: Callable, settings: Any, days: int, most: int
    ) -> None:
        settings.RATES = settings.RATES | {"newcomer_stranger": "2/d", "stranger": "3/d"}
        settings.NEW_ACCOUNT_DAYS = days
        for number in range(most):
            sending.write_to(person(f"p{number}"), by=wu, text="你好")
        with pytest.raises(TooOften):
            sending.write_to(person("last"), by=wu, text="你好")
        assert Message.objects.count() == most

    @pytest.mark.deny
    def test_declining_and_blocking_is_one_act(self, lin: Any, wu: Any, street: Any) -> None:
        made = sending.write_to(lin, by=wu, text="一")
        answering.decline_and_block(made.conversation, by=lin)
        assert street.blocked == {(lin.pk, wu.pk)}
        assert not reaching.can_reach(wu, by=lin)


@pytest.mark.deny
class TestRefusals:
    def test_a_blocked_pair_reads_what_was_and_sends_nothing(
        self, lin: Any, zhou: Any, street: Any, picture: Callable
    ) -> None:
        made = sending.write_to(zhou, by=lin, text="以前的话", pictures=[picture(size=(64, 48))])
        stored = made.attachments.get().file
        pictures.make("", {"id": stored.pk})
        street.block(lin, by=zhou)
        for one, other in ((lin, zhou), (zhou, lin)):
            with pytest.raises(ValidationError, match="现在不能给这位邻居发消息"):
                sending.send(made.conversation, by=one, text="还在吗")
            with pytest.raises(ValidationError):
                sending.start(other, by=one)
            assert [line.preview for line in listed.page_of(one).lines] == ["以前的话"]
            assert Message.objects.visible_to(one).get().text == "以前的话"
            assert StoredFile.objects.visible_to(one).filter(pk=stored.pk).exists()
            assert listed.page_of(one, query=other.display_name).lines == [], "no trace among the names"

    def test_a_minor_hears_of_contacts_only(self, lin: Any, zhou: Any, wu: Any) -> None:
        User.objects.filter(pk=lin.pk).update(age_band="teen")
        child = User.objects.get(pk=lin.pk)
        with pytest.raises(ValidationError):
            sending.write_to(child, by=wu, text="你好")
        with pytest.raises(ValidationError):
            sending.write_to(wu, by=child, text="你好")
        assert sending.write_to(child, by=zhou, text="下课了吗").text == "下课了吗"

    def test_outsiders_say_nothing_and_read_nothing(self, lin: Any, zhou: Any, wu: Any) -> None:
        made = sending.write_to(zhou, by=lin, text="悄悄话")
        for act in (
            lambda: sending.send(made.conversation, by=wu, text="我也来"),
            lambda: keeping.mark_read(made.conversation, up_to=made.pk, by=wu),
            lambda: keeping.mute(made.conversation, muted=True, by=wu),
            lambda: keeping.archive(made.conversation, archived=True, by=wu),
            lambda: keeping.keep_draft(made.conversation, "草稿", by=wu),
            lambda: keeping.unsend(made, by=wu),
            lambda: keeping.delete_for_me(made, by=wu),
            lambda: answering.accept(made.conversation, by=wu),
            lambda: answering.decline(made.conversation, by=wu),
        ):
            with pytest.raises(Refused):
                act()
        assert not Conversation.objects.visible_to(wu).exists()
        assert not Message.objects.visible_to(wu).exists()
        assert not scopes.holds(wu, scopes.Scope("conversation", str(made.conversation_id)))

    @pytest.mark.parametrize(
        "facts",
        [
            {"verified_at": None, "verified_method": "", "verified_name": "", "identity_index": None},
            {"muted_until": timezone.now() + timedelta(days=1)},
            {"suspended_until": timezone.now() + timedelta(days=1)},
        ],
        ids=["unverified", "muted", "suspended"],
    )
    def test_who_may_not_speak_writes_nothing(self, lin: Any, zhou: Any, facts: dict[str, Any]) -> None:
        made = sending.write_to(zhou, by=lin, text="一")
        User.objects.filter(pk=zhou.pk).update(**facts)
        silent = User.objects.get(pk=zhou.pk)
        with pytest.raises(Refused):
            sending.send(made.conversation, by=silent, text="二")
        with pytest.raises(Refused):
            sending.start(lin, by=silent)

    @pytest.mark.parametrize("change", [{"leaves_at": timezone.now()}, {"is_active": False}])
    def test_who_is_not_there_hears_nothing(self, lin: Any, zhou: Any, change: dict[str, Any]) -> None:
        made = sending.write_to(zhou, by=lin, text="一")
        User.objects.filter(pk=zhou.pk).update(**change)
        with pytest.raises(ValidationError, match="现在不能"):
            sending.send(made.conversation, by=lin, text="二")

    def test_nobody_writes_to_herself(self, lin: Any) -> None:
        with pytest.raises(ValidationError):
            sending.start(lin, by=lin)

    @pytest.mark.parametrize("text", ["", "  \n ", "字" * 2001])
    def test_nothing_and_too_much_are_no_message(self, lin: Any, zhou: Any, text: str) -> None:
        with pytest.raises(ValidationError):
            sending.write_to(zhou, by=lin, text=text)

    def test_who_is_new_sends_no_links(self, lin: Any, zhou: Any, settings: Any) -> None:
        settings.NEW_ACCOUNT_DAYS = 7
        with pytest.raises(ValidationError, match="链接"):
            sending.write_to(zhou, by=lin, text="看这里 https://example.org/a")

    @pytest.mark.parametrize("level", ["block", "hold"])
    def test_listed_words_are_refused_and_nobody_is_told(
        self, lin: Any, zhou: Any, person: Callable, level: str
    ) -> None:
        words.add_words(["代开发票"], level=level, by=person("boss", roles=("administrator",)))
        with pytest.raises(ValidationError, match="代开发票"):
            sending.write_to(zhou, by=lin, text="代开发票，联系我")
        assert not Message.objects.exists()

    def test_words_that_are_only_looked_at_bring_nothing_before_staff(
        self, lin: Any, zhou: Any, person: Callable
    ) -> None:
        from foundation.moderation.models import Case

        boss = person("boss", roles=("administrator",))
        words.add_words(["优惠"], level="flag", by=boss)
        sending.write_to(zhou, by=lin, text="超市优惠")
        assert not Case.objects.exists()

    def test_more_than_anybody_talks_is_too_much(self, lin: Any, zhou: Any, settings: Any) -> None:
        settings.RATES = settings.RATES | {"message": "2/h"}
        made = sending.write_to(zhou, by=lin, text="一")
        sending.send(made.conversation, by=lin, text="二")
        with pytest.raises(TooOften):
            sending.send(made.conversation, by=lin, text="三")


class TestTakingBack:
    def test_what_was_said_is_taken_back_for_everybody_within_ten_minutes(
        self, lin: Any, zhou: Any, picture: Callable
    ) -> None:
        made = sending.write_to(zhou, by=lin, text="写错了", pictures=[picture()])
        keeping.unsend(made, by=lin)
        keeping.unsend(made, by=lin)
        made.refresh_from_db()
        assert (made.text, made.picture_count, unread(zhou)) == ("", 0, 0)
        assert StoredFile.objects.get().dropped_at is not None
        assert Message.objects.visible_to(zhou).get() == made, "a line stays"

    @pytest.mark.deny
    def test_later_it_stays_and_others_never_take_it_back(self, lin: Any, zhou: Any) -> None:
        made = sending.write_to(zhou, by=lin, text="说过的话")
        with pytest.raises(Refused):
            keeping.unsend(made, by=zhou)
        Message.objects.update(created_at=timezone.now() - timedelta(minutes=11))
        with pytest.raises(ValidationError, match="10 分钟"):
            keeping.unsend(made, by=lin)
        assert Message.objects.get().text == "说过的话"

    def test_deleting_for_oneself_leaves_the_others_theirs(self, lin: Any, zhou: Any) -> None:
        made = sending.write_to(zhou, by=lin, text="说过的话")
        keeping.delete_for_me(made, by=zhou)
        keeping.delete_for_me(made, by=zhou)
        assert not Message.objects.visible_to(zhou).exists()
        assert Message.objects.visible_to(lin).get().text == "说过的话"
        assert listed.page_of(zhou).lines[0].preview == ""


def test_the_words_lie_sealed_in_the_database(lin: Any, zhou: Any) -> None:
    from django.db import connection

    made = sending.write_to(zhou, by=lin, text="银杏树下见")
    keeping.keep_draft(made.conversation, "还没写完的银杏", by=zhou)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM chat_message")
        lying = [bytes(row[0]) for row in cursor.fetchall()]
        cursor.execute("SELECT draft FROM chat_participant")
        lying += [bytes(row[0]) for row in cursor.fetchall()]
    assert any(lying)
    assert not any("银杏".encode() in text for text in lying)
