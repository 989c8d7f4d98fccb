"""What both sides, and everybody else, see of agreements (H5, H6, H8)."""

import io
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from helpagreements.domain import ending, notes, pushing
from helpagreements.models import PageOpening
from tests.access.cells import browser_of
from tests.helpagreements.conftest import Deal, today

pytestmark = [pytest.mark.django_db, pytest.mark.row("H5", "H8"), pytest.mark.usefixtures("portal")]


def page_of(client: Client, agreement: Any) -> str:
    answer = client.get(agreement.get_absolute_url())
    return answer.content.decode() if answer.status_code == 200 else f"[{answer.status_code}]"


class TestWhatEverybodySees:
    def test_a_signed_one_has_a_card_and_no_more(self, deal: Deal) -> None:
        agreement = deal.active()
        text = page_of(Client(), agreement)
        assert agreement.number in text
        assert "阳光帮扶中心" in text
        assert "有效期限" not in text, "clauses are the parties' own"
        assert "李主任" not in text

    @pytest.mark.deny
    def test_what_is_on_its_way_is_nobodys_business(self, deal: Deal, person: Any) -> None:
        drafted, pushed = deal.draft(), deal.pushed()
        for client in (Client(), browser_of(person("lin"))):
            assert page_of(client, drafted) == page_of(client, pushed) == "[404]"
            assert pushed.number not in client.get(reverse("helpagreements:agreements")).content.decode()
        assert page_of(browser_of(deal.head), drafted) == "[404]"

    def test_the_list_counts_exactly_and_filters(self, deal: Deal) -> None:
        deal.active()
        deal.pushed()
        page = Client().get(reverse("helpagreements:agreements"))
        assert page.context["standings"][0][2] == page.context["total"] == 1
        assert (
            not Client()
            .get(reverse("helpagreements:agreements"), {"standing": "expired"})
            .context["page_obj"]
        )

    def test_the_rules_are_printed_as_they_run(self) -> None:
        text = Client().get(reverse("help_steps")).content.decode()
        for words in ("社区盖章并推送", "机构签署", "须第二人同意", "系统自动"):
            assert words in text


