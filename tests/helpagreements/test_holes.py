"""Ways round the machine that are shut (H1, H5): each was open once, or would be by one careless line."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from foundation.accounts.models import Organisation
from foundation.core.access.permissions import Refused
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem
from foundation.signing.domain.faults import DigestDiffers
from helpagreements.domain import drafting, ending, forced, pushing, signing
from helpagreements.domain.queries import agreements
from helpagreements.domain.wording import personal_data_in
from helpagreements.models import Agreement, ForcedEnd
from tests.access.cells import browser_of
from tests.helpagreements.conftest import Deal, ceremony, fresh, proof, today
from tests.helpagreements.test_ending import shown, wish
from tests.signing.conftest import member

pytestmark = [pytest.mark.django_db, pytest.mark.row("H1", "H5"), pytest.mark.deny]


def ask(deal: Deal, agreement: Agreement, by: Any, **values: Any) -> Any:
    credential = deal.credential() if by == deal.head else None
    asking = ending.ask_rescind if values.get("what") == "rescind" else ending.ask_end
    return asking(agreement, wish=wish(**values), credential=credential, ceremony=ceremony(), by=by)


def rest(institution: Organisation, *, stands: bool) -> None:
    Organisation.objects.filter(pk=institution.pk).update(stands=stands)


class TestASuspension:
    def test_is_not_ended_by_asking_for_the_end_and_taking_it_back(self, deal: Deal) -> None:
        agreement = deal.active()
        ending.suspend(agreement, reason="安全核查", by=deal.clerk)
        ask(deal, agreement, deal.head)
        ending.recall_end(agreement, by=deal.head)
        assert agreement.state == "suspended"

    def test_of_the_institution_outlives_an_answer(self, deal: Deal) -> None:
        agreement = deal.active()
        ask(deal, agreement, deal.clerk)
        rest(deal.institution, stands=False)
        ending.refuse_end(agreement, reason="不同意", by=deal.head)
        assert agreement.state == "suspended"

    def test_holds_from_the_first_day(self, deal: Deal) -> None:
        agreement = deal.signed(starts_on=today(2))
        rest(deal.institution, stands=False)
        with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
            signing.follow_the_calendar()
        agreement.refresh_from_db()
        assert agreement.state == "suspended"


class TestAnOfficerOfTheInstitution:
    """Whoever belongs to the institution is no officer for it, on any way (help-platform.md §2.3, 5)."""

    @pytest.fixture
    def both(self, deal: Deal) -> Any:
        member(deal.institution, deal.second, "member")
        return fresh(deal.second)

    def test_drafts_edits_renews_and_discards_nothing(self, deal: Deal, both: Any) -> None:
        drafted, active = deal.draft(), deal.active()
        edit = {"title": "x", "starts_on": today(), "ends_on": today(3), "clauses": []}
        for act in (
            lambda: deal.draft(by=both),
            lambda: drafting.edit_draft(drafted, by=both, **edit),
            lambda: drafting.renew(active, by=both),
            lambda: drafting.discard_draft(drafted, by=both),
        ):
            with pytest.raises(Refused):
                act()

    def test_sees_no_draft_and_hears_of_nothing(self, deal: Deal, both: Any, portal: Any) -> None:
        drafted = deal.draft()
        assert drafted not in Agreement.objects.visible_to(both)
        assert browser_of(both).get(drafted.get_absolute_url()).status_code == 404
        from helpagreements.domain.machine import staff_of

        assert both.pk not in staff_of(drafted)

    def test_decides_on_no_forced_end(self, deal: Deal, both: Any) -> None:
        agreement = deal.active()
        asked = forced.ask_force_end(agreement, reason="造成伤害", by=deal.clerk)
        item = ReviewItem.objects.get(kind="forced_end", object_id=str(asked.pk))
        for approved in (True, False):
            with pytest.raises(Refused):
                inbox.decide(item, approved=approved, reason="不行", by=both)
        with pytest.raises(Refused):
            forced.ask_force_end(deal.active(), reason="x", by=both)


class TestAWishToRescind:
    def test_is_taken_back_or_declined(self, deal: Deal) -> None:
        agreement = deal.signed(starts_on=today(5))
        ask(deal, agreement, deal.head, what="rescind")
        with pytest.raises(Refused):
            ending.recall_rescind(agreement, by=deal.clerk)
        ending.recall_rescind(agreement, by=deal.head)
        ask(deal, agreement, deal.head, what="rescind")
        ending.refuse_rescind(agreement, reason="已经安排好了", by=deal.clerk)
        assert ending.open_request(agreement) is None
        with pytest.raises(StepNotAllowed):
            ending.recall_rescind(agreement, by=deal.head)

    def test_is_overtaken_by_the_first_day_and_keeps_nothing_from_ending(self, deal: Deal) -> None:
        agreement = deal.signed(starts_on=today(1))
        ask(deal, agreement, deal.head, what="rescind")
        with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
            with pytest.raises(GuardFails, match="已经生效"):
                ending.rescind(agreement, seen=shown(agreement), ceremony=ceremony(), by=deal.clerk)
            signing.follow_the_calendar()
            agreement.refresh_from_db()
            ask(deal, agreement, deal.clerk, wished_on=today(9))
        assert agreement.state == "termination_asked"


def test_what_was_asked_anew_is_not_what_the_open_page_showed(deal: Deal) -> None:
    agreement = deal.active()
    ask(deal, agreement, deal.head)
    old = shown(agreement)
    ending.recall_end(agreement, by=deal.head)
    ask(deal, agreement, deal.head, handover="无人接手")
    with pytest.raises(DigestDiffers):
        ending.approve_end(agreement, seen=old, ceremony=ceremony(), by=deal.clerk)


def test_a_draft_that_was_changed_meanwhile_is_not_sealed(deal: Deal) -> None:
    agreement = deal.draft()
    seen = drafting.content_digest(agreement)
    clause = agreement.current.clauses.first()
    clause.text += "再加一句。"
    clause.save()
    with pytest.raises(GuardFails, match="改过"):
        pushing.push(agreement, ceremony=ceremony(), seen=seen, by=deal.clerk)


def test_the_other_side_s_wish_waits_also_where_one_s_own_was_declined_before(deal: Deal) -> None:
    agreement = deal.active()
    ask(deal, agreement, deal.head)
    ending.refuse_end(agreement, reason="不行", by=deal.clerk)
    ask(deal, agreement, deal.clerk)
    assert list(agreements.waiting_for("institution", deal.head)) == [agreement]
    assert list(agreements.waiting_for("community", deal.clerk)) == []


def test_a_renewal_takes_its_place_also_when_the_older_one_rested_that_day(deal: Deal) -> None:
    older = deal.active()
    ending.suspend(older, reason="核查", by=deal.clerk)
    newer = drafting.renew(older, starts_on=today(), ends_on=today(90), by=deal.clerk)
    pushing.push(newer, ceremony=ceremony(), by=deal.clerk)
    deal.sign(newer)
    signing.follow_the_calendar()
    older.refresh_from_db()
    assert older.state == "suspended"
    ending.resume(older, by=deal.clerk)
    signing.follow_the_calendar()
    older.refresh_from_db()
    assert older.state == "superseded"


def test_the_institution_does_not_read_what_is_considered_against_it(deal: Deal) -> None:
    agreement = deal.active()
    forced.ask_force_end(agreement, reason="内部线索", by=deal.clerk)
    told = [one.action for one in agreements.life_of(agreement, "institution")]
    assert "agreement.ask_force_end" not in told
    assert "agreement.ask_force_end" in [one.action for one in agreements.life_of(agreement, "community")]


def test_a_prepared_wish_is_nobody_else_s_to_read(deal: Deal, portal: Any) -> None:
    agreement = deal.active()
    request = ending.prepare(agreement, wish(reason="还没想好"), by=deal.head)
    page = browser_of(deal.clerk).get(f"{agreement.get_absolute_url()}dossier/").content.decode()
    assert "还没想好" not in page
    address = f"{agreement.get_absolute_url()}statements/{request.statement.code}/1.webp"
    assert browser_of(deal.clerk).get(address).status_code == 404


def test_nobody_hears_of_a_draft(deal: Deal) -> None:
    agreement = deal.draft()
    with pytest.raises(StepNotAllowed):
        pushing.comment(agreement.current.clauses.first(), text="先说一句", by=deal.clerk)


def test_a_forced_end_leaves_the_inbox_when_both_agree_meanwhile(deal: Deal) -> None:
    agreement = deal.active()
    asked = forced.ask_force_end(agreement, reason="已关闭", by=deal.clerk)
    ask(deal, agreement, deal.head)
    ending.approve_end(agreement, seen=shown(agreement), ceremony=ceremony(), by=deal.clerk)
    asked.refresh_from_db()
    assert asked.state == ForcedEnd.State.REFUSED
    assert not ReviewItem.objects.open().filter(kind="forced_end").exists()


def test_an_institution_that_serves_no_children_signs_no_agreement_about_them(deal: Deal) -> None:
    agreement = deal.draft(type="children")
    with pytest.raises(GuardFails, match="服务儿童"):
        pushing.push(agreement, ceremony=ceremony(), by=deal.clerk)


def test_the_clock_decides_also_where_nobody_looked_at_it(deal: Deal) -> None:
    agreement = deal.pushed()
    deal.read(agreement)
    credential = deal.credential(agreement.current.document)
    with time_machine.travel(agreement.sign_by + timedelta(minutes=1), tick=False), pytest.raises(GuardFails):
        signing.sign(agreement, credential=credential, proof=proof(), by=deal.head)


@pytest.mark.parametrize("text", ["138 0013 8000", "１３８００１３８０００", "110105-20150101-1239"])
def test_numbers_of_persons_are_seen_however_they_are_written(text: str) -> None:
    assert personal_data_in(f"请联系 {text}。")
    assert not personal_data_in("共 120 人，编号 XY2026-00017。")


def test_statements_name_nobody(deal: Deal) -> None:
    with pytest.raises(GuardFails):
        wish(reason="请打 13800138000").checked()
