from django.utils.translation import gettext_lazy as _

from foundation.core.access.matrix import grants_of
from foundation.core.access.permissions import Grants, Permission
from helpagreements.rules import is_party


class AgreementPermission(Permission):
    VIEW_PUBLIC = "helpagreements.view_public", _("查看已签协议的公开信息")
    VIEW_FULL = "helpagreements.view_full", _("查看协议全文和全部经过")
    DRAFT = "helpagreements.draft", _("起草、撤回和恢复协议，维护条款模板")
    PUSH = "helpagreements.push", _("盖章并把协议推送给帮扶机构")
    SIGN = "helpagreements.sign_institution", _("代表帮扶机构签署协议，或拒绝签署")
    REQUEST_REVISION = "helpagreements.request_revision", _("对条款提出修改意见")
    REQUEST_TERMINATION = "helpagreements.request_termination", _("申请解约")
    DECIDE_TERMINATION = "helpagreements.decide_termination", _("答复对方的解约申请")
    FORCE_END = "helpagreements.force_end", _("强制解约，须两人同意")
    RECORD_NOTE = "helpagreements.record_note", _("记录帮扶跟踪情况")


ACTIONS = {
    AgreementPermission.VIEW_PUBLIC: "agreement.view_public",
    AgreementPermission.VIEW_FULL: "agreement.view_full",
    AgreementPermission.DRAFT: "agreement.draft",
    AgreementPermission.PUSH: "agreement.push",
    AgreementPermission.SIGN: "agreement.sign_institution",
    AgreementPermission.REQUEST_REVISION: "agreement.request_revision",
    AgreementPermission.REQUEST_TERMINATION: "agreement.request_termination",
    AgreementPermission.DECIDE_TERMINATION: "agreement.decide_termination",
    AgreementPermission.FORCE_END: "agreement.force_end",
}
GRANTS: Grants = {
    **{permission: grants_of(action, {"p": is_party}) for permission, action in ACTIONS.items()},
    # The plan with its due dates comes with the needs; a note is what both sides already write down (H8).
    AgreementPermission.RECORD_NOTE: grants_of("agreement.view_full", {"p": is_party}),
}
