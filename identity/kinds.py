from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.core.facets import (
    Event,
    EventGroup,
    ExportFacet,
    OnErase,
    PrivacyFacet,
    ReviewFacet,
    Without,
)
from foundation.core.kinds import Kind
from identity.domain.claims import claim_data, decide_claim, erase_claims
from identity.domain.own_data import erase_exports
from identity.domain.review import claim_context
from identity.models import Claim, DataExport
from identity.permissions import IdentityPermission

KINDS = [
    Kind(
        key="claim",
        model="identity.Claim",
        name=_("实名申请"),
        title=lambda claim: claim.user.display_name,
        url=lambda claim: reverse("identity:claim"),
        visible_to=lambda user: Claim.objects.visible_to(user).select_related("user"),
        owner=lambda claim: claim.user_id,
        place_path=lambda claim: claim.place.path,
        audit={
            "identity.submit": _("提交实名申请"),
            "identity.approve": _("通过实名申请"),
            "identity.refuse": _("退回实名申请"),
            "identity.abandon": _("撤回实名申请"),
            "identity.lapse": _("删除逾期未提交的实名申请"),
        },
        privacy=PrivacyFacet(
            subject="user",
            category="identity",
            retain="items until approved, else 30 days after the decision; never sent, 30 days",
            on_erase=OnErase.DELETE,
            erase=erase_claims,
        ),
        search=Without("identity data is never searched"),
        review=ReviewFacet(
            decide=decide_claim,
            permission=IdentityPermission.DECIDE_CLAIM,
            template="identity/claim_review.html",
            context=claim_context,
            sensitive=True,
            # Six items are compared with a card, one person at a time.
            bulk=False,
            related=["user"],
            reasons=[
                _("姓名与证件不一致，请核对后重新提交。"),
                _("无法核对您的身份，请带证件到居委会窗口办理。"),
                _("您不在本社区居住，请选择所在的社区。"),
            ],
        ),
        notify={
            "claim_approved": Event(_("您的实名认证已通过，现在可以发言了"), EventGroup.OWN, urgent=True),
            "claim_refused": Event(_("您的实名认证未通过"), EventGroup.OWN, urgent=True),
        },
        comments=Without("the reason is the word on it"),
        feed=Without("nobody else's business"),
        report=Without("nobody else sees it"),
        export=ExportFacet(
            rows=lambda user: Claim.objects.filter(user=user).select_related("place"), as_data=claim_data
        ),
        demo=Without("filled with the demo's people"),
    ),
    Kind(
        key="data_export",
        model="identity.DataExport",
        name=_("资料下载"),
        title=lambda export: "",
        url=lambda export: reverse("own:data"),
        visible_to=DataExport.objects.visible_to,
        owner=lambda export: export.user_id,
        place_path=Without("belongs to one person, wherever she lives"),
        audit={
            "identity.request_data": _("申请下载自己的资料"),
            "identity.cancel_data": _("取消下载自己的资料"),
            "identity.fetch_data": _("下载自己的资料"),
            "identity.ask_to_leave": _("申请注销账号"),
            "identity.take_back": _("取消注销账号"),
            "identity.erase": _("注销账号"),
        },
        privacy=PrivacyFacet(
            subject="user",
            category="account",
            retain="the archive 24 hours, that it was asked for until the account is closed",
            on_erase=OnErase.DELETE,
            erase=erase_exports,
        ),
        search=Without("nobody else sees it"),
        review=Without("everybody has a right to it"),
        notify={
            "data_ready": Event(_("您的资料已打包好，24 小时内可以下载"), EventGroup.OWN, urgent=True),
            "data_failed": Event(_("您的资料没有打包成功，请再试一次"), EventGroup.OWN),
        },
        comments=Without("nobody else sees it"),
        feed=Without("nobody else sees it"),
        report=Without("nobody else sees it"),
        export=Without("is itself the export"),
        demo=Without("made when somebody asks"),
    ),
]
NOT_KINDS = {"Erasure": "a number and a time, so that a restored backup forgets again"}
