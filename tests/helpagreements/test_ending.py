"""How an agreement ends, and what both sides write meanwhile (H5, H8)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from foundation.core.access.permissions import Refused
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from helpagreements.domain import drafting, ending, forced, notes, pushing, signing
from helpagreements.enums import Ending, Standing
from helpagreements.models import Agreement, ForcedEnd
from tests.helpagreements.conftest import Deal, ceremony, today

pytestmark = [pytest.mark.django_db, pytest.mark.row("H5")]


def shown(agreement: Agreement) -> str:
    """The digest of the statement that the page shows to whoever answers."""
    request = ending.open_request(agreement)
    return request.statement.sha256 if request and request.statement else ""


def wish(what: str = Ending.TERMINATE, **values: Any) -> ending.Wish:
    usual = {"reason": "服务对象已搬走", "wished_on": today(14), "handover": "由邻里互助站接着帮"}
    return ending.Wish(what, **{**usual, **values})


class TestTheEnd:
    def test_one_asks_and_the_other_decides(self, deal: Deal) -> None:
        agreement = deal.active()
        asked = ending.ask_end(
            agreement, wish=wish(), credential=deal.credential(), ceremony=ceremony(), by=deal.head
        )
        assert agreement.state == "termination_asked"
        assert agreement.standing == Standing.SIGNED
        with pytest.raises(Refused):
            ending.approve_end(
                agreement, credential=deal.credential(), seen="x", ceremony=ceremony(), by=deal.head
            )
        with pytest.raises(Refused):
            ending.recall_end(agreement, by=deal.clerk)
        ending.approve_end(agreement, seen=asked.statement.sha256, ceremony=ceremony(), by=deal.clerk)
        asked.refresh_from_db()
        assert (agreement.state, asked.state) == ("terminated", "agreed")
        assert asked.statement.signatures.count() == 2
        assert "解约" in asked.statement.title or asked.statement.title.endswith("结束声明")

    def test_the_statement_names_the_original_by_its_digest(self, deal: Deal) -> None:
        import json

        from foundation.signing.domain import store

        agreement = deal.active()
        asked = ending.ask_end(agreement, wish=wish(), ceremony=ceremony(), by=deal.clerk)
        data = json.loads(store.get(asked.statement.data_sha256, store.JSON))
        assert data["clauses"]["original_sha256"] == agreement.current.document.latest_sha256

    def test_it_is_taken_back_or_declined(self, deal: Deal) -> None:
        agreement = deal.active()
        ending.ask_end(agreement, wish=wish(), ceremony=ceremony(), by=deal.clerk)
        with pytest.raises(GuardFails):
            ending.refuse_end(agreement, reason="", by=deal.head)
        ending.refuse_end(agreement, reason="孩子还需要我们", by=deal.head)
        assert agreement.state == "active"
        ending.ask_end(agreement, wish=wish(), ceremony=ceremony(), by=deal.clerk)
        ending.recall_end(agreement, by=deal.second)
        assert agreement.state == "active"
        assert ending.open_request(agreement) is None

    @pytest.mark.deny
    @pytest.mark.parametrize(
        "values", [{"reason": " "}, {"wished_on": None}, {"handover": ""}, {"wished_on": -1}]
    )
    def test_a_wish_says_why_when_and_who_takes_over(self, deal: Deal, values: dict) -> None:
        if values.get("wished_on") == -1:
            values = {"wished_on": today(-1)}
        with pytest.raises(GuardFails):
            wish(**values).checked()

    def test_signed_and_not_yet_in_force_it_is_taken_back_by_both(self, deal: Deal) -> None:
        agreement = deal.signed(starts_on=today(10))
        with pytest.raises(GuardFails, match="还没有提出"):
            ending.rescind(agreement, seen=shown(agreement), ceremony=ceremony(), by=deal.clerk)
        ending.ask_rescind(
            agreement,
            wish=wish(Ending.RESCIND),
            credential=deal.credential(),
            ceremony=ceremony(),
            by=deal.head,
        )
        with pytest.raises(Refused):
            ending.rescind(
                agreement, credential=deal.credential(), seen="x", ceremony=ceremony(), by=deal.head
            )
        ending.rescind(agreement, seen=shown(agreement), ceremony=ceremony(), by=deal.clerk)
        assert agreement.state == "terminated"

    @pytest.mark.deny
    def test_by_force_only_two_persons_end_it(self, deal: Deal) -> None:
        from foundation.moderation.domain import inbox
        from foundation.moderation.models import ReviewItem

        agreement = deal.active()
        asked = forced.ask_force_end(agreement, reason="机构人员伤害了服务对象", by=deal.clerk)
        item = ReviewItem.objects.get(kind="forced_end", object_id=str(asked.pk))
        with pytest.raises(Refused):
            inbox.decide(item, approved=True, by=deal.clerk)
        with pytest.raises(GuardFails):
            forced.ask_force_end(agreement, reason="再来一次", by=deal.second)
        inbox.decide(item, approved=True, by=deal.second)
        agreement.refresh_from_db()
        asked.refresh_from_db()
        assert (agreement.state, asked.state) == ("terminated", ForcedEnd.State.DONE)
        assert asked.statement.signatures.count() == 1

    def test_a_suspended_institution_lets_its_agreements_rest(self, deal: Deal) -> None:
        agreement = deal.active()
        assert ending.suspend_all(deal.institution, reason="证照到期") == 1
        agreement.refresh_from_db()
        assert agreement.state == "suspended"
        deal.institution.stands = False
        deal.institution.save()
        with pytest.raises(GuardFails):
            ending.resume(agreement, by=deal.clerk)
        deal.institution.stands = True
        deal.institution.save()
        ending.resume(agreement, by=deal.clerk)
        assert agreement.state == "active"

    def test_a_renewal_takes_its_place_on_its_first_day(self, deal: Deal) -> None:
        agreement = deal.active()
        new = drafting.renew(agreement, starts_on=today(), ends_on=today(700), by=deal.clerk)
        with pytest.raises(GuardFails, match="续签"):
            drafting.renew(agreement, by=deal.clerk)
        pushing.push(new, ceremony=ceremony(), by=deal.clerk)
        deal.sign(new)
        signing.follow_the_calendar()
        agreement.refresh_from_db()
        new.refresh_from_db()
        assert (agreement.state, new.state) == ("superseded", "active")

    def test_an_expired_one_can_be_renewed_and_a_draft_not(self, deal: Deal) -> None:
        with pytest.raises(StepNotAllowed):
            drafting.renew(deal.draft(), by=deal.clerk)
        agreement = deal.active(ends_on=today(1))
        with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
            signing.follow_the_calendar()
            agreement.refresh_from_db()
            assert drafting.renew(agreement, by=deal.clerk).supersedes == agreement


class TestNotes:
    def test_a_note_is_kept_once_however_often_it_is_sent(self, deal: Deal, picture: Any, drain: Any) -> None:
        agreement, once = deal.active(), uuid.uuid4()
        facts = {"text": "陪老人聊天", "happened_on": today(), "once": once, "by": deal.helper}
        first = notes.record_note(agreement, pictures=[picture()], **facts)
        assert notes.record_note(agreement, **facts) == first
        assert first.note_pictures.count() == 1

    @pytest.mark.row("A7")
    def test_what_belongs_to_the_record_stays_when_its_writer_leaves(
        self, deal: Deal, picture: Any, drain: Any
    ) -> None:
        from foundation.accounts.domain.leaving import erase_account
        from foundation.core.files.uploads import store_picture, sweep
        from foundation.core.models import StoredFile

        facts = {"text": "陪老人聊天", "happened_on": today(), "once": uuid.uuid4(), "by": deal.helper}
        note = notes.record_note(deal.active(), pictures=[picture()], **facts)
        own = store_picture(picture(), owner=deal.helper)
        erase_account(deal.helper)
        drain()
        sweep()
        assert not StoredFile.objects.filter(pk=own.pk).exists()
        kept = note.note_pictures.get().file
        assert (kept.owner_id, kept.dropped_at, kept.scope_level) == (0, None, "only")
        assert kept.directory.exists()

    @pytest.mark.deny
    def test_not_before_the_start_nor_in_the_future_nor_when_it_is_over(self, deal: Deal) -> None:
        agreement = deal.active()
        for day in (today(-1), today(1)):
            with pytest.raises(GuardFails):
                notes.record_note(agreement, text="x", happened_on=day, once=uuid.uuid4(), by=deal.clerk)
        with pytest.raises(GuardFails):
            notes.record_note(agreement, text=" ", happened_on=today(), once=uuid.uuid4(), by=deal.clerk)
        with pytest.raises(StepNotAllowed):
            notes.record_note(deal.pushed(), text="x", happened_on=today(), once=uuid.uuid4(), by=deal.clerk)

    @pytest.mark.deny
    def test_a_stranger_writes_none(self, deal: Deal, person: Any) -> None:
        agreement = deal.active()
        with pytest.raises(Refused):
            notes.record_note(
                agreement,
                text="x",
                happened_on=today(),
                once=uuid.uuid4(),
                by=person("far", roles=("staff",), place="bridge"),
            )


class TestComments:
    def test_both_sides_talk_clause_by_clause(self, deal: Deal) -> None:
        agreement = deal.pushed()
        clause = agreement.current.clauses.get(key="term")
        pushing.comment(clause, text="能否延长？", by=deal.head)
        pushing.comment(clause, text="可以商量。", by=deal.clerk)
        assert [one.side for one in clause.comments.all()] == ["institution", "community"]

    @pytest.mark.deny
    def test_not_once_it_is_signed_nor_by_a_stranger(self, deal: Deal, person: Any) -> None:
        agreement = deal.signed()
        clause = agreement.current.clauses.first()
        with pytest.raises(StepNotAllowed):
            pushing.comment(clause, text="晚了", by=deal.head)
        for who in (person("lin"), deal.helper):
            with pytest.raises(Refused):
                pushing.comment(clause, text="我也说", by=who)
        with pytest.raises(GuardFails):
            pushing.comment(deal.pushed().current.clauses.first(), text=" ", by=deal.head)


@pytest.mark.row("H6", "H8")
def test_nobody_waits_at_the_logs_end_for_another_machines_clock(deal: Deal, monkeypatch: Any) -> None:
    """Push, sign and ask for the end: when the time is asked for, this transaction has logged nothing yet."""
    from foundation.core.models import AuditEntry
    from foundation.signing.domain.pdf import pades

    real, asked = pades.sign, []

    def by_clock(*args: Any, **values: Any) -> bytes:
        asked.append(AuditEntry.objects.count())
        return real(*args, **values)

    monkeypatch.setattr(pades, "sign", by_clock)
    agreement = deal.draft()
    before = AuditEntry.objects.count()
    pushing.push(agreement, ceremony=ceremony(), by=deal.clerk)
    assert asked == [before]
    entries = AuditEntry.objects.filter(kind="signed_document").order_by("seq")
    assert list(entries.values_list("action", flat=True)) == ["signing.freeze", "signing.sign"]
    asked.clear()
    active = deal.active()
    asked.clear()
    before = AuditEntry.objects.count()
    ending.ask_end(active, wish=wish(), ceremony=ceremony(), by=deal.clerk)
    assert asked == [before]
