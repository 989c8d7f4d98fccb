"""The papers of an agreement: the signed file, its evidence, its dossier, the pictures of what was done (H6, H8)."""

import io

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.core.access.permissions import require
from foundation.core.access.routes import permit
from foundation.core.files.views import send
from foundation.signing.domain import documents
from foundation.signing.domain.evidence import evidence_of
from foundation.signing.models import SignedDocument
from helpagreements.domain.machine import side_of
from helpagreements.domain.queries import agreements
from helpagreements.domain.wording import filled
from helpagreements.models import Agreement, Clause, NotePicture
from helpagreements.permissions import AgreementPermission
from helpagreements.views.found import found


def _full(request: HttpRequest, public_id: str) -> Agreement:
    agreement = found(public_id, request.user)
    require(request.user, AgreementPermission.VIEW_FULL, place_path=agreement.place.path, obj=agreement)
    return agreement


def _whole_document(agreement: Agreement) -> SignedDocument:
    """Return what both have signed. Raises Http404: a half signed file is handed to nobody."""
    document = agreement.current.document
    if agreement.signed_at is None or document is None:
        raise Http404
    return document


@never_cache
@require_safe
@permit(AgreementPermission.VIEW_FULL)
def signed_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The file with both signatures, as it can be checked anywhere."""
    agreement = _full(request, public_id)
    response = FileResponse(
        io.BytesIO(documents.latest_bytes(_whole_document(agreement))), content_type="application/pdf"
    )
    return _attached(response, f"{agreement.number}.pdf")


def _statement(agreement: Agreement, code: str) -> SignedDocument:
    """Return a statement about the end of an agreement that both sides may see. Raises Http404."""
    asked = agreement.ending_requests.exclude(state="prepared").filter(statement__code=code)
    forced = agreement.forced_ends.filter(state="done", statement__code=code)
    found = asked.select_related("statement").first() or forced.select_related("statement").first()
    if found is None or found.statement is None:
        raise Http404
    return found.statement


@never_cache
@require_safe
@permit(AgreementPermission.VIEW_FULL)
def statement_page(request: HttpRequest, public_id: str, code: str, number: int) -> HttpResponse:
    """The picture of one page of a statement, for whoever has to answer it."""
    document = _statement(_full(request, public_id), code)
    if not 1 <= number <= documents.page_count(document):
        raise Http404
    picture = documents.page_picture(document, number, watermark=_("仅供查看"))
    response = HttpResponse(picture, content_type="image/webp")
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@never_cache
@require_safe
@permit(AgreementPermission.VIEW_FULL)
def statement_file(request: HttpRequest, public_id: str, code: str) -> HttpResponseBase:
    """A statement that everybody who had to has signed; 404 before."""
    document = _statement(_full(request, public_id), code)
    if document.completed_at is None:
        raise Http404
    response = FileResponse(io.BytesIO(documents.latest_bytes(document)), content_type="application/pdf")
    return _attached(response, f"{document.number}.pdf")


@never_cache
@require_safe
@permit(AgreementPermission.VIEW_FULL)
def evidence(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The evidence file; 404 until the worker has made it."""
    agreement = _full(request, public_id)
    path = evidence_of(_whole_document(agreement))
    if path is None:
        raise Http404
    return _attached(
        FileResponse(path.open("rb"), content_type="application/zip"), f"{agreement.number}-evidence.zip"
    )


def _attached(response: FileResponse, name: str) -> FileResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _filled(clause: Clause, agreement: Agreement) -> Clause:
    clause.text = filled(clause.text, agreement)
    return clause


@never_cache
@require_safe
@permit(AgreementPermission.VIEW_FULL)
def dossier(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything about one agreement on one page, to be printed."""
    agreement = _full(request, public_id)
    version = agreements.shown_version(agreement, request.user)
    context = {
        "agreement": agreement,
        "version": version,
        "clauses": [_filled(clause, agreement) for clause in agreements.with_comments(version)],
        "versions": agreement.versions.exclude(document=None).select_related("document"),
        "happened": agreements.life_of(agreement, side_of(request.user, agreement)),
        "notes": agreement.notes.select_related("by"),
        "ended": agreement.ending_requests.exclude(state="prepared").select_related(
            "statement", "asked_by", "decided_by"
        ),
    }
    return render(request, "helpagreements/dossier.html", context)


@never_cache
@require_safe
@permit(AgreementPermission.VIEW_FULL)
def note_picture(request: HttpRequest, public_id: str, note_id: str, position: int) -> HttpResponseBase:
    """One picture of a follow-up note, for the parties alone."""
    agreement = _full(request, public_id)
    picture = (
        NotePicture.objects.filter(note__agreement=agreement, note__public_id=note_id, position=position)
        .select_related("file")
        .first()
    )
    if picture is None or not picture.file.ready or picture.file.dropped_at is not None:
        raise Http404
    return send(picture.file, 960, "webp")
