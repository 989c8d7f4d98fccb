"""The office's lists of the circles and groups in its places; what waits for a decision stands in the inbox."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import permit
from groups.domain.queries import circles as circle_queries
from groups.domain.queries import groups as group_queries
from groups.models import Circle, Group
from groups.permissions import GroupPermission

PER_PAGE = 30


@never_cache
@require_safe
@permit(GroupPermission.OVERSEE)
def circles(request: MemberRequest) -> HttpResponse:
    """The circles of the own places, secret ones too: `?q=&state=&page=`."""
    state, query = request.GET.get("state", ""), request.GET.get("q", "").strip()[:40]
    rows = circle_queries.overseen(request.user, state=state, words=query)
    context = {
        "title": _("圈子"),
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "states": Circle.State.choices,
        "state": state,
        "query": query,
    }
    return render(request, "groups/office/list.html", context)


@never_cache
@require_safe
@permit(GroupPermission.OVERSEE)
def groups(request: MemberRequest) -> HttpResponse:
    """The groups of the own places that are shown to managers or to everybody there: `?q=&state=&page=`."""
    state, query = request.GET.get("state", ""), request.GET.get("q", "").strip()[:40]
    rows = group_queries.overseen(request.user, visibility=state, words=query)
    context = {
        "title": _("兴趣群组"),
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "states": [one for one in Group.Visibility.choices if one[0] != Group.Visibility.ONLY],
        "state": state,
        "query": query,
        "of_groups": True,
    }
    return render(request, "groups/office/list.html", context)