class TestTheParties:
    def test_both_read_clauses_life_and_acts(self, deal: Deal) -> None:
        agreement = deal.pushed()
        for user in (deal.head, deal.clerk):
            text = page_of(browser_of(user), agreement)
            assert "有效期限" in text
            assert "社区盖章并推送" in text
        assert "撤回" in page_of(browser_of(deal.clerk), agreement)
        assert "逐页阅读" in page_of(browser_of(deal.head), agreement)

    @pytest.mark.deny
    def test_a_member_reads_and_is_offered_nothing(self, deal: Deal) -> None:
        agreement = deal.pushed()
        page = browser_of(deal.helper).get(agreement.get_absolute_url())
        assert page.context["acts"] == []

    @pytest.mark.row("H6")
    def test_pages_are_opened_one_by_one_and_written_down(self, deal: Deal) -> None:
        agreement, client = deal.pushed(), browser_of(deal.head)
        first = client.get(reverse("helpagreements:page", args=[agreement.public_id, 1]))
        assert first.status_code == 200
        assert "本协议自" in first.content.decode(), "who can't read a picture reads the words"
        picture = client.get(reverse("helpagreements:page_picture", args=[agreement.public_id, 1]))
        assert picture["Content-Type"] == "image/webp"
        assert picture.content[8:12] == b"WEBP"
        assert PageOpening.objects.filter(user=deal.head, page=1).count() == 1
        client.get(reverse("helpagreements:page", args=[agreement.public_id, 1]))
        assert PageOpening.objects.count() == 1
        agreement.current.refresh_from_db()
        assert agreement.current.first_opened_at is not None

    @pytest.mark.deny
    @pytest.mark.row("H6")
    def test_a_page_that_is_not_there_and_a_look_of_staff(self, deal: Deal) -> None:
        agreement = deal.pushed()
        assert (
            browser_of(deal.head)
            .get(reverse("helpagreements:page", args=[agreement.public_id, 99]))
            .status_code
            == 404
        )
        browser_of(deal.clerk).get(reverse("helpagreements:page", args=[agreement.public_id, 1]))
        assert not PageOpening.objects.exists(), "staff's look is no reading of the institution"

    @pytest.mark.deny
    @pytest.mark.row("H6")
    def test_nobody_gets_a_half_signed_file(self, deal: Deal, drain: Any) -> None:
        agreement = deal.pushed()
        for name in ("file", "evidence"):
            address = reverse(f"helpagreements:{name}", args=[agreement.public_id])
            assert browser_of(deal.head).get(address).status_code == 404
        deal.sign(agreement)
        drain()
        file = browser_of(deal.head).get(reverse("helpagreements:file", args=[agreement.public_id]))
        assert b"".join(file.streaming_content).startswith(b"%PDF")
        packed = browser_of(deal.clerk).get(reverse("helpagreements:evidence", args=[agreement.public_id]))
        assert b"".join(packed.streaming_content).startswith(b"PK")
        assert "attachment" in packed["Content-Disposition"]

    @pytest.mark.row("H6")
    def test_whoever_has_the_paper_reads_today_s_state(self, deal: Deal) -> None:
        agreement = deal.active()
        document = agreement.current.document
        address = reverse("signing:verify_document", args=[document.number, document.code])
        assert "生效中" in Client().get(address).content.decode()
        asked = ending.ask_end(
            agreement,
            wish=ending.Wish("terminate", "搬走", today(3), "由互助站接手"),
            credential=deal.credential(),
            ceremony=_ceremony(),
            by=deal.head,
        )
        ending.approve_end(agreement, seen=asked.statement.sha256, ceremony=_ceremony(), by=deal.clerk)
        assert "已解约" in Client().get(address).content.decode()

    def test_the_other_side_s_wish_stands_on_top_and_is_answered_there(self, deal: Deal) -> None:
        agreement = deal.active()
        ending.ask_end(
            agreement,
            wish=ending.Wish("terminate", "服务对象搬走", today(3), "由互助站接手"),
            credential=deal.credential(),
            ceremony=_ceremony(),
            by=deal.head,
        )
        staff = browser_of(deal.clerk).get(agreement.get_absolute_url())
        assert "服务对象搬走" in staff.content.decode()
        assert {event for event, _act in staff.context["acts"]} == {"refuse_end", "approve_end"}
        head = browser_of(deal.head).get(agreement.get_absolute_url())
        assert {event for event, _act in head.context["acts"]} == {"recall_end"}

    def test_what_changed_is_said_in_plain_words(self, deal: Deal) -> None:
        agreement = deal.pushed()
        pushing.revise(agreement, comments={"term": "请加长"}, by=deal.head)
        clause = agreement.current.clauses.get(key="term")
        clause.text = clause.text.replace("协商续签；", "协商续签一年；")
        clause.save()
        pushing.push(agreement, ceremony=_ceremony(), by=deal.clerk)
        text = (
            browser_of(deal.head)
            .get(reverse("helpagreements:versions", args=[agreement.public_id]))
            .content.decode()
        )
        assert ">一年</ins>" in text
        assert "请加长" in page_of(browser_of(deal.clerk), agreement) or "第 2 版" in page_of(
            browser_of(deal.clerk), agreement
        )

    def test_a_dossier_holds_everything_with_its_place_in_the_chain(self, deal: Deal) -> None:
        agreement = deal.active()
        text = (
            browser_of(deal.clerk)
            .get(reverse("helpagreements:dossier", args=[agreement.public_id]))
            .content.decode()
        )
        assert "存证第" in text
        assert agreement.current.document.latest_sha256 in text


