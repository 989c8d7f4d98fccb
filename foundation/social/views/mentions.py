"""Whom an @ may mean, asked by a page while somebody writes (S2)."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core import kinds
from foundation.core.access import scopes
from foundation.core.access.routes import permit
from foundation.core.access.scopes import Scope
from foundation.social.domain.queries.mentions import offered
from foundation.social.interfaces.mentions import as_json, count_asking
from foundation.social.permissions import SocialPermission


@never_cache
@require_safe
@permit(SocialPermission.COMMENT, own_only=True)
def mentionable(request: MemberRequest) -> HttpResponse:
    """Answer with a few people whose name begins like `q`; `in` (kind:id) is what she writes in or under."""
    if (refused := count_asking(request.user)) is not None:
        return refused
    among = _among(request.GET.get("in", ""), request.user)
    return as_json(offered(request.user, request.GET.get("q", ""), among=among))


def _among(named: str, user: Any) -> QuerySet[Any] | None:
    """Return the people of the place that she writes in, None where it is no place of its own. Raises Http404."""
    if not named:
        return None
    kind, _colon, public_id = named.partition(":")
    scope = getattr(kinds.find_public(kind, public_id, user), "scope", None)
    if not isinstance(scope, Scope) or not scopes.is_place(scope):
        return None
    if not scopes.may_post(user, scope):
        raise Http404
    return scopes.members(scope)
