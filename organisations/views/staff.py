"""The office's list of institutions, one of them, and what is decided there."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.domain.confirmation import require_fresh
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import permit
from foundation.core.flow.timeline import timeline
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from organisations.domain import suspending
from organisations.domain.queries.overview import overseen
from organisations.domain.queries.people import review_context
from organisations.domain.workflow import FLOW, letters
from organisations.interfaces.forms import ReasonForm
from organisations.models import Institution, SuspensionRequest
from organisations.permissions import InstitutionPermission

PER_PAGE = 30


@never_cache
@require_safe
@permit(InstitutionPermission.OVERSEE)
def institutions(request: MemberRequest) -> HttpResponse:
    """The institutions of the own places: `?state=`, `?due=1` papers that run out, `?q=`."""
    state, due = request.GET.get("state", ""), request.GET.get("due") == "1"
    query = request.GET.get("q", "").strip()[:60]
    rows = overseen(request.user, state=state, due=due, query=query)
    context = {
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "states": [one for one in Institution.State.choices if one[0] != "draft"],
        "state": state,
        "due": due,
        "query": query,
    }
    return render(request, "organisations/office/list.html", context)


def _one(request: MemberRequest, slug: str) -> Institution:
    rows = Institution.objects.overseen_by(request.user).select_related("organisation__place", "logo")
    return get_object_or_404(rows, slug=slug)


def _detail(
    request: MemberRequest, one: Institution, form: ReasonForm | None = None, status: int = 200
) -> HttpResponse:
    waiting = SuspensionRequest.objects.filter(institution=one, state=SuspensionRequest.State.WAITING)
    context: dict[str, Any] = {
        **review_context(one, request.user),
        "happened": timeline(one),
        "open": FLOW.open_to(one, request.user),
        "is_member": "M" in letters(request.user, one),
        "waiting": waiting.select_related("asked_by").first(),
        "form": form or ReasonForm(),
    }
    return render(request, "organisations/office/detail.html", context, status=status)


@never_cache
@require_safe
@permit(InstitutionPermission.OVERSEE)
def institution(request: MemberRequest, slug: str) -> HttpResponse:
    """One institution with its papers, people and history; 404 outside of the own places."""
    return _detail(request, _one(request, slug))


def _decide(request: MemberRequest, slug: str, act: Any, said: str) -> HttpResponse:
    one = _one(request, slug)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _detail(request, one, form, status=422)
    try:
        act(one, reason=form.cleaned_data["reason"], by=request.user)
    except GuardFails as why:
        form.add_error("reason", str(why.words))
        return _detail(request, one, form, status=422)
    except StepNotAllowed:
        form.add_error(None, _("状态刚刚变了，现在不能这样做。"))
        return _detail(request, _one(request, slug), form, status=409)
    messages.success(request, said)
    return redirect("institutions:detail", slug)


@require_POST
@permit(InstitutionPermission.SUSPEND)
def suspend(request: MemberRequest, slug: str) -> HttpResponse:
    """Ask a colleague to confirm a suspension, after showing once more who one is."""
    require_fresh(request)
    return _decide(request, slug, suspending.ask_suspension, _("已提交，等另一位同事在待办里确认。"))


@require_POST
@permit(InstitutionPermission.REVIEW)
def reinstate(request: MemberRequest, slug: str) -> HttpResponse:
    """Let it help again; the reason says how the cause was cured."""
    return _decide(request, slug, suspending.reinstate, _("已恢复，机构会收到通知。"))


@require_POST
@permit(InstitutionPermission.REVIEW)
def close(request: MemberRequest, slug: str) -> HttpResponse:
    """Strike it off for good, after showing once more who one is."""
    require_fresh(request)
    return _decide(request, slug, suspending.close, _("已注销，机构会收到通知。"))
