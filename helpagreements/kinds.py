"""Agreements and what is around them, with all that the house asks of a kind (DESIGN §1)."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Membership
from foundation.core.facets import (
    DemoFacet,
    Erasing,
    Event,
    EventGroup,
    ExportFacet,
    OnErase,
    OwnPart,
    PrivacyFacet,
    ReviewFacet,
    SearchFacet,
    Without,
)
from foundation.core.kinds import Kind
from helpagreements.domain import notes
from helpagreements.domain.forced import decide_forced_end
from helpagreements.models import Agreement, ClauseComment, FollowUpNote, ForcedEnd
from helpagreements.permissions import AgreementPermission

WORK = EventGroup.WORK


def _partial_to(asked: ForcedEnd) -> list[int]:
    """Who asked, and who belongs to the institution."""
    members = Membership.objects.filter(organisation_id=asked.agreement.institution_id, until=None)
    found = list(members.values_list("user_id", flat=True))
    return found if asked.asked_by_id is None else [*found, asked.asked_by_id]


def _forced_for(user: Any) -> Any:
    """Keep those whose agreement the reader may open."""
    return ForcedEnd.objects.filter(agreement__in=Agreement.objects.visible_to(user))


def _notes_for(user: Any) -> Any:
    return FollowUpNote.objects.filter(agreement__in=Agreement.objects.visible_to(user))


def _note_data(note: FollowUpNote) -> dict[str, Any]:
    return {
        "agreement": note.agreement.number,
        "date": note.happened_on,
        "minutes": note.minutes,
        "text": note.text,
        "written_at": note.at,
    }


def _comment_data(comment: ClauseComment) -> dict[str, Any]:
    return {
        "agreement": comment.clause.version.agreement.number,
        "clause": comment.clause.title,
        "text": comment.text,
        "at": comment.at,
    }


def _agreements_of(organisation: Any) -> list[int]:
    """The agreements that are found by its name."""
    return list(Agreement.objects.filter(institution_id=organisation.pk).values_list("pk", flat=True))


def _signed_by(user: Any) -> Any:
    """Agreements in which somebody had a part: drafted, or asked to end."""
    return Agreement.objects.filter(Q(drafted_by=user) | Q(ending_requests__asked_by=user)).distinct()


def _agreement_data(agreement: Agreement) -> dict[str, Any]:
    return {"number": agreement.number, "title": agreement.title, "state": agreement.state}


KINDS = [
    Kind(
        key="agreement",
        model="helpagreements.Agreement",
        name=_("帮扶协议"),
        title=lambda agreement: agreement.title,
        url=lambda agreement: agreement.get_absolute_url(),
        visible_to=Agreement.objects.visible_to,
        owner=lambda agreement: agreement.drafted_by_id,
        place_path=lambda agreement: agreement.place.path,
        audit={
            "agreement.draft": _("起草"),
            "agreement.edit": _("修改草稿"),
            "agreement.discard": _("删除草稿"),
            "agreement.push": _("社区盖章并推送"),
            "agreement.revise": _("机构退回修改"),
            "agreement.reject": _("机构拒绝"),
            "agreement.withdraw": _("社区撤回"),
            "agreement.lapse": _("逾期未签，自动失效"),
            "agreement.sign": _("机构签署"),
            "agreement.activate": _("协议生效"),
            "agreement.ask_rescind": _("申请生效前撤销"),
            "agreement.rescind": _("双方同意，生效前撤销"),
            "agreement.recall_rescind": _("收回撤销申请"),
            "agreement.refuse_rescind": _("不同意撤销"),
            "agreement.expire": _("协议到期"),
            "agreement.suspend": _("协议暂停"),
            "agreement.resume": _("协议恢复"),
            "agreement.ask_end": _("申请解约"),
            "agreement.recall_end": _("收回解约申请"),
            "agreement.refuse_end": _("不同意解约"),
            "agreement.approve_end": _("双方同意解约"),
            "agreement.ask_force_end": _("申请强制解约"),
            "agreement.force_end": _("强制解约"),
            "agreement.supersede": _("由新协议接替"),
            "agreement.note": _("记录帮扶跟踪"),
            "agreement.keep_template": _("保存条款模板"),
            "agreement.remove_template": _("删除条款模板"),
        },
        privacy=PrivacyFacet(
            subject="drafted_by",
            category="oversight",
            retain="five years after its end",
            on_erase=OnErase.KEEP,
            why_kept="an agreement between two organisations, which both have to be able to prove (电子签名法 6)",
        ),
        search=SearchFacet(
            text=lambda agreement: f"{agreement.number} {agreement.institution.name}",
            # None: whoever may open it in full finds it, by the same question that its page asks.
            date=lambda agreement: agreement.created_at,
            state=("number", "title", "institution__name"),
            related=["institution", "place"],
            watches={"accounts.Organisation": _agreements_of},
        ),
        review=Without("the institution itself reads, revises and signs it"),
        notify={
            "agreement_pushed": Event(_("有一份协议等您签署"), WORK, urgent=True),
            "agreement_remind": Event(_("有一份协议快到签署期限"), WORK, urgent=True),
            "agreement_withdrawn": Event(_("社区撤回了一份协议"), WORK),
            "agreement_rejected": Event(_("机构拒绝签署一份协议"), WORK),
            "agreement_revised": Event(_("机构对一份协议提出了修改意见"), WORK),
            "agreement_commented": Event(_("协议条款有新的意见"), WORK, alike=False),
            "agreement_lapsed": Event(_("一份协议逾期未签，已自动失效"), WORK),
            "agreement_signed": Event(_("协议签好了"), WORK),
            "agreement_active": Event(_("协议今天生效"), WORK),
            "agreement_ending": Event(_("一份协议快到期了"), WORK),
            "agreement_expired": Event(_("一份协议已到期"), WORK),
            "agreement_suspended": Event(_("一份协议已暂停"), WORK, urgent=True),
            "agreement_resumed": Event(_("一份协议已恢复"), WORK),
            "agreement_end_asked": Event(_("对方申请结束一份协议，等您答复"), WORK, urgent=True),
            "agreement_end_recalled": Event(_("对方收回了解约申请"), WORK),
            "agreement_end_refused": Event(_("对方不同意结束协议"), WORK),
            "agreement_terminated": Event(_("一份协议已解约"), WORK),
            "agreement_key_gone": Event(_("机构的签名证书已吊销，有协议还在等它签署"), WORK, urgent=True),
            "agreement_force_ended": Event(
                _("社区强制结束了一份协议，页面上写有申诉办法"), WORK, urgent=True
            ),
            "agreement_noted": Event(_("一份协议有新的跟踪记录"), WORK),
        },
        comments=Without("both sides talk clause by clause"),
        feed=Without("the parties' own business; signed ones have a public card"),
        report=Without("its end can be asked for"),
        export=ExportFacet(rows=_signed_by, as_data=_agreement_data),
        demo=DemoFacet(step=60, fill=lambda context: None),
    ),
    Kind(
        key="forced_end",
        model="helpagreements.ForcedEnd",
        name=_("强制解约"),
        title=lambda asked: asked.agreement.title,
        url=lambda asked: asked.agreement.get_absolute_url(),
        visible_to=_forced_for,
        owner=lambda asked: asked.asked_by_id,
        place_path=lambda asked: asked.agreement.place.path,
        audit=Without("written down with its agreement"),
        privacy=PrivacyFacet(
            subject="asked_by",
            category="oversight",
            retain="with its agreement",
            on_erase=OnErase.KEEP,
            why_kept="a decision against an institution, for which the community has to answer",
        ),
        search=Without("found in the inbox"),
        review=ReviewFacet(
            decide=decide_forced_end,
            permission=AgreementPermission.FORCE_END,
            template="helpagreements/admin/forced_end_review.html",
            related=["agreement__institution"],
            partial=_partial_to,
            bulk=False,
            step_up=True,
            labels=(_("同意强制解约"), _("不同意")),
            reasons=[_("理由不充分，请先与机构协商解约。"), _("请先补充证据材料。")],
        ),
        notify=Without("the agreement tells both sides"),
        comments=Without("the reason is the word on it"),
        feed=Without("staff's own work"),
        report=Without("staff's own decision"),
        export=Without("about an organisation, not about a person"),
        demo=Without("an event that a living demo does not have"),
    ),
    Kind(
        key="follow_up_note",
        model="helpagreements.FollowUpNote",
        name=_("帮扶跟踪记录"),
        title=lambda note: note.agreement.title,
        url=lambda note: f"{note.agreement.get_absolute_url()}#notes",
        visible_to=_notes_for,
        owner=lambda note: note.by_id,
        place_path=lambda note: note.agreement.place.path,
        audit=Without("written down with its agreement"),
        privacy=PrivacyFacet(
            subject="by",
            category="oversight",
            retain="with its agreement",
            on_erase=OnErase.KEEP,
            why_kept="the record of what was done under an agreement",
        ),
        search=Without("read on its agreement's page"),
        review=Without("both sides of the agreement read it"),
        notify=Without("the agreement tells the other side"),
        comments=Without("answered by another note"),
        feed=Without("the parties' own business"),
        report=Without("the other side sees it and answers"),
        export=ExportFacet(
            rows=lambda user: FollowUpNote.objects.filter(by=user).select_related("agreement"),
            as_data=_note_data,
            files=lambda note: [one.file for one in note.note_pictures.select_related("file")],
        ),
        demo=Without("comes with the demo's agreements"),
    ),
]
NOT_KINDS = {
    "Version": "a wording of an agreement",
    "Clause": "part of a wording",
    "ClauseTemplate": "the office's own sentences; shown to who keeps them",
    "ClauseComment": "part of an agreement's talk, read with it",
    "PageOpening": "that a page was opened: evidence of a signature",
    "EndingRequest": "part of an agreement's life, read with it",
    "NotePicture": "part of a follow-up note",
}
KEEP_FILES = [notes.pictures_of]
ERASE = [
    Erasing(
        links=[
            "helpagreements.ClauseComment.by",
            "helpagreements.PageOpening.user",
            "helpagreements.EndingRequest.asked_by",
            "helpagreements.EndingRequest.decided_by",
            "helpagreements.ForcedEnd.decided_by",
        ],
        why="what was done for an organisation in an agreement, nameless from then on",
    ),
]
OWN_DATA = [
    OwnPart(
        key="clause_comments",
        name=_("对协议条款的意见"),
        facet=ExportFacet(
            rows=lambda user: ClauseComment.objects.filter(by=user).select_related(
                "clause__version__agreement"
            ),
            as_data=_comment_data,
        ),
    ),
]
