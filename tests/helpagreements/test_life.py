"""The life of an agreement (H5): the six steps, and every other way through the machine."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from foundation.core.access.permissions import Refused
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.messaging.models import Notification
from helpagreements.domain import drafting, ending, notes, pushing, signing
from helpagreements.domain.queries import agreements
from helpagreements.enums import Ending, Standing
from helpagreements.models import Agreement
from tests.helpagreements.conftest import Deal, ceremony, fresh, proof, today

pytestmark = [pytest.mark.django_db, pytest.mark.row("H5")]


def wish(what: str = Ending.TERMINATE, **values: Any) -> ending.Wish:
    usual = {"reason": "服务对象已搬走", "wished_on": today(14), "handover": "由邻里互助站接着帮"}
    return ending.Wish(what, **{**usual, **values})


class TestDrafting:
    def test_a_draft_begins_with_the_offices_clauses(self, deal: Deal) -> None:
        agreement = deal.draft()
        keys = [clause.key for clause in agreement.current.clauses.all()]
        assert keys[0] == "services"
        assert {"term", "privacy", "signature"} <= set(keys)
        assert agreement.number.startswith(f"XY{timezone.localdate().year}-")
        assert deal.draft().number != agreement.number

    @pytest.mark.deny
    def test_only_staff_of_the_place_draft(self, deal: Deal, person: Any) -> None:
        for who in (deal.head, person("far", roles=("staff",), place="bridge"), person("lin")):
            with pytest.raises(Refused):
                deal.draft(by=who)

    def test_clauses_are_changed_added_and_taken_out(self, deal: Deal) -> None:
        agreement = deal.draft()
        known = list(agreement.current.clauses.all())
        wordings = [drafting.Wording(one.title, one.text, one.key) for one in known]
        wordings[0] = drafting.Wording("帮扶事项", "每周两次上门。", known[0].key)
        change = {"title": "新名称", "starts_on": today(), "ends_on": today(30), "by": deal.clerk}
        drafting.edit_draft(
            agreement, clauses=[*wordings, drafting.Wording("另一条", "附加内容。")], **change
        )
        after = list(agreement.current.clauses.all())
        assert after[0].text == "每周两次上门。"
        assert (after[-1].key, after[-1].required) == ("own-1", False)
        drafting.edit_draft(agreement, clauses=wordings, **change)
        assert agreement.current.clauses.count() == len(wordings)

    @pytest.mark.deny
    def test_a_required_clause_stays(self, deal: Deal) -> None:
        agreement = deal.draft()
        with pytest.raises(GuardFails, match="必备"):
            drafting.edit_draft(
                agreement, title="x", starts_on=today(), ends_on=today(2), clauses=[], by=deal.clerk
            )
        with pytest.raises(StepNotAllowed):
            drafting.edit_draft(
                agreement, title="x", starts_on=today(), ends_on=today(2), clauses=[], seen="x", by=deal.clerk
            )

    def test_a_draft_can_be_thrown_away_until_it_was_pushed(self, deal: Deal) -> None:
        drafting.discard_draft(deal.draft(), by=deal.clerk)
        assert not Agreement.objects.exists()
        agreement = deal.pushed()
        pushing.revise(agreement, comments={"term": "太短"}, by=deal.head)
        with pytest.raises(StepNotAllowed):
            drafting.discard_draft(agreement, by=deal.clerk)

    @pytest.mark.deny
    @pytest.mark.parametrize(
        ("values", "text", "said"),
        [
            ({"starts_on": None}, "", "请填写"),
            ({"ends_on": -1}, "", "已经过去"),
            ({}, "联系李小明 110105201501011230", ""),
            ({}, "电话 13800138000", "身份证号或手机号"),
            ({}, "见{{附件}}", "附件"),
            ({}, "", "没有写内容"),
        ],
    )
    def test_what_is_not_whole_is_not_pushed(self, deal: Deal, values: dict, text: str, said: str) -> None:
        if values.get("ends_on") == -1:
            values = {"starts_on": today(-9), "ends_on": today(-1)}
        agreement = deal.draft(**values)
        if text or said == "没有写内容":
            clause = agreement.current.clauses.first()
            clause.text = text
            clause.save()
        if text.startswith("联系"):
            assert pushing.obstacles(agreement) == []
            return
        with pytest.raises(GuardFails, match=said):
            pushing.push(agreement, ceremony=ceremony(), by=deal.clerk)

    @pytest.mark.deny
    def test_nothing_is_pushed_to_who_cannot_sign(self, deal: Deal) -> None:
        from foundation.signing.domain.certificates import revoke

        agreement = deal.draft()
        revoke(deal.certificate, reason="遗失", by=deal.head)
        with pytest.raises(GuardFails, match="签名证书"):
            pushing.push(agreement, ceremony=ceremony(), by=deal.clerk)
        deal.institution.stands = False
        deal.institution.save()
        agreement = Agreement.objects.get(pk=agreement.pk)
        with pytest.raises(GuardFails, match="暂停"):
            pushing.push(agreement, ceremony=ceremony(), by=deal.clerk)


class TestTheSixSteps:
    def test_drafted_pushed_read_signed_followed_and_expired(self, deal: Deal, drain: Any) -> None:
        agreement = deal.pushed()
        assert agreement.standing == Standing.WAITING
        assert timedelta(days=14) < agreement.sign_by - timezone.now() <= timedelta(days=15)
        deal.sign(agreement)
        assert (agreement.state, agreement.standing) == ("signed", Standing.SIGNED)
        assert agreement.signed_at is not None
        signing.follow_the_calendar()
        agreement.refresh_from_db()
        assert agreement.state == "active"
        notes.record_note(
            agreement, text="上门一小时", happened_on=today(), minutes=60, once=uuid.uuid4(), by=deal.helper
        )
        with time_machine.travel(timezone.now() + timedelta(days=367), tick=False):
            signing.follow_the_calendar()
        agreement.refresh_from_db()
        assert (agreement.state, agreement.standing) == ("expired", Standing.EXPIRED)
        happened = [one.action for one in agreements.life_of(agreement, "community")]
        assert happened == [
            f"agreement.{step}" for step in ("draft", "push", "sign", "activate", "note", "expire")
        ]
        drain()
        told = set(Notification.objects.filter(user=deal.clerk).values_list("event", flat=True))
        assert {"agreement_signed", "agreement_noted", "agreement_active", "agreement_expired"} <= told

    @pytest.mark.deny
    def test_nobody_signs_what_she_has_not_read(self, deal: Deal) -> None:
        agreement = deal.pushed()
        credential = deal.credential(agreement.current.document)
        with pytest.raises(GuardFails, match="每一页"):
            signing.sign(agreement, credential=credential, proof=proof(), by=deal.head)
        deal.read(agreement, by=deal.helper)
        with pytest.raises(GuardFails, match="每一页"):
            signing.sign(agreement, credential=credential, proof=proof(), by=deal.head)

    @pytest.mark.deny
    def test_only_the_head_signs_and_nothing_while_suspended(self, deal: Deal) -> None:
        agreement = deal.pushed()
        deal.read(agreement)
        credential = deal.credential(agreement.current.document)
        for who in (deal.helper, deal.clerk):
            with pytest.raises(Refused):
                signing.sign(agreement, credential=credential, proof=proof(), by=who)
        deal.institution.stands = False
        deal.institution.save()
        with pytest.raises(GuardFails, match="暂停"):
            signing.sign(agreement, credential=credential, proof=proof(), by=deal.head)

    @pytest.mark.deny
    def test_an_officer_who_belongs_to_the_institution_is_no_officer_for_it(self, deal: Deal) -> None:
        from tests.signing.conftest import member

        agreement = deal.draft()
        member(deal.institution, deal.second, "member")
        with pytest.raises(Refused):
            pushing.push(agreement, ceremony=ceremony(), by=fresh(deal.second))

    def test_sent_back_with_comments_it_becomes_another_version(self, deal: Deal) -> None:
        from helpagreements.domain.wording import compare

        agreement = deal.pushed()
        first = agreement.current
        with pytest.raises(GuardFails):
            pushing.revise(agreement, comments={"nothing": "x", "term": " "}, by=deal.head)
        pushing.revise(agreement, comments={"term": "请改为一年半"}, by=deal.head)
        assert (agreement.state, agreement.version) == ("draft", 2)
        first.refresh_from_db()
        assert first.voided_at is not None
        assert first.clauses.get(key="term").comments.get().text == "请改为一年半"
        clause = agreement.current.clauses.get(key="term")
        clause.text += "双方同意延长半年。"
        clause.save()
        pushing.push(agreement, ceremony=ceremony(), by=deal.clerk)
        found = compare(first, agreement.current)
        assert [change.title for change in found.changed] == ["有效期限"]
        assert found.changed[0].pieces[-1].what == "new"

    def test_the_institution_reads_the_old_version_while_a_new_one_is_drafted(self, deal: Deal) -> None:
        agreement = deal.pushed()
        pushing.revise(agreement, comments={"term": "请改"}, by=deal.head)
        assert agreements.shown_version(agreement, deal.head).number == 1
        assert agreements.shown_version(agreement, deal.clerk).number == 2

    def test_it_is_declined_withdrawn_or_lapses(self, deal: Deal) -> None:
        declined, withdrawn, lapsed = deal.pushed(), deal.pushed(), deal.pushed()
        with pytest.raises(GuardFails):
            pushing.reject(declined, reason=" ", by=deal.head)
        pushing.reject(declined, reason="人手不够", by=deal.head)
        pushing.withdraw(withdrawn, by=deal.clerk)
        assert pushing.lapse_overdue() == 0
        with time_machine.travel(timezone.now() + timedelta(days=16), tick=False):
            assert pushing.lapse_overdue() == 1
        for one, state in ((declined, "rejected"), (withdrawn, "withdrawn"), (lapsed, "lapsed")):
            one.refresh_from_db()
            assert (one.state, one.standing) == (state, Standing.OTHER)

    def test_reminders_come_once_for_each_deadline(self, deal: Deal) -> None:
        agreement = deal.pushed()
        assert pushing.remind_to_sign() == 0
        for days, expected in ((9, 1), (9, 0), (12, 1), (14.5, 1), (14.6, 0)):
            with time_machine.travel(agreement.pushed_at + timedelta(days=days), tick=False):
                assert pushing.remind_to_sign() == expected, days

    def test_both_are_warned_before_the_end(self, deal: Deal) -> None:
        agreement = deal.active(ends_on=today(40))
        assert signing.warn_of_the_end() == 0
        for days, expected in ((11, 1), (12, 0), (34, 1), (40, 1)):
            with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
                assert signing.warn_of_the_end() == expected, days
        assert agreement.state == "active"

    def test_exact_counts_of_what_waits_is_signed_and_is_over(self, deal: Deal) -> None:
        deal.draft()
        deal.pushed()
        deal.active()
        counts = agreements.with_counts(agreements.of_staff(deal.clerk))
        assert counts == {"waiting": 1, "signed": 1, "expired": 0, "other": 1}
        for standing, count in counts.items():
            assert agreements.of_staff(deal.clerk).standing(standing).count() == count