class TestNotes:
    def test_written_on_the_page_with_pictures_that_only_the_parties_see(
        self, deal: Deal, picture: Any, drain: Any, person: Any
    ) -> None:
        agreement = deal.active()
        data = {"once": str(uuid.uuid4()), "text": "陪老人聊天", "happened_on": str(today()), "minutes": 60}
        address = reverse("helpagreements:note", args=[agreement.public_id])
        answer = browser_of(deal.helper).post(address, {**data, "pictures": [picture(), picture()]})
        assert answer.status_code == 302
        drain()
        note = agreement.notes.get()
        shown = reverse("helpagreements:note_picture", args=[agreement.public_id, note.public_id, 0])
        seen = browser_of(deal.clerk).get(shown)
        assert b"".join(seen.streaming_content)[8:12] == b"WEBP"
        assert browser_of(person("lin")).get(shown).status_code == 403
        assert Client().get(shown).status_code == 302
        assert "陪老人聊天" in page_of(browser_of(deal.head), agreement)

    @pytest.mark.deny
    def test_what_is_wrong_is_said_and_kept(self, deal: Deal) -> None:
        agreement = deal.active()
        address = reverse("helpagreements:note", args=[agreement.public_id])
        data = {"once": str(uuid.uuid4()), "text": "陪老人聊天", "happened_on": str(today(5))}
        answer = browser_of(deal.helper).post(address, data)
        assert answer.status_code == 422
        assert "陪老人聊天" in answer.content.decode()
        text = io.BytesIO(b"no picture")
        text.name = "x.jpg"
        assert browser_of(deal.helper).post(address, {**data, "pictures": [text]}).status_code == 422


