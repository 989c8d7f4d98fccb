"""Who belongs to an institution: asked, joined, removed, left, handed over (H2)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from foundation.accounts.models import Membership, User
from foundation.core.access.permissions import Refused
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from organisations.domain import members, papers
from tests.organisations.conftest import fresh, join, told

pytestmark = [pytest.mark.django_db, pytest.mark.row("H2")]


class TestMembers:
    def test_asked_she_joins_by_her_own_word(
        self, approved: Callable, head: User, helper: User, drain: Callable
    ) -> None:
        made = approved()
        asked = members.invite(made.organisation, helper, by=fresh(head))
        drain()
        assert told(helper, "asked_to_join")
        assert not fresh(helper).acts_for_institution
        members.answer(asked, accept=True, by=helper)
        assert fresh(helper).acts_for_institution
        with pytest.raises(GuardFails):
            members.invite(made.organisation, helper, by=fresh(head))

    @pytest.mark.deny
    def test_nobody_answers_for_another_or_twice(
        self, approved: Callable, head: User, helper: User, person: Callable
    ) -> None:
        made = approved()
        asked = members.invite(made.organisation, helper, by=fresh(head))
        with pytest.raises(GuardFails):
            members.invite(made.organisation, helper, by=fresh(head))
        with pytest.raises(Refused):
            members.answer(asked, accept=True, by=person("thief"))
        members.answer(asked, accept=False, by=helper)
        with pytest.raises(StepNotAllowed):
            members.answer(asked, accept=True, by=helper)
        again = members.invite(made.organisation, helper, by=fresh(head))
        members.take_back(again, by=fresh(head))
        with pytest.raises(StepNotAllowed):
            members.answer(again, accept=True, by=helper)
        with pytest.raises(StepNotAllowed):
            members.take_back(again, by=fresh(head))

    @pytest.mark.deny
    def test_who_works_with_children_has_been_looked_up(
        self, approved: Callable, head: User, helper: User
    ) -> None:
        made = approved(children=True)
        with pytest.raises(GuardFails, match="查询日期"):
            members.invite(made.organisation, helper, by=fresh(head))
        with pytest.raises(GuardFails, match="一年"):
            members.invite(
                made.organisation,
                helper,
                checked_on=timezone.localdate() - timedelta(days=400),
                by=fresh(head),
            )
        day = timezone.localdate()
        asked = members.invite(made.organisation, helper, checked_on=day, by=fresh(head))
        members.answer(asked, accept=True, by=helper)
        assert papers.missing(made) == ""

    def test_the_head_removes_and_members_leave(
        self, approved: Callable, head: User, helper: User, person: Callable, heard: list, drain: Callable
    ) -> None:
        made = approved()
        removed, left = join(made, helper), join(made, person("leaver"))
        with pytest.raises(Refused):
            members.end(left, by=fresh(helper))
        members.end(removed, by=fresh(head))
        members.end(left, by=fresh(left.user))
        drain()
        assert told(helper, "membership_ended")
        assert heard.count("membership_ended") == 2
        with pytest.raises(StepNotAllowed):
            members.end(removed, by=fresh(head))
        with pytest.raises(GuardFails):
            members.end(Membership.objects.get(organisation_id=made.pk, until=None), by=fresh(head))

    def test_the_head_is_handed_over_by_both(
        self, approved: Callable, head: User, helper: User, person: Callable, heard: list
    ) -> None:
        made = approved()
        with pytest.raises(GuardFails):
            members.invite(made.organisation, person("outsider"), position="head", by=fresh(head))
        join(made, helper)
        asked = members.invite(made.organisation, helper, position="head", by=fresh(head))
        members.answer(asked, accept=True, by=fresh(helper))
        assert dict(Membership.objects.values_list("user__username", "position")) == {
            "head": "member",
            "helper": "head",
        }
        assert "head_changed" in heard
        with pytest.raises(Refused):
            members.invite(made.organisation, person("x"), by=fresh(head))

    def test_her_papers_stay_when_she_goes(self, approved: Callable, head: User, helper: User) -> None:
        made = approved()
        join(made, helper)
        members.answer(
            members.invite(made.organisation, helper, position="head", by=fresh(head)),
            accept=True,
            by=fresh(helper),
        )
        assert members.leaving_blockers(fresh(helper))
        assert not members.leaving_blockers(fresh(head))
        members.erase_parts(fresh(head))
        assert made.qualifications.get().file.owner_id == helper.pk
        assert not Membership.objects.filter(user=head, until=None).exists()
