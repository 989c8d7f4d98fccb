"""Whether the log holds, for those whom it concerns (H1, O4)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import permit
from office.domain.queries.chain import checked, own_entries
from office.permissions import OfficePermission


@never_cache
@require_safe
@permit(OfficePermission.VERIFY_CHAIN)
def chain(request: MemberRequest) -> HttpResponse:
    """Say whether every entry of the log stands where it was written, and where one's own ones stand."""
    context = {"checked": checked(), "entries": own_entries(request.user)}
    return render(request, "office/chain.html", context)
