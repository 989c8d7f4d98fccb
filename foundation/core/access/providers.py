"""The two scopes that need to know nobody: everybody, and one person."""

from typing import Any

from django.utils.translation import gettext as _

from foundation.core.access import scopes


def _only_self(user: Any) -> list[str]:
    return [str(user.pk)]


scopes.register(
    scopes.ScopeProvider(level=scopes.PUBLIC, refs=lambda user: [""], label=lambda ref: _("所有人可见"))
)
scopes.register(scopes.ScopeProvider(level=scopes.ONLY, refs=_only_self, label=lambda ref: _("仅自己可见")))
