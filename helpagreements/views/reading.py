"""Opening the frozen pages one by one, and laying two versions side by side."""

import itertools

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.core.access.permissions import require
from foundation.core.access.routes import permit
from foundation.signing.domain import documents
from helpagreements.domain import signing
from helpagreements.domain.machine import side_of
from helpagreements.domain.queries.agreements import shown_version
from helpagreements.domain.wording import compare
from helpagreements.enums import Side
from helpagreements.models import Agreement, Version
from helpagreements.permissions import AgreementPermission
from helpagreements.views.found import found


def _frozen(agreement: Agreement, request: HttpRequest, number: int) -> tuple[Version, int]:
    """Return the version that is read and how many pages it has. Raises Http404 for a page that is not there."""
    require(request.user, AgreementPermission.VIEW_FULL, place_path=agreement.place.path, obj=agreement)
    version = shown_version(agreement, request.user)
    pages = documents.page_count(version.document) if version.document else 0
    if not 1 <= number <= pages:
        raise Http404
    return version, pages


@never_cache
@require_safe
@permit(AgreementPermission.VIEW_FULL)
def page(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """One page of the frozen text. Opened by somebody of the institution, that is written down."""
    agreement = found(public_id, request.user)
    version, pages = _frozen(agreement, request, number)
    # A browser that fetches ahead, or asks for the head alone, has shown nobody anything.
    read = request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")
    if read and side_of(request.user, agreement) == Side.INSTITUTION:
        signing.open_page(version, number, by=request.user)
    context = {
        "agreement": agreement,
        "number": number,
        "pages": pages,
        "words": documents.page_text(version.document, number) if version.document else "",
        "left": signing.pages_left(version, request.user),
        "may_sign": "sign" in signing.AGREEMENT.open_to(agreement, request.user),
    }
    return render(request, "helpagreements/page.html", context)


@never_cache
@require_safe
@permit(AgreementPermission.VIEW_FULL)
def page_picture(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """The picture of one page, marked as a preview: until both have signed nobody holds a half signed file."""
    agreement = found(public_id, request.user)
    version, _pages = _frozen(agreement, request, number)
    if version.document is None:
        raise Http404
    picture = documents.page_picture(version.document, number, watermark=_("仅供查看"))
    response = HttpResponse(picture, content_type="image/webp")
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@never_cache
@require_safe
@permit(AgreementPermission.VIEW_FULL)
def versions(request: HttpRequest, public_id: str) -> HttpResponse:
    """What changed from each version to the next, in plain words."""
    agreement = found(public_id, request.user)
    require(request.user, AgreementPermission.VIEW_FULL, place_path=agreement.place.path, obj=agreement)
    last = shown_version(agreement, request.user).number
    known = list(
        agreement.versions.filter(number__lte=last)
        .select_related("agreement__community", "agreement__institution")
        .prefetch_related("clauses")
    )
    for version in known:
        if version.pushed_at is None:
            version.title, version.starts_on, version.ends_on = (
                agreement.title,
                agreement.starts_on,
                agreement.ends_on,
            )
    pairs = [compare(older, newer) for older, newer in itertools.pairwise(known)]
    return render(
        request, "helpagreements/versions.html", {"agreement": agreement, "comparisons": pairs[::-1]}
    )
