"""Coming in and going: open, by request, by invitation; banned, full, handed over (G3)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from groups.domain import circles, inviting, joining, keeping
from groups.models import Circle, CircleInvitation, CircleMember
from tests.groups.conftest import browser, put_in, role, sound, told

pytestmark = [pytest.mark.django_db, pytest.mark.row("G3")]


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶")


class TestOpen:
    def test_one_press_and_one_is_in(self, live: Callable, zhou: User) -> None:
        circle = live()
        joining.join(circle, by=zhou)
        joining.join(circle, by=zhou)
        assert role(circle, zhou) == "member"
        sound(circle)

    @pytest.mark.deny
    def test_rules_are_agreed_to_first(self, live: Callable, zhou: User) -> None:
        circle = live(rules="八点半收音箱。")
        with pytest.raises(ValidationError):
            joining.join(circle, by=zhou)
        joining.join(circle, by=zhou, agreed=True)
        assert role(circle, zhou) == "member"

    @pytest.mark.deny
    def test_who_is_not_verified_does_not_come_in(self, live: Callable, person: Callable) -> None:
        with pytest.raises(Refused):
            joining.join(live(), by=person("new", verified=False))

    @pytest.mark.deny
    def test_nobody_comes_in_before_it_was_approved(self, founded: Callable, zhou: User) -> None:
        with pytest.raises(StepNotAllowed):
            joining.join(founded(), by=zhou)

    @pytest.mark.deny
    def test_a_full_circle_says_so(self, live: Callable, zhou: User, person: Callable) -> None:
        circle = live(capacity=2, people=(zhou,))
        with pytest.raises(ValidationError) as fault:
            joining.join(circle, by=person("chen"))
        assert fault.value.code == "full"
        sound(circle)
        joining.leave(circle, by=zhou)
        joining.join(circle, by=person("wang"))
        sound(circle)


class TestByRequest:
    def test_asked_answered_and_let_in_with_one_press(
        self, live: Callable, owner: User, zhou: User, drain: Callable
    ) -> None:
        circle = live(joining="request", questions=["会跳吗？"])
        asked = joining.ask(circle, by=zhou, answers=["会一点"])
        assert asked.answers == [["会跳吗？", "会一点"]]
        assert told(owner, "circle_asked")
        assert circle.members.inside().count() == 1
        browser(owner).post(f"/circles/{circle.slug}/waiting/zhou/", {"decision": "yes"})
        drain()
        assert role(circle, zhou) == "member"
        assert CircleMember.objects.get(user=zhou).answers == [], "answers go once they were read"
        assert told(zhou, "circle_let_in")
        sound(circle)

    def test_the_notification_leads_to_who_waits(self, live: Callable, owner: User, zhou: User) -> None:
        from foundation.messaging.models import Notification

        circle = live(joining="request")
        joining.ask(circle, by=zhou)
        page = browser(owner).post(Notification.objects.get(user=owner, event="circle_asked").open_url)
        assert page.status_code == 302
        assert page["Location"] == f"/circles/{circle.slug}/waiting/"
        assert "周叶" in browser(owner).get(page["Location"]).content.decode()

    @pytest.mark.deny
    def test_who_is_refused_may_ask_again(self, live: Callable, owner: User, zhou: User) -> None:
        circle = live(joining="request")
        joining.decide_request(joining.ask(circle, by=zhou), approved=False, reason="人多", by=owner)
        assert role(circle, zhou) == ""
        assert told(zhou, "circle_not_let_in")
        joining.ask(circle, by=zhou)
        assert role(circle, zhou) == "asked"

    @pytest.mark.deny
    def test_every_question_is_answered(self, live: Callable, zhou: User) -> None:
        circle = live(joining="request", questions=["会跳吗？", "几点有空？"])
        with pytest.raises(ValidationError):
            joining.ask(circle, by=zhou, answers=["会"])
        with pytest.raises(Refused):
            joining.join(circle, by=zhou)

    @pytest.mark.deny
    def test_only_who_keeps_order_decides(
        self, live: Callable, owner: User, zhou: User, person: Callable, clerk: User
    ) -> None:
        member, outsider = person("member"), person("outsider")
        circle = live(joining="request", people=(member,))
        asked = joining.ask(circle, by=zhou)
        for who in (zhou, member, outsider, clerk):
            with pytest.raises(Refused):
                joining.decide_request(asked, approved=True, by=who)
        keeping.set_moderator(circle, member, moderator=True, by=owner)
        joining.decide_request(asked, approved=True, by=member)
        with pytest.raises(StepNotAllowed):
            joining.decide_request(asked, approved=False, by=owner)
        assert role(circle, zhou) == "member"

    def test_a_request_is_taken_back_and_calls_nobody_any_more(
        self, live: Callable, owner: User, zhou: User
    ) -> None:
        circle = live(joining="request")
        joining.ask(circle, by=zhou)
        joining.leave(circle, by=zhou)
        assert role(circle, zhou) == ""
        from foundation.messaging.models import Notification

        waiting = Notification.objects.filter(user=owner, event="circle_asked", read_at=None)
        assert not waiting.exists()

    @pytest.mark.deny
    def test_the_last_place_is_not_given_twice(
        self, live: Callable, owner: User, zhou: User, person: Callable
    ) -> None:
        circle = live(joining="request", capacity=2)
        first, second = joining.ask(circle, by=zhou), joining.ask(circle, by=person("chen"))
        joining.decide_request(first, approved=True, by=owner)
        with pytest.raises(ValidationError):
            joining.decide_request(second, approved=True, by=owner)
        sound(circle)


class TestByInvitation:
    def test_one_person_is_asked_and_comes_into_a_secret_circle(
        self, live: Callable, owner: User, zhou: User, person: Callable
    ) -> None:
        circle = live("互助组", secret=True, joining="invitation")
        asked = inviting.invite(circle, zhou, by=owner)
        assert inviting.invite(circle, zhou, by=owner).pk == asked.pk
        assert told(zhou, "circle_invited")
        assert browser(person("chen")).get(asked.get_absolute_url()).status_code == 404
        page = browser(zhou).get(asked.get_absolute_url())
        assert "互助组" in page.content.decode()
        assert browser(zhou).post(asked.get_absolute_url()).status_code == 302
        assert role(circle, zhou) == "member"
        asked.refresh_from_db()
        assert asked.state == "accepted"

    def test_a_link_lands_inside_after_sign_in(self, live: Callable, owner: User, zhou: User) -> None:
        circle = live("互助组", secret=True, joining="invitation")
        link = inviting.make_link(circle, by=owner)
        answer = browser(None).get(link.get_absolute_url())
        assert answer.status_code == 302
        assert answer["Location"].endswith(f"?next={link.get_absolute_url()}")
        client = browser(zhou)
        assert "加入" in client.get(link.get_absolute_url()).content.decode()
        landed = client.post(link.get_absolute_url(), follow=True)
        assert landed.redirect_chain[-1][0] == circle.get_absolute_url()
        assert "已加入" in landed.content.decode()
        link.refresh_from_db()
        assert (link.used, link.state) == (1, "open")

    @pytest.mark.deny
    def test_a_withdrawn_or_old_link_lets_nobody_in(
        self, live: Callable, owner: User, zhou: User, person: Callable
    ) -> None:
        circle = live(joining="invitation")
        withdrawn, old = inviting.make_link(circle, by=owner), inviting.make_link(circle, by=owner)
        inviting.withdraw_invitation(withdrawn, by=owner)
        CircleInvitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
        for link in (withdrawn, old):
            link.refresh_from_db()
            with pytest.raises(StepNotAllowed):
                inviting.accept(link, by=zhou)
            assert "已经失效" in browser(zhou).get(link.get_absolute_url()).content.decode()
        assert role(circle, zhou) == ""

    @pytest.mark.deny
    def test_a_banned_person_does_not_come_in_by_a_link(
        self, live: Callable, owner: User, zhou: User
    ) -> None:
        circle = live(people=(zhou,))
        link = inviting.make_link(circle, by=owner)
        keeping.ban(circle, zhou, by=owner)
        with pytest.raises(Refused):
            inviting.accept(link, by=zhou)
        with pytest.raises(ValidationError):
            inviting.invite(circle, zhou, by=owner)

    @pytest.mark.deny
    def test_only_who_keeps_order_invites_and_withdraws(
        self, live: Callable, owner: User, zhou: User, person: Callable
    ) -> None:
        circle = live(people=(zhou,))
        link = inviting.make_link(circle, by=owner)
        for who in (zhou, person("outsider")):
            with pytest.raises(Refused):
                inviting.make_link(circle, by=who)
            with pytest.raises(Refused):
                inviting.invite(circle, person(f"f-{who.username}"), by=who)
            with pytest.raises(Refused):
                inviting.withdraw_invitation(link, by=who)

    @pytest.mark.deny
    def test_rules_are_agreed_to_by_whoever_comes_by_link(
        self, live: Callable, owner: User, zhou: User
    ) -> None:
        circle = live(rules="不卖东西。")
        link = inviting.make_link(circle, by=owner)
        assert browser(zhou).post(link.get_absolute_url()).status_code == 422
        assert browser(zhou).post(link.get_absolute_url(), {"agreed": "on"}).status_code == 302
        assert role(circle, zhou) == "member"

    def test_who_declines_is_left_alone(self, live: Callable, owner: User, zhou: User) -> None:
        circle = live()
        asked = inviting.invite(circle, zhou, by=owner)
        inviting.decline(asked, by=zhou)
        asked.refresh_from_db()
        assert asked.state == "declined"
        assert role(circle, zhou) == ""

    def test_a_poster_shows_the_code_of_the_link(self, live: Callable, owner: User, zhou: User) -> None:
        circle = live(people=(zhou,))
        link = inviting.make_link(circle, by=owner)
        page = browser(owner).get(f"{link.get_absolute_url()}poster/").content.decode()
        assert "<svg" in page
        assert f"http://testserver{link.get_absolute_url()}" in page
        assert browser(zhou).get(f"{link.get_absolute_url()}poster/").status_code == 404


class TestGoing:
    def test_who_leaves_frees_a_place_and_may_come_again(self, live: Callable, zhou: User) -> None:
        circle = live(people=(zhou,))
        joining.leave(circle, by=zhou)
        joining.leave(circle, by=zhou)
        sound(circle)
        joining.join(circle, by=zhou)
        sound(circle)

    @pytest.mark.deny
    def test_the_owner_hands_over_first(self, live: Callable, owner: User, zhou: User) -> None:
        circle = live(people=(zhou,))
        with pytest.raises(GuardFails):
            joining.leave(circle, by=owner)
        answer = browser(owner).post(f"/circles/{circle.slug}/leave/")
        assert answer.status_code == 422
        assert "您是圈主" in answer.content.decode()
        keeping.hand_over(circle, zhou, by=owner)
        assert (role(circle, owner), role(circle, zhou)) == ("moderator", "owner")
        assert told(zhou, "circle_handed_over")
        joining.leave(circle, by=owner)
        sound(circle)

    @pytest.mark.deny
    def test_nobody_takes_a_circle_from_its_owner(
        self, live: Callable, owner: User, zhou: User, person: Callable
    ) -> None:
        chen = person("chen")
        circle = live(people=(zhou, chen))
        keeping.set_moderator(circle, zhou, moderator=True, by=owner)
        for who in (zhou, chen):
            with pytest.raises(Refused):
                keeping.hand_over(circle, who, by=who)
            with pytest.raises(Refused):
                keeping.remove_member(circle, owner, by=who)
            with pytest.raises(Refused):
                keeping.ban(circle, owner, by=who)
            with pytest.raises(Refused):
                keeping.set_moderator(circle, chen, moderator=True, by=who)
            with pytest.raises(Refused):
                circles.archive_circle(circle, by=who)
        keeping.remove_member(circle, chen, by=zhou)
        assert role(circle, chen) == ""
        with pytest.raises(StepNotAllowed):
            keeping.hand_over(circle, chen, by=owner)
        sound(circle)

    def test_who_is_banned_stays_out_until_the_ban_is_lifted(
        self, live: Callable, owner: User, zhou: User
    ) -> None:
        circle = live(people=(zhou,))
        keeping.ban(circle, zhou, by=owner)
        keeping.ban(circle, zhou, by=owner)
        sound(circle)
        with pytest.raises(Refused):
            joining.join(circle, by=zhou)
        joining.leave(circle, by=zhou)
        assert role(circle, zhou) == "banned", "leaving is no way around a ban"
        keeping.lift_ban(circle, zhou, by=owner)
        joining.join(circle, by=zhou)
        sound(circle)


class TestLeavingTheSite:
    def test_an_owner_of_others_has_to_hand_over_before(
        self, live: Callable, owner: User, zhou: User
    ) -> None:
        from foundation.core import kinds

        live(people=(zhou,))
        assert any("圈主" in str(words) for words in kinds.leaving_blockers(owner))
        assert not any("圈主" in str(words) for words in kinds.leaving_blockers(zhou))

    def test_what_is_erased_leaves_every_circle_whole(
        self, live: Callable, owner: User, zhou: User, person: Callable, group: Callable
    ) -> None:
        from foundation.core import kinds
        from groups.models import Group, GroupMember

        chen = person("chen")
        inherited, alone = live("舞队", people=(zhou, chen)), live("独行")
        waiting = Circle.objects.create(
            owner=owner, name="没开的", slug="mei-kai", place=inherited.place, purpose="x"
        )
        CircleMember.objects.create(circle=waiting, user=owner, role="owner")
        CircleMember.objects.filter(circle=inherited, user=chen).update(role="moderator")
        own = group()
        for _app, entry in kinds.erasings():
            erase = entry.erase if not isinstance(entry, kinds.Kind) else entry.privacy.erase
            if erase is not None and erase.__module__ == "groups.domain.own":
                erase(owner)
        sound(inherited)
        assert inherited.owner_id == chen.pk, "who keeps order comes before who is only a member"
        alone.refresh_from_db()
        assert alone.state == "archived"
        assert not Circle.objects.filter(pk=waiting.pk).exists()
        assert not Group.objects.filter(pk=own.pk).exists()
        assert not GroupMember.objects.filter(user=owner).exists()
        assert not CircleMember.objects.filter(user=owner).exists()


def test_the_card_joins_at_once_and_offers_the_way_back(live: Callable, zhou: User) -> None:
    """Two presses from the front page: the circles, the card's own button; undone instead of confirmed (§4.7 B)."""
    circle = live()
    client = browser(zhou)
    listed = client.get("/circles/").content.decode()
    assert f'formaction="/circles/{circle.slug}/join/"' in listed
    after = client.post(f"/circles/{circle.slug}/join/", {"next": "/circles/"}, follow=True)
    assert after.redirect_chain[-1][0] == "/circles/"
    page = after.content.decode()
    assert "已加入“银杏舞队”。" in page
    assert f'formaction="/circles/{circle.slug}/leave/"' in page
    put = client.post(f"/circles/{circle.slug}/leave/", follow=True)
    assert "已退出" in put.content.decode()
    assert role(circle, zhou) == ""


def test_a_moderator_sees_the_way_back_for_nobody_above_her(
    live: Callable, owner: User, zhou: User, person: Callable
) -> None:
    chen = person("chen", display="陈大妈")
    circle = live(people=(chen,))
    put_in(circle, zhou, "moderator")
    page = browser(zhou).get(f"/circles/{circle.slug}/members/").content.decode()
    assert f"/circles/{circle.slug}/members/chen/remove/" in page
    assert f"/circles/{circle.slug}/members/owner/remove/" not in page
    assert "promote" not in page
