from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.core.facets import (
    Erasing,
    Event,
    EventGroup,
    ExportFacet,
    Handover,
    OnErase,
    PrivacyFacet,
    ReviewFacet,
    Without,
    Words,
)
from foundation.core.kinds import Kind
from foundation.moderation.domain import handing
from foundation.moderation.domain.appeals import decide_appeal, partial_to_appeal, place_of
from foundation.moderation.domain.queries.cases import (
    appeal_context,
    appeal_title,
    case_context,
    case_headline,
    case_title,
)
from foundation.moderation.domain.reports import decide_case, partial_to_case
from foundation.moderation.interfaces.cases import AppealDecisionForm, CaseForm
from foundation.moderation.models import Appeal, Case, Report, ReviewItem, Sanction
from foundation.moderation.permissions import ModerationPermission

ITEM_AUDIT: dict[str, Words] = {
    "moderation.approve": _("审核通过"),
    "moderation.refuse": _("审核不通过"),
    "moderation.half_approve": _("初审"),
    "moderation.look": _("查看含个人信息的审核事项"),
    "moderation.hand_over": _("转交审核事项"),
    "moderation.take_back": _("收回转交的审核事项"),
    "moderation.change_settings": _("修改审核设置"),
    "moderation.change_reasons": _("修改常用理由"),
    "moderation.add_words": _("增加敏感词"),
    "moderation.remove_words": _("删除敏感词"),
    "moderation.scan_words": _("重新检查已有内容"),
}


def _sanction_data(sanction: Sanction) -> dict[str, Any]:
    return {
        "what": sanction.what,
        "reason": sanction.reason,
        "since": sanction.since,
        "until": sanction.until,
        "lifted_at": sanction.lifted_at,
    }


def _appeal_data(appeal: Appeal) -> dict[str, Any]:
    return {
        "state": appeal.state,
        "answer": appeal.answer,
        "messages": [
            {"at": said.at, "of_staff": said.of_staff, "text": said.text} for said in appeal.messages.all()
        ],
    }


def _report_data(report: Report) -> dict[str, Any]:
    """What she said, and what came of it for the thing that she reported; never what came of it for a person."""
    return {
        "what": report.case.kind,
        "reason": report.reason,
        "text": report.text,
        "at": report.at,
        "state": report.case.state,
    }


def _forget_words(user: Any) -> int:
    """Take the words out of what somebody reported; that it was reported stays with the case."""
    return Report.objects.filter(by=user).update(text="")


def _own_items(user: Any) -> Any:
    """Return what somebody submitted of her own; a case belongs to the office, whoever reported first."""
    return ReviewItem.objects.filter(submitted_by=user).exclude(kind="case")


def _forget_items(user: Any) -> int:
    """Take her name from what she submitted, and from her own what was written to her: it may speak of her."""
    _own_items(user).update(reason="")
    return ReviewItem.objects.filter(submitted_by=user).update(submitted_by=None)


def _standing(obj: Any) -> str:
    """Where the person whom it is about reads of it."""
    return reverse("moderation:standing")


def _as_data(item: ReviewItem) -> dict[str, Any]:
    return {
        "what": item.kind,
        "state": item.state,
        "submitted_at": item.submitted_at,
        "decided_at": item.decided_at,
        "reason": item.reason,
    }


