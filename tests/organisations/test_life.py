"""An institution's life (H2, machine [institution]): every step with its guard and what follows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation.accounts.models import Membership, Organisation, User
from foundation.core.access.permissions import Refused
from foundation.core.flow import audit, outbox
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.models import StoredFile
from foundation.messaging.models import Notification
from foundation.moderation.domain import inbox
from organisations import signals
from organisations.domain import applying, closing, page, papers, suspending
from organisations.models import Institution, RecordCheck, SuspensionRequest
from tests.organisations.conftest import CODES, decide, fresh, item_of, join, suspend, told

pytestmark = [pytest.mark.django_db, pytest.mark.row("H2")]
State = Institution.State


class TestApplying:
    def test_whoever_begins_is_the_head_and_goes_on_where_she_left(self, head: User, places: dict) -> None:
        made = applying.start(name="阳光", code="", place=places["ginkgo"], by=head)
        assert Membership.objects.get(organisation_id=made.pk).position == "head"
        with pytest.raises(applying.DraftOpen) as again:
            applying.start(name="又一个", code="", place=places["ginkgo"], by=fresh(head))
        assert again.value.institution.pk == made.pk

    @pytest.mark.deny
    def test_only_verified_residents_apply(self, person: Callable, places: dict) -> None:
        with pytest.raises(Refused):
            applying.start(name="阳光", code="", place=places["ginkgo"], by=person("new", verified=False))

    def test_a_whole_application_waits_for_the_office(
        self, submitted: Callable, office: dict, drain: Callable
    ) -> None:
        made = submitted()
        drain()
        assert made.state == State.SUBMITTED
        assert made.claimed_code == CODES[0]
        assert told(office["staff"], "submitted")
        assert not told(office["elsewhere"], "submitted")
        assert not Organisation.objects.get(pk=made.pk).stands

    @pytest.mark.deny
    @pytest.mark.parametrize(
        ("how", "lack"),
        [
            ({"code": "52110105500012345H"}, "代码"),
            ({"code": ""}, "代码"),
            ({"licence": False}, "登记证书"),
            ({"valid_until": timezone.localdate() - timedelta(days=1)}, "登记证书"),
        ],
    )
    def test_what_is_missing_is_said(self, drafted: Callable, head: User, how: dict, lack: str) -> None:
        made = drafted(**how)
        with pytest.raises(GuardFails, match=lack):
            applying.submit(made, by=fresh(head))
        made.refresh_from_db()
        assert made.state == State.DRAFT

    @pytest.mark.deny
    def test_serving_children_takes_a_check_of_every_member(
        self, drafted: Callable, head: User, helper: User
    ) -> None:
        made = drafted(children=True)
        join(made, helper)
        with pytest.raises(GuardFails, match="小周"):
            applying.submit(made, by=fresh(head))
        papers.declare_check(made, helper, checked_on=timezone.localdate(), by=fresh(head))
        applying.submit(made, by=fresh(head))
        assert made.state == State.SUBMITTED

    @pytest.mark.deny
    def test_a_code_counts_once_among_the_living(
        self, submitted: Callable, drafted: Callable, person: Callable, head: User
    ) -> None:
        first = submitted()
        other = person("other")
        second = drafted("另一家", by=other)
        with pytest.raises(GuardFails, match="已经有机构"):
            applying.submit(second, by=fresh(other))
        with pytest.raises(IntegrityError), transaction.atomic():
            Institution.objects.filter(pk=second.pk).update(claimed_code=first.claimed_code)
        applying.withdraw(first, by=fresh(head))
        applying.submit(second, by=fresh(other))
        assert second.state == State.SUBMITTED

    def test_what_is_taken_back_leaves_no_papers_after_30_days(
        self, submitted: Callable, head: User, drain: Callable
    ) -> None:
        made = submitted()
        file = made.qualifications.get().file
        applying.withdraw(made, by=fresh(head))
        drain()
        assert made.qualifications.exists()
        outbox.OutboxMessage.objects.filter(channel="erase_institution_papers").update(
            next_at=timezone.now() - timedelta(days=1)
        )
        drain()
        assert not made.qualifications.exists()
        assert not StoredFile.objects.filter(pk=file.pk, dropped_at=None).exists()
        # She is an ordinary resident again.
        assert not fresh(head).acts_for_institution

    def test_returned_it_is_mended_and_sent_again(
        self, submitted: Callable, office: dict, head: User, drain: Callable
    ) -> None:
        made = submitted()
        decide(made, approved=False, reason="照片看不清", by=office["staff"])
        drain()
        made.refresh_from_db()
        assert (made.state, made.reason) == (State.RETURNED, "照片看不清")
        assert told(head, "institution_returned")
        page.name_it(made, name="阳光中心", code=CODES[0], place=made.organisation.place, by=fresh(head))
        applying.submit(made, by=fresh(head))
        assert made.state == State.SUBMITTED

    def test_rejected_it_is_over_and_says_how_to_appeal(
        self, submitted: Callable, office: dict, head: User, drain: Callable
    ) -> None:
        made = submitted()
        decide(made, approved=False, reason="冒用证照", outcome="reject", by=office["staff"])
        drain()
        made.refresh_from_db()
        assert (made.state, made.claimed_code) == (State.REJECTED, None)
        assert "申诉" in Notification.objects.get(user=head, event="institution_rejected").text

    @pytest.mark.deny
    def test_what_is_under_review_does_not_change(self, submitted: Callable, head: User) -> None:
        made = submitted()
        with pytest.raises(StepNotAllowed):
            page.describe(made, words={"introduction": "改"}, groups=[], area=[], by=fresh(head))
        with pytest.raises(StepNotAllowed):
            papers.declare_check(made, head, checked_on=timezone.localdate(), by=fresh(head))


class TestAdmitting:
    def test_admitted_it_stands_and_says_when_it_was_verified(
        self, approved: Callable, head: User, heard: list, drain: Callable
    ) -> None:
        made = approved()
        drain()
        assert made.verified_on == timezone.localdate()
        assert Organisation.objects.get(pk=made.pk).stands
        assert told(head, "institution_approved")
        assert "institution_approved" in heard
        assert Institution.objects.visible_to(None).get() == made

    def test_serving_children_takes_two(self, submitted: Callable, office: dict) -> None:
        made = submitted(children=True)
        decide(made, approved=True, by=office["staff"])
        made.refresh_from_db()
        assert made.state == State.SUBMITTED
        with pytest.raises(inbox.NeedsAnother):
            decide(made, approved=True, by=office["staff"])
        decide(made, approved=True, by=office["second"])
        made.refresh_from_db()
        assert made.state == State.APPROVED

    @pytest.mark.deny
    def test_nobody_decides_on_the_own_institution(self, submitted: Callable, office: dict) -> None:
        made = submitted()
        join(made, office["staff"])
        with pytest.raises(inbox.NeedsAnother):
            decide(made, approved=True, by=fresh(office["staff"]))
        with pytest.raises(Refused):
            applying.decide(made, approved=True, reason="", by=fresh(office["staff"]))

    @pytest.mark.deny
    def test_a_licence_that_ran_out_meanwhile_admits_nobody(self, submitted: Callable, office: dict) -> None:
        made = submitted()
        made.qualifications.update(valid_until=timezone.localdate() - timedelta(days=1))
        with pytest.raises(inbox.CannotBeCarriedOut):
            decide(made, approved=True, by=office["staff"])
        made.refresh_from_db()
        assert made.state == State.SUBMITTED


class TestSuspending:
    def test_two_people_suspend(
        self, approved: Callable, office: dict, head: User, helper: User, heard: list, drain: Callable
    ) -> None:
        made = approved()
        join(made, helper)
        suspend(made, office["staff"], office["second"])
        drain()
        assert (made.state, made.reason) == (State.SUSPENDED, "收到投诉")
        assert not Organisation.objects.get(pk=made.pk).stands
        for user in (head, helper, office["officer"]):
            assert told(user, "institution_suspended")
        assert told(office["staff"], "suspension_confirmed")
        assert "institution_suspended" in heard
        with pytest.raises(StepNotAllowed):
            page.describe(made, words={"introduction": "改"}, groups=[], area=[], by=fresh(head))

    @pytest.mark.deny
    def test_one_person_does_not(self, approved: Callable, office: dict) -> None:
        made = approved()
        asked = suspending.ask_suspension(made, reason="收到投诉", by=office["staff"])
        with pytest.raises(inbox.NeedsAnother):
            decide(asked, approved=True, by=office["staff"])
        with pytest.raises(Refused):
            suspending.decide_suspension(asked, approved=True, reason="", by=office["staff"])
        with pytest.raises(GuardFails):
            suspending.ask_suspension(made, reason="又一次", by=office["second"])
        with pytest.raises(Refused):
            suspending.ask_suspension(made, reason="外面的", by=office["elsewhere"])
        made.refresh_from_db()
        assert made.state == State.APPROVED

    @pytest.mark.deny
    def test_the_second_can_say_no(self, approved: Callable, office: dict, drain: Callable) -> None:
        made = approved()
        asked = suspending.ask_suspension(made, reason="收到投诉", by=office["staff"])
        decide(asked, approved=False, reason="已经改正", by=office["second"])
        drain()
        made.refresh_from_db()
        assert made.state == State.APPROVED
        assert told(office["staff"], "suspension_refused")

    @pytest.mark.deny
    def test_a_reason_is_needed(self, approved: Callable, office: dict) -> None:
        with pytest.raises(GuardFails):
            suspending.ask_suspension(approved(), reason=" ", by=office["staff"])

    def test_the_calendar_suspends_what_ran_out(
        self, approved: Callable, person: Callable, office: dict
    ) -> None:
        fine = approved()
        late = approved("过期的", by=person("late"), code=CODES[1])
        late.qualifications.update(valid_until=timezone.localdate() - timedelta(days=1))
        unchecked = approved("没有查询的", by=person("third"), code=CODES[2], children=True)
        RecordCheck.objects.filter(institution=unchecked).update(
            checked_on=timezone.localdate() - timedelta(days=366)
        )
        asked = suspending.ask_suspension(late, reason="催过两次", by=office["staff"])
        assert suspending.suspend_overdue() == 2
        assert suspending.suspend_overdue() == 0
        assert {one.pk: one.state for one in Institution.objects.all()} == {
            fine.pk: "approved",
            late.pk: "suspended",
            unchecked.pk: "suspended",
        }
        asked.refresh_from_db()
        assert asked.state == SuspensionRequest.State.WITHDRAWN

    @pytest.mark.deny
    def test_one_that_can_not_be_suspended_keeps_none_from_it(
        self, approved: Callable, person: Callable, office: dict, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stuck, late = approved(), approved("过期的", by=person("late"), code=CODES[1])
        for one in (stuck, late):
            one.qualifications.update(valid_until=timezone.localdate() - timedelta(days=1))

        def moved(sender: Any, institution: Institution, **facts: Any) -> None:
            if institution.pk == stuck.pk:
                raise GuardFails("一份协议停不下来")

        signals.institution_suspended.connect(moved)
        try:
            assert suspending.suspend_overdue() == 1
        finally:
            signals.institution_suspended.disconnect(moved)
        assert dict(Institution.objects.values_list("pk", "state")) == {
            stuck.pk: "approved",
            late.pk: "suspended",
        }
        # Nothing of it was swallowed: the next day it goes on.
        assert suspending.suspend_overdue() == 1

    def test_cured_it_comes_back(
        self, approved: Callable, office: dict, head: User, picture: Callable, heard: list, drain: Callable
    ) -> None:
        made = approved()
        made.qualifications.update(valid_until=timezone.localdate() - timedelta(days=1))
        suspending.suspend_overdue()
        with pytest.raises(GuardFails, match="登记证书"):
            suspending.reinstate(made, reason="说是换了", by=office["staff"])
        papers.add_paper(
            made,
            type="licence",
            name="新证",
            issuer="",
            valid_until=None,
            picture=picture(size=(64, 48)),
            by=fresh(head),
        )
        with pytest.raises(GuardFails):
            suspending.reinstate(made, reason="", by=office["staff"])
        suspending.reinstate(made, reason="新证书已核对", by=office["staff"])
        drain()
        assert made.state == State.APPROVED
        assert Organisation.objects.get(pk=made.pk).stands
        assert told(head, "institution_reinstated")
        assert "institution_reinstated" in heard


class TestClosing:
    def test_what_still_runs_keeps_it_open(
        self, approved: Callable, office: dict, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = approved()
        monkeypatch.setattr(closing, "_blockers", [])
        closing.register(lambda institution: ["还有一份协议在履行"])
        with pytest.raises(GuardFails, match="还有一份协议"):
            suspending.close(made, reason="停办", by=office["staff"])
        made.refresh_from_db()
        assert made.state == State.APPROVED

    def test_closed_it_frees_its_code_and_its_members_keep_reading(
        self, approved: Callable, office: dict, head: User, heard: list, drain: Callable
    ) -> None:
        made = approved()
        suspending.ask_suspension(made, reason="收到投诉", by=office["second"])
        suspending.close(made, reason="停办", by=office["staff"])
        drain()
        assert (made.state, made.claimed_code) == (State.CLOSED, None)
        assert told(head, "institution_closed")
        assert "institution_closed" in heard
        assert Membership.objects.filter(organisation_id=made.pk, until=None).count() == 1
        with pytest.raises(SuspensionRequest.DoesNotExist):
            SuspensionRequest.objects.get(state="waiting")


def test_the_log_holds_every_step(approved: Callable, office: dict) -> None:
    made = approved()
    suspend(made, office["staff"], office["second"])
    actions = list(
        audit.AuditEntry.objects.filter(kind="institution").order_by("seq").values_list("action", flat=True)
    )
    for step in ("start", "submit", "approve", "suspend"):
        assert f"institution.{step}" in actions
    assert audit.verify()[1] is None


def test_an_item_that_was_taken_back_waits_for_nobody(submitted: Callable, head: User) -> None:
    made = submitted()
    item = item_of(made)
    applying.withdraw(made, by=fresh(head))
    item.refresh_from_db()
    assert item.state == "withdrawn"
