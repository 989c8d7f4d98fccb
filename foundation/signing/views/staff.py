"""The office's page of signing: certificates of one's places, the seal of one's office, the authority, its lists and clock."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.domain.confirmation import require_fresh
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import Organisation
from foundation.core.access.permissions import has_permission, place_paths
from foundation.core.access.routes import permit
from foundation.core.flow.workflow import StepNotAllowed
from foundation.signing.domain import certificates
from foundation.signing.domain.faults import SigningFault
from foundation.signing.interfaces.keys import RevokeForm
from foundation.signing.models import Authority, Certificate, RevocationList
from foundation.signing.permissions import SigningPermission

PER_PAGE = 30


def _offices_without_seal(user: Any) -> list[Organisation]:
    """The offices of one's places that can't sign yet."""
    paths = place_paths(user, SigningPermission.KEEP_CERTIFICATES) or ()
    offices = Organisation.objects.filter(type=Organisation.Type.OFFICE, stands=True).select_related("place")
    sealed = Certificate.objects.valid().filter(backend=Certificate.Backend.SEAL).values("organisation")
    found = offices.exclude(pk__in=sealed).order_by("place__path")
    return [one for one in found if any(one.place.path.startswith(path) for path in paths)]


@never_cache
@require_safe
@permit(SigningPermission.KEEP_AUTHORITY)
def overview(request: HttpRequest) -> HttpResponse:
    """What the authority is made of, how old its list is, whose time stands in signatures; certificates of one's places."""
    keeps = has_permission(request.user, SigningPermission.KEEP_CERTIFICATES)
    found = Certificate.objects.visible_to(request.user) if keeps else Certificate.objects.none()
    rows = found.select_related("organisation", "user").order_by("-asked_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    made = list(Authority.objects.filter(retired_at=None).order_by("role"))
    context = {
        "page_obj": page,
        "keeps": keeps,
        "authorities": made,
        "list": RevocationList.objects.order_by("-made_at", "-pk").first(),
        "tsa": settings.SIGNING_TSA,
        "csc": settings.SIGNING_CSC_URL,
        "offices": _offices_without_seal(request.user) if keeps else [],
    }
    return render(request, "signing/office.html", context)


@require_POST
@permit(SigningPermission.KEEP_CERTIFICATES)
def revoke(request: MemberRequest, public_id: str) -> HttpResponse:
    """End a certificate of one's places; 404 for any other."""
    found = Certificate.objects.visible_to(request.user).select_related("organisation__place")
    certificate = get_object_or_404(found, public_id=public_id)
    require_fresh(request)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明为什么吊销。"))
        return redirect("signing_office:overview")
    try:
        certificates.revoke(certificate, reason=form.cleaned_data["reason"], by=request.user)
    except StepNotAllowed:
        messages.info(request, _("这张证书已经不能用了。"))
    else:
        messages.success(request, _("证书已吊销，吊销列表已更新。"))
    return redirect("signing_office:overview")


@require_POST
@permit(SigningPermission.KEEP_CERTIFICATES)
def seal(request: MemberRequest, organisation: str) -> HttpResponse:
    """Make the seal of an office of one's places; 404 for any other."""
    chosen = next((one for one in _offices_without_seal(request.user) if one.public_id == organisation), None)
    if chosen is None:
        raise Http404
    require_fresh(request)
    try:
        certificates.create_seal(chosen, by=request.user)
    except certificates.AskedAlready:
        messages.info(request, _("已经有电子公章了。"))
    except SigningFault as fault:
        messages.error(request, str(fault.words))
    else:
        messages.success(request, _("电子公章已制作，可以盖章推送协议了。"))
    return redirect("signing_office:overview")
