"""Serving people's files: the right is checked at every request, thumbnails included (security.md §7)."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from foundation.core.access.routes import open_to_all
from foundation.core.files.models import FORMATS, SIZES, StoredFile

TYPES = {"avif": "image/avif", "webp": "image/webp"}


@open_to_all("public pictures are for everybody; the file's own scope decides")
@require_safe
def serve(request: HttpRequest, public_id: str, size: int, extension: str) -> HttpResponseBase:
    """Send one size of a file that the reader may see; 404 for what is hidden as for what is not there."""
    if size not in SIZES or extension not in FORMATS:
        raise Http404
    stored = StoredFile.objects.visible_to(request.user).filter(public_id=public_id, state="ready").first()
    if stored is None:
        raise Http404
    return send(stored, size, extension)


def send(stored: StoredFile, size: int, extension: str) -> HttpResponseBase:
    """Send one size of a file; the caller has found that the reader may see it. Raises Http404."""
    path = stored.path_of(size, extension)
    response: HttpResponseBase
    if settings.PRIVATE_ACCEL:
        response = HttpResponse(content_type=TYPES[extension])
        response["X-Accel-Redirect"] = f"{settings.PRIVATE_ACCEL}/{path.relative_to(settings.PRIVATE_ROOT)}"
    else:
        try:
            response = FileResponse(path.open("rb"), content_type=TYPES[extension])
        except FileNotFoundError:
            raise Http404 from None
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
