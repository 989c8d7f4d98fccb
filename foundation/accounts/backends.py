"""Answers `user.has_perm()` for the site's own permissions beside Django's, and signs in by allauth's ways."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from foundation.accounts.models import User
from foundation.accounts.permissions import AccountPermission
from foundation.core.access.permissions import Permission, has_permission

ENTER_ADMIN = "wagtailadmin.access_admin"


class AccountBackend(AuthenticationBackend):
    """Wagtail asks for its own permissions, which follow from groups; the door to the admin follows from roles."""

    def get_user(self, user_id: Any) -> User | None:
        """Return who is signed in, with what every page of hers asks for: her place and her picture."""
        found = User.objects.select_related("place", "avatar").filter(pk=user_id).first()
        return found if found and self.user_can_authenticate(found) else None

    def has_perm(self, user_obj: Any, perm: Any, obj: Any = None) -> bool:
        if isinstance(perm, Permission):
            return has_permission(user_obj, perm, obj=obj)
        if perm == ENTER_ADMIN:
            return has_permission(user_obj, AccountPermission.ENTER_ADMIN)
        return super().has_perm(user_obj, perm, obj)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        found = set(super().get_all_permissions(user_obj, obj))
        if has_permission(user_obj, AccountPermission.ENTER_ADMIN):
            return found | {ENTER_ADMIN}
        return found - {ENTER_ADMIN}
