from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.core.kinds import Kind, OnErase, PrivacyFacet, ReviewFacet, Without
from identity.domain.claims import decide_claim
from identity.domain.review import claim_context
from identity.models import Claim
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
            "claim_approved": _("您的实名认证已通过，现在可以发言了"),
            "claim_refused": _("您的实名认证未通过"),
        },
        comments=Without("the reason is the word on it"),
        feed=Without("nobody else's business"),
        report=Without("nobody else sees it"),
        export=Without("comes with the own data"),
        demo=Without("filled with the demo's people"),
    )
]
