"""The public side of signing: checking a document, the list of revoked certificates, the authority's certificates."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from foundation.core.access.addresses import Address, address_of
from foundation.core.access.limits import consume
from foundation.core.access.routes import open_to_all
from foundation.signing.domain import authorities, verification
from foundation.signing.interfaces.verification import NumberForm, UploadForm
from foundation.signing.models import Authority

# What stands around the file in a form's body.
SLACK = 64 * 1024
CRL_TYPE, CERTIFICATE_TYPE = "application/pkix-crl", "application/pkix-cert"


def _page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    context = {"number_form": NumberForm(), "upload_form": UploadForm(), "report": None, **context}
    return render(request, "signing/verify.html", context, status=status)


def _count(request: HttpRequest, what: str) -> None:
    consume(what, Address(address_of(request)), rate=settings.RATES["verify"])


# Whoever reads the token reads the whole body: it is counted and measured first.
@csrf_exempt
@never_cache
@open_to_all("whoever holds a paper can check it")
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check by number and code (`?number=&code=`), or by an uploaded file, of which nothing is kept."""
    if request.method == "POST":
        _count(request, "verify")
        if int(request.META.get("CONTENT_LENGTH") or 0) > verification.MOST_BYTES + SLACK:
            return _page(request, upload_form=UploadForm.too_large(), status=413)
        return _uploaded(request)
    form = NumberForm(request.GET or None)
    if not form.is_bound:
        return _page(request)
    _count(request, "verify_read")
    if not form.is_valid():
        return _page(request, number_form=form, status=422)
    return _page(request, number_form=form, report=verification.verify_document(form.document))


@csrf_protect
def _uploaded(request: HttpRequest) -> HttpResponse:
    upload = UploadForm(request.POST, request.FILES)
    if not upload.is_valid():
        return _page(request, upload_form=upload, status=422)
    report = verification.verify_bytes(upload.cleaned_data["file"].read(), isolated=True)
    return _page(request, report=report, uploaded=True)


@never_cache
@open_to_all("the address in the QR code on every page of a signed paper")
@require_safe
def document(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Check the archived file of that number and code; 404 where the two don't belong together."""
    _count(request, "verify_read")
    form = NumberForm({"number": number, "code": code})
    if not form.is_valid():
        return _page(request, number_form=form, status=404)
    return _page(request, report=verification.verify_document(form.document))


@open_to_all("every program that checks a signature reads it")
@cache_control(public=True, max_age=3600)
@require_safe
def revoked(request: HttpRequest) -> HttpResponse:
    """The list of revoked certificates (RFC 5280); 404 before the first certificate."""
    data = authorities.present_list()
    if data is None:
        raise Http404
    return HttpResponse(data, content_type=CRL_TYPE)


@open_to_all("every program that checks a signature reads it")
@cache_control(public=True, max_age=3600)
@require_safe
def authority(request: HttpRequest, role: str) -> HttpResponse:
    """A certificate of the authority: root, or the one that issues; 404 before the first one."""
    row = Authority.objects.filter(role=role, retired_at=None).first()
    if row is None or role not in ("root", "issuing"):
        raise Http404
    answer = HttpResponse(bytes(row.certificate), content_type=CERTIFICATE_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="linli-{role}.cer"'
    return answer
