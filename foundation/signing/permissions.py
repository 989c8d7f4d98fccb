from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.core.access.matrix import grants_of
from foundation.core.access.permissions import Grants, Permission
from foundation.core.access.roles import Role


class SigningPermission(Permission):
    KEEP_OWN_KEY = "signing.keep_own_key", _("申请、启用和吊销自己的签名证书")
    KEEP_CERTIFICATES = "signing.keep_certificates", _("审核、查看和吊销签名证书")
    KEEP_AUTHORITY = "signing.keep_authority", _("查看证书机构、吊销列表和时间戳的状况")


def is_own(user: Any, obj: Any) -> bool:
    """A certificate of hers; without one at hand the question is whether she may have one at all."""
    return obj is None or getattr(obj, "user_id", None) == user.pk


GRANTS: Grants = {
    # Row `key.enrol_or_revoke_own`; its `s` is asked by the views (`accounts.domain.confirmation`).
    SigningPermission.KEEP_OWN_KEY: grants_of("key.enrol_or_revoke_own", {"o": is_own}),
    SigningPermission.KEEP_CERTIFICATES: [Role.STAFF],
    SigningPermission.KEEP_AUTHORITY: [Role.STAFF, Role.ADMINISTRATOR],
}