KINDS = [
    Kind(
        key="review",
        model="moderation.ReviewItem",
        name=_("审核事项"),
        title=lambda item: str(item.kind_of.name),
        url=lambda item: item.get_absolute_url(),
        visible_to=ReviewItem.objects.visible_to,
        owner=lambda item: item.submitted_by_id,
        place_path=lambda item: item.place_path,
        audit=ITEM_AUDIT,
        privacy=PrivacyFacet(
            subject="submitted_by",
            category="activity",
            retain="as long as what was decided",
            on_erase=OnErase.ANONYMISE,
            erase=_forget_items,
        ),
        search=Without("found in the inbox"),
        review=Without("is itself the review"),
        notify={
            "submitted": Event(
                _("有新的内容等您审核"),
                EventGroup.WORK,
                alike=True,
                many=_("%(number)s 项内容等您审核"),
                overview="reviews:list",
            ),
            "half_approved": Event(_("一项内容初审完成，等您复审"), EventGroup.WORK),
            "handed": Event(_("%(who)s 把一项审核转交给您"), EventGroup.WORK),
        },
        comments=Without("the reason is the word on it"),
        feed=Without("staff's own work"),
        report=Without("staff's own work"),
        export=ExportFacet(rows=_own_items, as_data=_as_data),
        demo=Without("comes with what the demo submits"),
    ),
    Kind(
        key="case",
        model="moderation.Case",
        name=_("举报"),
        title=case_title,
        url=_standing,
        visible_to=Case.objects.visible_to,
        owner=lambda case: case.about_id,
        place_path=lambda case: case.place_path,
        audit={
            "moderation.report": _("举报内容"),
            "moderation.hold": _("暂时隐藏内容，等待处理"),
            "moderation_case.uphold": _("认定举报成立"),
            "moderation_case.dismiss": _("认定未发现违规"),
            "moderation.forget_evidence": _("删除到期的举报证据"),
        },
        privacy=PrivacyFacet(
            subject="about",
            category="moderation",
            retain="evidence for one year after the decision",
            on_erase=OnErase.KEEP,
            why_kept="the community has to be able to answer for what it decided",
        ),
        search=Without("found in the inbox"),
        review=ReviewFacet(
            decide=decide_case,
            permission=ModerationPermission.DECIDE_CASES,
            template="moderation/case_review.html",
            context=case_context,
            version=lambda case: case.version,
            about=lambda case: case.about_id,
            partial=partial_to_case,
            weighs=True,
            title=case_headline,
            related=["about"],
            details=CaseForm,
            labels=(_("举报成立"), _("未发现违规")),
            bulk=False,
            sensitive=True,
            reasons=[
                _("内容含有对他人的辱骂，已隐藏。"),
                _("内容泄露了他人的个人信息，已隐藏。"),
                _("广告和重复刷屏请发到供求栏目。"),
                _("没有发现违反社区公约的地方。"),
            ],
        ),
        notify={
            "held": Event(_("您的一条内容暂时隐藏了，社区核对后再公开"), EventGroup.OWN),
            "given_back": Event(_("您的内容核对过了，已经恢复公开"), EventGroup.OWN),
        },
        comments=Without("its reports are the words on it"),
        feed=Without("nobody else's business"),
        report=Without("is itself the report"),
        export=Without("others' words about a person, told to her by the decision"),
        demo=Without("comes with what the demo reports"),
    ),
    Kind(
        key="report",
        model="moderation.Report",
        name=_("我的举报"),
        title=lambda report: case_title(report.case),
        url=lambda report: reverse("moderation:reports"),
        visible_to=Report.objects.visible_to,
        owner=lambda report: report.by_id,
        place_path=lambda report: report.case.place_path,
        audit=Without("written down with the case"),
        privacy=PrivacyFacet(
            subject="by",
            category="moderation",
            retain="with its case",
            on_erase=OnErase.ANONYMISE,
            erase=_forget_words,
        ),
        search=Without("nobody else sees it"),
        review=Without("reviewed with all others of its case"),
        notify={
            "report_upheld": Event(_("您举报的内容已处理，谢谢您"), EventGroup.OWN),
            "report_dismissed": Event(_("您举报的内容看过了，未发现违规"), EventGroup.OWN),
        },
        comments=Without("its outcome is the word on it"),
        feed=Without("nobody else's business"),
        report=Without("is itself the report"),
        export=ExportFacet(
            rows=lambda user: Report.objects.filter(by=user).select_related("case"), as_data=_report_data
        ),
        demo=Without("comes with what the demo reports"),
    ),
    Kind(
        key="sanction",
        model="moderation.Sanction",
        name=_("处理决定"),
        title=lambda sanction: str(sanction.get_what_display()),
        url=_standing,
        visible_to=Sanction.objects.visible_to,
        owner=lambda sanction: sanction.user_id,
        place_path=lambda sanction: sanction.place_path,
        audit={
            "moderation.sanction": _("作出处理决定"),
            "moderation.lift": _("解除处理决定"),
            "moderation.shorten": _("缩短处理期限"),
            "moderation.forget_sanctions": _("删除到期的处理决定"),
        },
        privacy=PrivacyFacet(
            subject="user",
            category="moderation",
            retain="three years after its end",
            on_erase=OnErase.DELETE,
        ),
        search=Without("found from the person"),
        review=Without("reviewed by an appeal"),
        notify={
            "sanctioned": Event(
                _("社区对您的账号或内容作出了处理，请查看原因和申诉办法"), EventGroup.OWN, urgent=True
            ),
            "sanction_lifted": Event(_("对您的处理已经解除"), EventGroup.OWN, urgent=True),
        },
        comments=Without("the appeal is the talk about it"),
        feed=Without("nobody else's business"),
        report=Without("staff's own decision"),
        export=ExportFacet(rows=lambda user: Sanction.objects.filter(user=user), as_data=_sanction_data),
        demo=Without("comes with what the demo reports"),
    ),
    Kind(
        key="appeal",
        model="moderation.Appeal",
        name=_("申诉"),
        title=appeal_title,
        url=lambda appeal: appeal.sanction.appeal_url,
        visible_to=lambda user: Appeal.objects.visible_to(user).select_related("sanction__user__place"),
        owner=lambda appeal: appeal.sanction.user_id,
        place_path=place_of,
        audit={
            "moderation.appeal": _("提出申诉"),
            "moderation_appeal.uphold": _("维持原处理决定"),
            "moderation_appeal.shorten": _("申诉后缩短期限"),
            "moderation_appeal.lift": _("申诉后撤销决定"),
        },
        privacy=PrivacyFacet(
            subject="sanction__user",
            category="moderation",
            retain="with the sanction",
            on_erase=OnErase.DELETE,
        ),
        search=Without("found in the inbox"),
        review=ReviewFacet(
            decide=decide_appeal,
            permission=ModerationPermission.DECIDE_CASES,
            template="moderation/appeal_review.html",
            context=appeal_context,
            version=lambda appeal: str(appeal.messages.count()),
            about=lambda appeal: appeal.sanction.user_id,
            partial=partial_to_appeal,
            weighs=True,
            title=appeal_title,
            related=["sanction__user"],
            details=AppealDecisionForm,
            labels=(_("申诉成立"), _("维持原决定")),
            bulk=False,
            sensitive=True,
            reasons=[_("核对后确认原决定有误，现予撤销。"), _("内容确实违反社区公约，维持原决定。")],
        ),
        notify={
            "appeal_answered": Event(_("%(who)s 在申诉里回复了"), EventGroup.WORK),
            "appeal_asked": Event(_("社区在您的申诉里回复了"), EventGroup.OWN, urgent=True),
            "appeal_decided": Event(_("您的申诉有结果了"), EventGroup.OWN, urgent=True),
        },
        comments=Without("has its own talk between two"),
        feed=Without("nobody else's business"),
        report=Without("talk between a person and staff"),
        export=ExportFacet(
            rows=lambda user: Appeal.objects.filter(sanction__user=user), as_data=_appeal_data
        ),
        demo=Without("comes with what the demo reports"),
    ),
]
NOT_KINDS = {
    "AppealMessage": "part of an appeal",
    "InboxTask": "a step of Wagtail's workflow",
    "ReviewReason": "sentences that staff keep at hand",
    "ReviewSetting": "a setting of the office",
    "Word": "the office's list; shown to who keeps it",
    "WordScan": "the progress of a job",
    "ReviewStep": "part of an item: who handed it on and decided it",
}
HANDOVERS = [Handover(name=_("转交来的待审事项"), waiting=handing.waiting, hand_over=handing.pass_on)]
ERASE = [
    Erasing(
        links=[
            "moderation.ReviewItem.decided_by",
            "moderation.ReviewItem.assigned_to",
            "moderation.ReviewItem.first_by",
            "moderation.ReviewItem.about",
            "moderation.ReviewStep.by",
            "moderation.ReviewStep.to",
            "moderation.Sanction.by",
            "moderation.Sanction.lifted_by",
            "moderation.Appeal.decided_by",
            "moderation.AppealMessage.by",
        ],
        why="a decision on another's matter, nameless from then on",
    ),
    Erasing(
        links=["moderation.Word.added_by", "moderation.WordScan.started_by"],
        why="the office's own list, nameless from then on",
    ),
]
