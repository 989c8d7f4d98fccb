"""The institution's own list, on its desk."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import permit
from helpagreements.domain.queries import agreements
from helpagreements.enums import Standing
from organisations.domain import desk
from organisations.permissions import InstitutionPermission
from organisations.views.institution import worn

PER_PAGE = 20


@never_cache
@require_safe
@permit(InstitutionPermission.OPEN_DESK)
def agreement_list(request: MemberRequest) -> HttpResponse:
    """Every agreement that was ever put before the institution whose hat is worn, by standing."""
    institution = worn(request)
    organisation = institution.organisation
    every = agreements.of_institution(organisation, request.user)
    counts = agreements.with_counts(every)
    standing = request.GET.get("standing", "")
    shown = every.standing(standing) if standing in Standing.values else every
    context = {
        "institution": institution,
        "organisation": organisation,
        "tabs": [
            (one.key, one.words, one.url(organisation)) for one in desk.tabs(request.user, organisation)
        ],
        "tab": "agreements",
        "page_obj": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "standing": standing,
        "standings": [(value, label, counts[value]) for value, label in Standing.choices],
        "total": sum(counts.values()),
    }
    return render(request, "helpagreements/desk.html", context)
