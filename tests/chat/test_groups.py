"""Groups: who comes in, who keeps order, who leaves (S10)."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from chat.domain import answering, groups, keeping, sending
from chat.domain.queries import conversations as listed
from chat.models import Conversation, Message, Participant
from chat.models.conversation import MOST_PEOPLE
from foundation.accounts.models import User
from foundation.core.access.limits import TooOften
from foundation.core.access.permissions import Refused
from foundation.core.flow.models import AuditEntry
from foundation.messaging.models import Notification

pytestmark = [pytest.mark.row("S10"), pytest.mark.django_db]


def state(user: Any) -> str:
    return Participant.objects.get(user=user).state


def reads(user: Any) -> list[str]:
    return [one.text for one in Message.objects.visible_to(user).filter(what="said").order_by("pk")]


@pytest.fixture
def group(lin: Any, zhou: Any) -> Conversation:
    """林 keeps it, 周 was in it at once."""
    return groups.start_group("三号楼太极队", [zhou], by=lin)


class TestComing:
    def test_who_hears_of_the_keeper_is_in_at_once_and_others_are_asked(
        self, lin: Any, zhou: Any, wu: Any
    ) -> None:
        made = groups.start_group("太极队", [zhou, wu], by=lin)
        assert (state(lin), state(zhou), state(wu)) == ("active", "active", "requested")
        assert Participant.objects.get(is_keeper=True).user == lin
        told = Notification.objects.filter(event="asked_into_group").values_list("user", flat=True)
        assert set(told) == {zhou.pk, wu.pk}
        assert made.is_group

    def test_who_is_asked_reads_nothing_until_she_comes_and_then_what_follows(
        self, lin: Any, wu: Any, group: Conversation
    ) -> None:
        groups.add_people(group, [wu], by=lin)
        sending.send(group, by=lin, text="她还没来")
        assert (reads(wu), listed.page_of(wu, requests=True).lines[0].preview) == ([], "")
        assert Participant.objects.get(user=wu).unread == 0
        answering.accept(group, by=wu)
        sending.send(group, by=lin, text="欢迎")
        assert reads(wu) == ["欢迎"]
        assert reads(lin) == ["她还没来", "欢迎"]

    def test_who_joins_later_does_not_read_what_was_before(
        self, lin: Any, group: Conversation, person: Callable
    ) -> None:
        from foundation.social.domain.follows import follow

        sending.send(group, by=lin, text="以前的话")
        late = person("late")
        follow(lin, by=late)
        groups.add_people(group, [late], by=lin)
        assert (state(late), reads(late)) == ("active", [])

    def test_the_same_form_sent_twice_is_one_group(self, lin: Any, zhou: Any) -> None:
        once = uuid.uuid4()
        first = groups.start_group("太极队", [zhou], by=lin, once=once)
        assert groups.start_group("太极队", [zhou], by=lin, once=once) == first
        assert Conversation.objects.count() == 1

    def test_asking_again_changes_nothing(self, lin: Any, wu: Any, group: Conversation) -> None:
        groups.add_people(group, [wu], by=lin)
        groups.add_people(group, [wu], by=lin)
        assert Participant.objects.filter(user=wu).count() == 1

    @pytest.mark.deny
    def test_who_declined_is_not_asked_again(self, lin: Any, wu: Any, group: Conversation) -> None:
        groups.add_people(group, [wu], by=lin)
        answering.decline(group, by=wu)
        with pytest.raises(ValidationError, match="现在不能邀请吴桐"):
            groups.add_people(group, [wu], by=lin)
        assert state(wu) == "declined"

    @pytest.mark.deny
    def test_who_left_is_asked_and_not_put_in_again(self, lin: Any, zhou: Any, group: Conversation) -> None:
        groups.leave(group, by=zhou)
        groups.add_people(group, [zhou], by=lin)
        assert state(zhou) == "requested"

    @pytest.mark.deny
    def test_whom_one_may_not_write_to_is_not_asked(
        self, lin: Any, wu: Any, street: Any, group: Conversation
    ) -> None:
        street.block(lin, by=wu)
        with pytest.raises(ValidationError, match="现在不能邀请"):
            groups.add_people(group, [wu], by=lin)
        assert not Participant.objects.filter(user=wu).exists()

    @pytest.mark.deny
    def test_a_minor_never_comes_together_with_strangers(
        self, lin: Any, zhou: Any, wu: Any, person: Callable
    ) -> None:
        from foundation.social.domain.follows import follow

        child = person("child", display="小宝")
        User.objects.filter(pk=child.pk).update(age_band="under_14")
        child = User.objects.get(pk=child.pk)
        follow(lin, by=child)
        follow(child, by=lin)
        with pytest.raises(ValidationError):
            groups.start_group("和孩子", [child, wu], by=lin)
        made = groups.start_group("两个人", [child], by=lin)
        with pytest.raises(ValidationError):
            groups.add_people(made, [wu], by=lin)
        assert set(made.participants.values_list("user", flat=True)) == {lin.pk, child.pk}

    @pytest.mark.deny
    def test_a_group_has_a_limit(self, lin: Any, group: Conversation, person: Callable) -> None:
        many = [person(f"p{number}") for number in range(MOST_PEOPLE - 1)]
        with pytest.raises(ValidationError, match="最多 50 人"):
            groups.add_people(group, many, by=lin)
        groups.add_people(group, many[1:], by=lin)
        assert group.participants.count() == MOST_PEOPLE

    @pytest.mark.deny
    def test_people_are_asked_only_so_often(
        self, lin: Any, wu: Any, group: Conversation, settings: Any, person: Callable
    ) -> None:
        settings.RATES = settings.RATES | {"group": "2/d"}
        with pytest.raises(TooOften):
            groups.add_people(group, [wu, person("other")], by=lin)

    @pytest.mark.deny
    @pytest.mark.parametrize("title", ["", " \n", "群" * 31])
    def test_a_group_needs_a_name_that_can_stand(self, lin: Any, zhou: Any, title: str) -> None:
        with pytest.raises(ValidationError):
            groups.start_group(title, [zhou], by=lin)
        assert not Conversation.objects.exists()

    @pytest.mark.deny
    def test_a_group_of_nobody_is_none(self, lin: Any) -> None:
        with pytest.raises(ValidationError, match="至少选一位"):
            groups.start_group("我自己", [lin], by=lin)


class TestKeeping:
    def test_the_keeper_renames_removes_and_hands_over(
        self, lin: Any, zhou: Any, wu: Any, group: Conversation
    ) -> None:
        groups.rename(group, "银杏里太极队", by=lin)
        assert Conversation.objects.get().title == "银杏里太极队"
        groups.add_people(group, [wu], by=lin)
        groups.remove_person(group, wu, by=lin)
        groups.remove_person(group, wu, by=lin)
        assert state(wu) == "left"
        groups.hand_over(group, zhou, by=lin)
        assert Participant.objects.get(is_keeper=True).user == zhou
        groups.leave(group, by=lin)
        groups.leave(group, by=lin)
        assert [one.what for one in Message.objects.order_by("pk")] == [
            "started",
            "joined",
            "renamed",
            "handed",
            "left",
        ]

    @pytest.mark.deny
    def test_nobody_but_the_keeper_keeps_order(
        self, lin: Any, zhou: Any, wu: Any, group: Conversation
    ) -> None:
        for by in (zhou, wu):
            for act in (
                lambda by=by: groups.rename(group, "我的群", by=by),
                lambda by=by: groups.add_people(group, [wu], by=by),
                lambda by=by: groups.remove_person(group, lin, by=by),
                lambda by=by: groups.hand_over(group, by, by=by),
            ):
                with pytest.raises(Refused):
                    act()
        with pytest.raises(Refused):
            groups.hand_over(group, wu, by=lin)
        with pytest.raises(Refused):
            groups.remove_person(group, lin, by=lin)

    @pytest.mark.deny
    def test_the_keeper_hands_over_before_leaving(self, lin: Any, group: Conversation) -> None:
        with pytest.raises(ValidationError, match="先把群转交"):
            groups.leave(group, by=lin)

    @pytest.mark.deny
    def test_who_left_or_was_removed_reads_and_says_nothing(
        self, lin: Any, zhou: Any, group: Conversation
    ) -> None:
        sending.send(group, by=lin, text="在的时候")
        groups.remove_person(group, zhou, by=lin)
        assert reads(zhou) == []
        assert not Conversation.objects.visible_to(zhou).exists()
        with pytest.raises(Refused):
            sending.send(group, by=zhou, text="还有我")
        sending.send(group, by=lin, text="走了以后")
        assert Participant.objects.get(user=zhou).unread == 0

    @pytest.mark.deny
    def test_a_pair_has_no_order_to_keep(self, lin: Any, zhou: Any) -> None:
        pair = sending.write_to(zhou, by=lin, text="一").conversation
        for act in (
            lambda: groups.leave(pair, by=lin),
            lambda: groups.rename(pair, "我们", by=lin),
            lambda: groups.add_people(pair, [zhou], by=lin),
        ):
            with pytest.raises(Refused):
                act()

    def test_what_happened_counts_as_no_message(self, lin: Any, zhou: Any, group: Conversation) -> None:
        groups.rename(group, "新名字", by=lin)
        assert Participant.objects.get(user=zhou).unread == 0

    def test_acts_that_bind_others_are_written_down_without_a_word(
        self, lin: Any, zhou: Any, group: Conversation
    ) -> None:
        said = sending.send(group, by=lin, text="悄悄话")
        groups.rename(group, "新名字", by=lin)
        keeping.unsend(said, by=lin)
        groups.leave(group, by=zhou)
        written = set(AuditEntry.objects.filter(action__startswith="chat.").values_list("action", flat=True))
        assert written == {
            "chat.start_group",
            "chat.ask_into_group",
            "chat.rename",
            "chat.unsend",
            "chat.leave",
        }


def test_in_a_group_those_who_keep_apart_still_hear_each_other(
    lin: Any, zhou: Any, street: Any, group: Conversation
) -> None:
    street.block(lin, by=zhou)
    sending.send(group, by=lin, text="大家好")
    assert reads(zhou) == ["大家好"]
