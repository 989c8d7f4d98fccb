from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.facets import (
    Erasing,
    Event,
    EventGroup,
    ExportFacet,
    OnErase,
    PrivacyFacet,
    ReviewFacet,
    SearchFacet,
    Without,
    WorkFacet,
)
from foundation.core.kinds import Kind
from organisations.domain import members
from organisations.domain.applying import decide
from organisations.domain.own import application_data, invitation_data
from organisations.domain.page import words_of
from organisations.domain.queries.people import review_context
from organisations.domain.suspending import decide_suspension
from organisations.domain.workflow import people_of
from organisations.interfaces.review import OutcomeForm
from organisations.models import Institution, Invitation, SuspensionRequest
from organisations.permissions import InstitutionPermission


def _visible(user: Any) -> Any:
    return Institution.objects.visible_to(user).select_related("organisation__place")


def _suspensions(user: Any) -> Any:
    return SuspensionRequest.objects.visible_to(user).select_related("institution__organisation__place")


def _invitations(user: Any) -> Any:
    return Invitation.objects.visible_to(user).select_related("organisation__place")


KINDS = [
    Kind(
        key="institution",
        model="organisations.Institution",
        name=_("帮扶机构"),
        title=lambda institution: institution.name,
        url=lambda institution: institution.get_absolute_url(),
        visible_to=_visible,
        owner=lambda institution: institution.applicant_id,
        place_path=lambda institution: institution.place_path,
        audit={
            "institution.start": _("开始填写机构入驻申请"),
            "institution.describe": _("修改机构资料"),
            "institution.add_service": _("添加一项服务"),
            "institution.remove_service": _("删除一项服务"),
            "institution.add_paper": _("上传资质证照"),
            "institution.remove_paper": _("删除资质证照"),
            "institution.look_at_paper": _("查看机构的资质证照"),
            "institution.declare_check": _("声明成员的从业查询"),
            "institution.end_membership": _("成员离开机构"),
            "institution.submit": _("提交机构入驻申请"),
            "institution.return": _("退回机构申请，要求补正"),
            "institution.approve": _("通过机构入驻申请"),
            "institution.reject": _("不予通过机构入驻申请"),
            "institution.withdraw": _("撤回机构入驻申请"),
            "institution.suspend": _("暂停机构"),
            "institution.reinstate": _("恢复机构"),
            "institution.close": _("注销机构"),
        },
        privacy=PrivacyFacet(
            subject="applicant",
            category="publication",
            retain="as long as the institution; the papers of an application that came to nothing, 30 days",
            on_erase=OnErase.KEEP,
            why_kept="the institution is not its applicant's; the link to her goes, and her papers are its own",
            erase=members.erase_parts,
        ),
        search=SearchFacet(
            text=words_of,
            weight=3,
            scope=lambda institution: Scope(PUBLIC) if institution.is_open else None,
            permission=InstitutionPermission.SEARCH,
            state=("state", "organisation__name", "introduction", "search_text"),
            related=["organisation__place"],
            watches={
                "accounts.Organisation": lambda organisation: [organisation.pk],
                "organisations.Service": lambda service: [service.institution_id],
            },
        ),
        review=ReviewFacet(
            decide=decide,
            permission=InstitutionPermission.REVIEW,
            template="organisations/institution_review.html",
            context=review_context,
            version=lambda institution: f"{institution.submitted_at}",
            details=OutcomeForm,
            bulk=False,
            sensitive=True,
            related=["organisation"],
            partial=people_of,
            two=lambda institution: institution.serves_children,
            reasons=[
                _("证照照片看不清，请重新拍一张上传。"),
                _("机构名称与证照上的不一致，请核对后重新提交。"),
                _("证照已经过期，请换上有效的证照。"),
            ],
        ),
        notify={
            "institution_approved": Event(
                _("您的机构已通过审核，可以开始工作了"), EventGroup.OWN, urgent=True
            ),
            "institution_returned": Event(
                _("您的机构申请需要补充，改好后再提交"), EventGroup.OWN, urgent=True
            ),
            "institution_rejected": Event(_("您的机构申请没有通过"), EventGroup.OWN, urgent=True),
            "institution_suspended": Event(_("一家帮扶机构被暂停"), EventGroup.OWN, urgent=True),
            "institution_reinstated": Event(_("您的机构已恢复"), EventGroup.OWN, urgent=True),
            "institution_closed": Event(_("您的机构已被注销"), EventGroup.OWN, urgent=True),
            "membership_ended": Event(_("您不再是这家机构的成员"), EventGroup.OWN),
        },
        comments=Without("its page is no place for talk; feedback comes with the help itself"),
        feed=Without("what it does appears there, not what it is"),
        report=Without("reviewed by the office, which suspends it; its telephone stands on the page"),
        export=ExportFacet(
            rows=lambda user: Institution.objects.filter(applicant=user).select_related(
                "organisation__place"
            ),
            as_data=application_data,
        ),
        demo=Without("filled with the demo's people, once they are verified"),
        work=WorkFacet(
            events=frozenset({"institution_returned", "institution_rejected"}),
            rows=lambda user: Institution.objects.filter(applicant=user).select_related(
                "organisation__place"
            ),
            title=lambda institution: institution.name,
            url=lambda institution: reverse("organisations:application", args=[institution.slug]),
        ),
    ),
    Kind(
        key="suspension",
        model="organisations.SuspensionRequest",
        name=_("暂停机构"),
        title=lambda request: request.institution.name,
        url=lambda request: reverse("institutions:detail", args=[request.institution.slug]),
        visible_to=_suspensions,
        owner=lambda request: request.asked_by_id,
        place_path=lambda request: request.institution.place_path,
        audit={"institution.ask_suspension": _("提出暂停机构")},
        privacy=PrivacyFacet(
            subject="asked_by",
            category="office",
            retain="as long as the institution",
            on_erase=OnErase.KEEP,
            why_kept="a decision of the office on an institution; the account behind it is nameless then",
        ),
        search=Without("found in the inbox and on the institution's page in the office"),
        review=ReviewFacet(
            decide=decide_suspension,
            permission=InstitutionPermission.SUSPEND,
            template="organisations/suspension_review.html",
            title=lambda request: request.institution.name,
            related=["institution__organisation"],
            partial=lambda request: people_of(request.institution),
            labels=(_("确认暂停"), _("不暂停")),
            bulk=False,
            step_up=True,
            reasons=[_("理由不充分，请先与机构核实。"), _("机构已经改正，不需要暂停。")],
        ),
        notify={
            "suspension_confirmed": Event(_("您提出的暂停已经确认"), EventGroup.WORK),
            "suspension_refused": Event(_("您提出的暂停没有得到同意"), EventGroup.WORK),
        },
        comments=Without("the reason is the word on it"),
        feed=Without("the office's own work"),
        report=Without("nobody else sees it"),
        export=Without("what somebody asked for as an official is the office's"),
        demo=Without("the demo's suspended institution was suspended by the calendar"),
    ),
    Kind(
        key="invitation",
        model="organisations.Invitation",
        name=_("加入组织的邀请"),
        title=lambda invitation: invitation.organisation.name,
        url=lambda invitation: invitation.get_absolute_url(),
        visible_to=_invitations,
        owner=lambda invitation: invitation.user_id,
        place_path=lambda invitation: invitation.organisation.place.path,
        audit={
            "institution.invite": _("邀请加入组织"),
            "institution.accept": _("接受组织的邀请"),
            "institution.decline": _("谢绝组织的邀请"),
            "institution.take_back": _("撤回组织的邀请"),
        },
        privacy=PrivacyFacet(
            subject="user",
            category="account",
            retain="as long as the account",
            on_erase=OnErase.DELETE,
        ),
        search=Without("found by the two whom it concerns"),
        review=Without("the person herself answers"),
        notify={
            "asked_to_join": Event(_("%(who)s 邀请您加入机构"), EventGroup.OWN, urgent=True),
            "asked_to_head": Event(_("%(who)s 请您接任机构负责人"), EventGroup.OWN, urgent=True),
            "invitation_accepted": Event(_("%(who)s 接受了机构的邀请"), EventGroup.OWN),
            "invitation_declined": Event(_("%(who)s 谢绝了机构的邀请"), EventGroup.OWN),
        },
        comments=Without("nobody else's business"),
        feed=Without("nobody else's business"),
        report=Without("nobody else sees it; declining ends it"),
        export=ExportFacet(
            rows=lambda user: Invitation.objects.filter(user=user).select_related("organisation"),
            as_data=invitation_data,
        ),
        demo=Without("the demo's members joined long ago"),
    ),
]
NOT_KINDS = {
    "Audience": "part of an institution: whom it helps",
    "Service": "part of an institution, shown and changed with it",
    "Qualification": "part of an institution: facts on its page, the picture behind a checked view",
    "RecordCheck": "part of an institution: a day for each of its members, for itself and the office",
}
ERASE = [
    Erasing(
        links=[
            "organisations.Qualification.uploaded_by",
            "organisations.RecordCheck.user",
            "organisations.RecordCheck.declared_by",
            "organisations.Invitation.asked_by",
            "organisations.SuspensionRequest.decided_by",
        ],
        why="acts for an institution or the office stay with it, tied to a nameless account",
    )
]
BLOCKERS = [members.leaving_blockers]