class TestTheOffice:
    def test_drafting_from_the_list_to_the_push(self, deal: Deal) -> None:
        client = browser_of(deal.clerk, fresh=True)
        facts = {
            "institution": deal.institution.pk,
            "place": deal.place.pk,
            "starts_on": today(),
            "ends_on": today(99),
        }
        answer = client.post(reverse("agreements:new"), {"type": "care", "title": "助餐协议", **facts})
        edit = client.get(answer["Location"])
        data = {
            "seen": edit.context["form"].initial["seen"],
            "title": "助餐服务协议",
            "starts_on": today(),
            "ends_on": today(200),
        }
        forms = edit.context["clauses"]
        for form in forms:
            for name in ("key", "title", "text"):
                data[f"{form.prefix}-{name}"] = form.initial.get(name, "")
        data |= {
            f"clauses-{name}_FORMS": len(forms) if name == "TOTAL" else len(forms) - 1
            for name in ("TOTAL", "INITIAL")
        }
        last = forms[-1].prefix
        data |= {f"{last}-title": "补充", f"{last}-text": "每月一次回访。"}
        answer = client.post(answer["Location"], data)
        assert answer.status_code == 302
        text = client.get(answer["Location"]).content.decode()
        assert "助餐服务协议" in text
        assert "每月一次回访。" in text
        listed = client.get(reverse("agreements:list"), {"q": "助餐"})
        assert [one.title for one in listed.context["page_obj"]] == ["助餐服务协议"]

    @pytest.mark.deny
    def test_what_does_not_fit_is_said_and_kept(self, deal: Deal) -> None:
        client = browser_of(deal.clerk)
        facts = {
            "institution": deal.institution.pk,
            "place": deal.place.pk,
            "starts_on": today(9),
            "ends_on": today(),
        }
        answer = client.post(reverse("agreements:new"), {"type": "care", "title": "助餐协议", **facts})
        assert answer.status_code == 422
        assert "助餐协议" in answer.content.decode()

    @pytest.mark.deny
    def test_two_who_edit_at_once_lose_nothing(self, deal: Deal) -> None:
        agreement = deal.draft()
        client = browser_of(deal.clerk)
        address = reverse("agreements:edit", args=[agreement.public_id])
        forms = client.get(address).context["clauses"]
        data = {"seen": "0" * 64, "title": "我改的名称", "starts_on": today(), "ends_on": today(20)}
        for form in forms:
            for name in ("key", "title", "text"):
                data[f"{form.prefix}-{name}"] = form.initial.get(name, "")
        data |= {
            f"clauses-{name}_FORMS": len(forms) if name == "TOTAL" else len(forms) - 1
            for name in ("TOTAL", "INITIAL")
        }
        answer = client.post(address, data)
        assert answer.status_code == 409
        assert "我改的名称" in answer.content.decode()

    def test_the_street_keeps_the_clauses_of_all(self, deal: Deal, person: Any) -> None:
        from helpagreements.models import ClauseTemplate

        client = browser_of(person("street", roles=("staff",), place="wutong"))
        data = {
            "type": "care",
            "position": 99,
            "key": "extra",
            "title": "附则",
            "text": "未尽事宜协商。",
            "required": "on",
        }
        assert client.post(reverse("agreements:new_template"), data).status_code == 302
        made = ClauseTemplate.objects.get(key="extra")
        assert "extra" in [one.key for one in deal.draft().current.clauses.all()]
        own = browser_of(deal.clerk).post(
            reverse("agreements:template", args=[made.pk]), {**data, "title": "改"}
        )
        assert own.status_code in (302, 403)
        assert ClauseTemplate.objects.get(pk=made.pk).title == "附则", "a committee's staff read them"
        client.post(reverse("agreements:template", args=[made.pk]), {**data, "title": "附加条款"})
        assert ClauseTemplate.objects.get(pk=made.pk).title == "附加条款"
        client.post(reverse("agreements:remove_template", args=[made.pk]))
        assert not ClauseTemplate.objects.filter(pk=made.pk).exists()
        assert client.post(reverse("agreements:remove_template", args=[made.pk])).status_code == 404

    def test_a_renewal_begins_on_the_page(self, deal: Deal) -> None:
        agreement, client = deal.active(), browser_of(deal.clerk)
        answer = client.post(reverse("agreements:renew", args=[agreement.public_id]))
        assert "/edit/" in answer["Location"]
        assert (
            client.post(reverse("agreements:renew", args=[agreement.public_id]))["Location"]
            == agreement.get_absolute_url()
        )

    def test_a_draft_is_thrown_away_a_pushed_one_not(self, deal: Deal) -> None:
        client = browser_of(deal.clerk)
        assert client.post(reverse("agreements:discard", args=[deal.draft().public_id])).status_code == 302
        pushed = deal.pushed()
        assert (
            client.post(reverse("agreements:discard", args=[pushed.public_id]))["Location"]
            == pushed.get_absolute_url()
        )


def test_the_desk_lists_what_waits_and_what_was_ever_pushed(deal: Deal) -> None:
    from organisations.models import Institution

    Institution.objects.create(
        organisation=deal.institution,
        state="approved",
        slug="sunshine",
        applicant=deal.head,
        claimed_code=deal.institution.code,
        verified_on=today(),
    )
    agreement = deal.pushed()
    desk = browser_of(deal.head).get(reverse("desk:desk")).content.decode()
    assert f"签署协议：{agreement.title}" in desk
    listed = browser_of(deal.helper).get(reverse("desk_agreements"))
    assert listed.context["total"] == 1
    assert agreement.number in listed.content.decode()


def test_notes_of_somebody_who_asks_for_her_data(deal: Deal) -> None:
    from foundation.core import kinds

    agreement = deal.active()
    notes.record_note(agreement, text="上门", happened_on=today(), once=uuid.uuid4(), by=deal.helper)
    parts = {part.key: part.facet for part in kinds.own_data()}
    for key, user in (("follow_up_note", deal.helper), ("agreement", deal.clerk)):
        rows = parts[key].rows(user)
        assert [parts[key].as_data(row) for row in rows]


def _ceremony() -> Any:
    from tests.signing.conftest import ceremony

    return ceremony()
