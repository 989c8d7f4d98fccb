from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from foundation.accounts.domain.activation import is_activated
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import permit
from foundation.core.flow.workflow import StepNotAllowed
from identity.domain import claims
from identity.interfaces.forms import SixItemsForm
from identity.models import Claim
from identity.models.claim import OPEN
from identity.permissions import IdentityPermission

SENT = gettext_lazy("已提交，工作人员核对后会通知您。")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(IdentityPermission.CLAIM_IDENTITY)
def claim(request: MemberRequest) -> HttpResponse:
    """Where the own verification stands, and the form where one is needed; a POST sends a draft that was left."""
    latest = Claim.objects.filter(user=request.user).order_by("-created_at", "-id").first()
    activated = is_activated(request.user)
    if request.user.is_verified or (latest is not None and latest.state in OPEN):
        if request.method == "POST":
            if activated:
                _send_draft(request)
            return redirect("identity:claim")
        context = {"claim": latest, "form": None, "activated": activated}
        return render(request, "identity/claim.html", context)
    form = SixItemsForm(request.POST or None, initial=claims.items_again(latest))
    if request.method == "POST" and form.is_valid():
        try:
            claims.file_claim(
                by=request.user,
                items=form.items(request.user.email),
                verdict=form.verdict,
                place=form.cleaned_data["place"],
            )
        except claims.ClaimOpen:
            # A second press: the first one is in the inbox already.
            return redirect("identity:claim")
        messages.success(request, SENT)
        return redirect("identity:claim")
    return render(
        request, "identity/claim.html", {"claim": latest, "form": form}, status=422 if form.is_bound else 200
    )


def _send_draft(request: MemberRequest) -> None:
    """Send what lies as a draft: written before a fault, or activated by a way that did not send it."""
    if not Claim.objects.filter(user=request.user, state=Claim.State.DRAFT).exists():
        return
    try:
        claims.submit_drafts(request.user)
    except StepNotAllowed:
        # A second press: the first one has sent it.
        return
    messages.success(request, SENT)


@require_POST
@permit(IdentityPermission.CLAIM_IDENTITY)
def abandon(request: MemberRequest) -> HttpResponse:
    """Take the own claim back."""
    for waiting in Claim.objects.filter(user=request.user, state__in=OPEN).select_related("place"):
        try:
            claims.abandon_claim(waiting, by=request.user)
        except StepNotAllowed:
            messages.warning(request, _("申请刚刚已经有了结果，请看下面。"))
        else:
            messages.success(request, _("申请已撤回，填写的信息 30 天内删除。"))
    return redirect("identity:claim")
