"""Handing the archive of the own data to its owner: the same bytes by page and by the API."""

from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase

from identity.models import DataExport


def archive_of(export: DataExport, user: Any) -> HttpResponseBase:
    """Return the archive as a download; the caller has found that it is hers and there."""
    response: HttpResponseBase
    name = f"linli-{user.username}.zip"
    if settings.PRIVATE_ACCEL:
        response = HttpResponse(content_type="application/zip")
        response["X-Accel-Redirect"] = (
            f"{settings.PRIVATE_ACCEL}/{export.file.relative_to(settings.PRIVATE_ROOT)}"
        )
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        response = FileResponse(export.file.open("rb"), as_attachment=True, filename=name)
        response["Content-Type"] = "application/zip"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
