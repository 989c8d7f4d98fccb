"""One's own certificates: asking, enrolling a key, revoking (row `key.enrol_or_revoke_own`)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.domain.confirmation import require_fresh
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import open_to_all, permit
from foundation.core.files.views import send
from foundation.core.flow.workflow import StepNotAllowed
from foundation.core.models import StoredFile
from foundation.signing.domain import certificates, letters, licensed
from foundation.signing.domain.faults import SigningFault
from foundation.signing.interfaces.keys import AskForm, RevokeForm
from foundation.signing.models import Certificate
from foundation.signing.permissions import SigningPermission


@never_cache
@require_safe
@permit(SigningPermission.KEEP_OWN_KEY)
def keys(request: MemberRequest) -> HttpResponse:
    """All of one's certificates, and where another can be asked for."""
    found = Certificate.objects.filter(user=request.user).select_related("organisation")
    rows = list(found.order_by("-asked_at", "-pk"))
    busy = {one.organisation_id for one in rows if one.state in ("asked", "valid")}
    free = [one for one in certificates.askable(request.user) if one.pk not in busy]
    context = {"certificates": rows, "organisations": free, "revoke_form": RevokeForm()}
    return render(request, "signing/keys.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(SigningPermission.KEEP_OWN_KEY)
def ask(request: MemberRequest, organisation: str) -> HttpResponse:
    """Ask for a certificate of one of one's organisations, having just shown who one is; 404 for any other."""
    chosen = next((one for one in certificates.askable(request.user) if one.public_id == organisation), None)
    if chosen is None:
        raise Http404
    require_fresh(request)
    form = AskForm(
        request.POST or None,
        request.FILES or None,
        initial={"challenge": certificates.challenge(request.user, chosen)},
        licensed=licensed.offered(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            certificates.ask(chosen, holding=form.holding, letters=form.letters, by=request.user)
        except certificates.AskedAlready:
            messages.info(request, _("您已经申请过了。"))
            return redirect("signing:keys")
        except (SigningFault, ValidationError) as fault:
            form.add_error(None, str(fault.words) if isinstance(fault, SigningFault) else fault)
        else:
            messages.success(request, _("已提交，由两位工作人员审核，结果会通知您。"))
            return redirect("signing:keys")
    context = {"form": form, "organisation": chosen}
    return render(request, "signing/ask.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(SigningPermission.KEEP_OWN_KEY)
def revoke(request: MemberRequest, public_id: str) -> HttpResponse:
    """End one's own certificate, or take the request back; 404 for anybody else's."""
    certificate = get_object_or_404(
        Certificate.objects.filter(user=request.user).select_related("organisation__place"),
        public_id=public_id,
    )
    require_fresh(request)
    form = RevokeForm(request.POST)
    try:
        if certificate.state == Certificate.State.ASKED:
            certificates.take_back(certificate, by=request.user)
            messages.success(request, _("申请已撤回。"))
        elif form.is_valid():
            certificates.revoke(certificate, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _("证书已吊销，从现在起不能再用它签署。以前签过的仍然有效。"))
        else:
            messages.error(request, _("请写明为什么吊销。"))
    except StepNotAllowed:
        messages.info(request, _("这张证书已经不能用了。"))
    return redirect("signing:keys")


@never_cache
@open_to_all("the certificate's own visibility decides: its holder, and staff who review it")
@require_safe
def letter(request: HttpRequest, public_id: str, file: str) -> HttpResponseBase:
    """A page of a letter of authority; 404 for whoever may not see the certificate."""
    certificate = Certificate.objects.visible_to(request.user).filter(public_id=public_id).first()
    if certificate is None:
        raise Http404
    try:
        stored = letters.look_at(certificate, file, by=request.user)
    except StoredFile.DoesNotExist:
        raise Http404 from None
    return send(stored, 2048, "webp")
