"""Reporting, the own standing, appealing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from foundation.core import kinds
from foundation.core.access.permissions import Refusal, Refused
from foundation.core.access.routes import open_to_all, permit
from foundation.core.flow.workflow import StepNotAllowed
from foundation.moderation.domain import appeals, reports
from foundation.moderation.domain.queries.cases import held_from, own_reports, own_sanctions
from foundation.moderation.interfaces.cases import ReportForm, WordsForm
from foundation.moderation.models import Sanction
from foundation.moderation.permissions import ModerationPermission

PER_PAGE = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(ModerationPermission.REPORT)
def report(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """Say what is wrong with something that somebody else wrote."""
    obj = reports.find_reported(kind, public_id, request.user)
    if obj is None:
        raise Http404
    of = kinds.of(obj)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reports.report(obj, by=request.user, **form.cleaned_data)
        messages.success(request, _("已收到，工作人员会尽快查看，并告诉您结果。谢谢您。"))
        return redirect(of.url(obj) if of.visible_to(request.user).filter(pk=obj.pk).exists() else "/")
    context = {"form": form, "kind": of, "title": of.title(obj), "url": of.url(obj)}
    return render(request, "moderation/report.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@require_safe
@permit(ModerationPermission.REPORT)
def reported(request: HttpRequest) -> HttpResponse:
    """What the reader reported, when, and what came of it: never what came of it for a person."""
    page = Paginator(own_reports(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "moderation/reports.html", {"page_obj": page})


def _signed_in(request: HttpRequest) -> Any:
    """Return who is signed in, also who is suspended. Raises Refused."""
    if not request.user.is_authenticated:
        raise Refused(Refusal.SIGN_IN)
    return request.user


@open_to_all("who is suspended holds no role and still has to read why; the own sanctions only")
@never_cache
@require_safe
def standing(request: HttpRequest) -> HttpResponse:
    """What was decided about the reader, why, until when, and how to object."""
    user = _signed_in(request)
    context = {"held": held_from(user), "sanctions": own_sanctions(user)}
    return render(request, "moderation/standing.html", context)


@open_to_all("who is suspended holds no role and may still object; the own sanctions only")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, public_id: str) -> HttpResponse:
    """Object to a decision, and talk with staff about it."""
    user = _signed_in(request)
    own = Sanction.objects.filter(user_id=user.pk).select_related("appeal", "case", "user__place")
    sanction = get_object_or_404(own, public_id=public_id)
    known = getattr(sanction, "appeal", None)
    form = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if known is None:
                appeals.appeal(sanction, text=form.cleaned_data["text"], by=user)
            else:
                appeals.say(known, text=form.cleaned_data["text"], by=user)
        except ValidationError as fault:
            form.add_error("text", fault)
        except StepNotAllowed:
            form.add_error("text", _("申诉已经有结果了。"))
        else:
            messages.success(
                request, _("已提交，会由另一位工作人员处理。") if known is None else _("已发送。")
            )
            return redirect(sanction.appeal_url)
    context = {
        "sanction": sanction,
        "appeal": known,
        "talk": known.messages.select_related("by") if known else [],
        "form": form,
    }
    return render(request, "moderation/appeal.html", context, status=422 if request.method == "POST" else 200)
