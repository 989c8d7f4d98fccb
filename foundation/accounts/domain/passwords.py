"""Two profiles of passwords: residents by ASVS, staff by 等保 (DESIGN §3 "passwords"; A6)."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import (
    get_default_password_validators,
    password_validators_help_text_html,
)
from django.core.exceptions import ValidationError
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import PasswordRecord, RoleAssignment, User
from foundation.accounts.permissions import STAFF_ROLES

STAFF_LENGTH = 10
STAFF_CLASSES = 3
KEPT = 5
CLASSES = (str.islower, str.isupper, str.isdigit, lambda sign: not sign.isalnum())


class StaffPassword:
    """A validator that asks more of whoever may enter the admin, and nothing of anybody else."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a staff password that is short, of one make, or not new."""
        if not _is_staff(user):
            return
        if len(password) < STAFF_LENGTH:
            raise ValidationError(_("工作人员的密码至少要 10 位。"), code="staff_short")
        if sum(any(map(of_class, password)) for of_class in CLASSES) < STAFF_CLASSES:
            raise ValidationError(
                _("工作人员的密码要包含大写字母、小写字母、数字、符号中的三种。"), code="staff_plain"
            )
        if user is not None and any(check_password(password, old) for old in _had(user)):
            raise ValidationError(_("这个密码最近用过，请换一个新的。"), code="staff_used")

    def get_help_text(self) -> str:
        return _("工作人员的密码至少 10 位，包含大小写字母、数字、符号中的三种，不能与最近 5 个相同。")

    def password_changed(self, password: str, user: User | None = None) -> None:
        """Note when it was changed, and of staff what it is, so that the next one is another."""
        if user is None or user.pk is None:
            return
        user.password_changed_at = timezone.now()
        User.objects.filter(pk=user.pk).update(password_changed_at=user.password_changed_at)
        if _is_staff(user):
            PasswordRecord.objects.create(user=user, password=user.password)
            kept = (
                PasswordRecord.objects.filter(user=user).order_by("-id").values_list("pk", flat=True)[:KEPT]
            )
            PasswordRecord.objects.filter(user=user).exclude(pk__in=list(kept)).delete()


def rules_of(user: User | None) -> str:
    """Return as HTML what is asked of a new password of `user`; what is asked of staff alone only staff reads."""
    asked = [
        one
        for one in get_default_password_validators()
        if _is_staff(user) or not isinstance(one, StaffPassword)
    ]
    return password_validators_help_text_html(asked)


def _is_staff(user: User | None) -> bool:
    return user is not None and user.pk is not None and user.can_enter_admin


def _had(user: User) -> list[str]:
    old = PasswordRecord.objects.filter(user=user).order_by("-id").values_list("password", flat=True)[:KEPT]
    return [user.password, *old]


def is_due(user: User) -> bool:
    """Say whether a staff member has to choose a new password before she goes on.

    Because it is old, or because it was chosen before she became staff: nobody knows of a hash what it is made of.
    """
    if not settings.STAFF_PASSWORD_DAYS or not user.has_usable_password() or not _is_staff(user):
        return False
    changed = user.password_changed_at
    if changed is None or changed < timezone.now() - timedelta(days=settings.STAFF_PASSWORD_DAYS):
        return True
    roles = RoleAssignment.objects.filter(user=user, role__in=STAFF_ROLES)
    since = roles.aggregate(since=Min("given_at"))["since"]
    return since is not None and changed < since
