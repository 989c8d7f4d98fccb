"""Wagtail's admin: evidence of a case, words in an appeal, sanctions that hold now."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.permissions import Refused
from foundation.core.access.routes import permit
from foundation.core.files.models import FORMATS, SIZES
from foundation.core.files.views import send
from foundation.core.flow.workflow import StepNotAllowed
from foundation.moderation.domain import appeals, sanctions
from foundation.moderation.interfaces.cases import LiftForm, WordsForm
from foundation.moderation.models import Appeal, Case, ReviewItem, Sanction
from foundation.moderation.permissions import ModerationPermission

PER_PAGE = 30


@require_safe
@permit(ModerationPermission.DECIDE_CASES)
def evidence(request: HttpRequest, public_id: str, file: str, size: int) -> HttpResponseBase:
    """Send a picture that a case keeps, whatever became of what it hung on."""
    item = get_object_or_404(ReviewItem.objects.visible_to(request.user), public_id=public_id, kind="case")
    case = get_object_or_404(Case, pk=item.object_id)
    stored = case.files.filter(public_id=file, state="ready").first()
    if stored is None or size not in SIZES:
        raise Http404
    return send(stored, size, FORMATS[-1])


@require_POST
@permit(ModerationPermission.DECIDE_CASES)
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say something in the talk about an appeal."""
    item = get_object_or_404(ReviewItem.objects.visible_to(request.user), public_id=public_id, kind="appeal")
    appeal = get_object_or_404(Appeal.objects.select_related("sanction__user__place"), pk=item.object_id)
    form = WordsForm(request.POST)
    try:
        appeals.say(appeal, text=form.data.get("text", ""), by=request.user)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    except StepNotAllowed:
        messages.warning(request, _("申诉已经有结果了。"))
    else:
        messages.success(request, _("已发送。"))
    return redirect(item.get_absolute_url())


@never_cache
@require_safe
@permit(ModerationPermission.SANCTION)
def running(request: MemberRequest) -> HttpResponse:
    """Who is muted or suspended now, at the places of the reader."""
    found = Sanction.objects.visible_to(request.user).running().exclude(user_id=request.user.pk)
    found = found.select_related("user__place", "by").order_by("until", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "moderation/sanctions.html", {"page_obj": page})


@require_POST
@permit(ModerationPermission.SANCTION)
def lift(request: MemberRequest, public_id: str) -> HttpResponse:
    """End a sanction before its time, with the reason that the person reads."""
    found = Sanction.objects.visible_to(request.user).exclude(user_id=request.user.pk)
    sanction = get_object_or_404(found, public_id=public_id)
    form = LiftForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明理由。"))
        return redirect("reviews:sanctions")
    try:
        sanctions.lift(sanction, reason=form.cleaned_data["reason"], by=request.user)
    except StepNotAllowed:
        messages.warning(request, _("这个决定已经不再有效。"))
    except Refused:
        messages.error(request, _("这位用户只能由管理员处理。"))
    else:
        messages.success(request, _("已解除，并通知本人。"))
    return redirect("reviews:sanctions")
