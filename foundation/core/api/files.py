"""Pictures by the API: sent in pieces that can be resumed, and fetched by whom they are for (U5).

An upload speaks the core of tus 1.0 (`Upload-Offset`, `Upload-Length`, `Tus-Resumable`), so that its clients can be used.
"""

from typing import Annotated, Any, Literal

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from foundation.core.api.bearer import ApiRequest
from foundation.core.api.problems import FieldError, Problem, invalid
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given, Moment, PublicId
from foundation.core.api.scope import TokenScope
from foundation.core.files import resuming
from foundation.core.files.models import FORMATS, SIZES, StoredFile, Upload
from foundation.core.files.uploads import MAX_BYTES
from foundation.core.files.views import send
from foundation.core.permissions import PortalPermission

routes = Routes("files")
TUS = "1.0.0"
PIECE_TYPE = "application/offset+octet-stream"


class NewUpload(Given):
    size: int = Field(ge=1, le=MAX_BYTES, description="In bytes.")
    media_type: Literal[resuming.MEDIA_TYPES]  # type: ignore[valid-type]
    sha256: str = Field(
        "",
        pattern="^([0-9a-fA-F]{64})?$",
        description="Of the whole, in hexadecimal; compared when all is there.",
    )


class UploadOut(Schema):
    """A picture on its way; named in a status or as an avatar it is used up."""

    id: str
    size: int
    offset: int = Field(description="So many bytes are there; go on from here.")
    whole: bool
    expires_at: Moment


def _out(upload: Upload) -> dict[str, Any]:
    return {
        "id": upload.public_id,
        "size": upload.size,
        "offset": upload.offset,
        "whole": upload.whole,
        "expires_at": upload.created_at + resuming.KEEP,
    }


def _found(request: ApiRequest, public_id: str) -> Upload:
    upload = resuming.find(public_id, by=request.user)
    if upload is None:
        raise Http404
    return upload


def _tell(response: HttpResponse, upload: Upload) -> None:
    response["Tus-Resumable"] = TUS
    response["Upload-Offset"] = str(upload.offset)
    response["Upload-Length"] = str(upload.size)


@routes.writes(
    "POST",
    "/uploads",
    scope=TokenScope.WRITE,
    may=PortalPermission.UPLOAD_PICTURES,
    returns=UploadOut,
    status=201,
)
def begin_upload(request: ApiRequest, body: NewUpload, response: HttpResponse) -> dict[str, Any]:
    """Begin to send a picture."""
    upload = resuming.begin(by=request.user, size=body.size, media_type=body.media_type, sha256=body.sha256)
    _tell(response, upload)
    response["Location"] = reverse("api:uploads-id", args=[upload.public_id])
    return _out(upload)


@routes.reads(
    "/uploads/{id}",
    scope=TokenScope.WRITE,
    may=PortalPermission.UPLOAD_PICTURES,
    returns=UploadOut,
)
def read_upload(request: ApiRequest, id: PublicId, response: HttpResponse) -> dict[str, Any]:  # noqa: A002
    """Say how much of a picture is there."""
    upload = _found(request, id)
    _tell(response, upload)
    return _out(upload)


@routes.operation(
    "HEAD",
    "/uploads/{id}",
    scope=TokenScope.WRITE,
    may=PortalPermission.UPLOAD_PICTURES,
    returns=None,
)
def ask_offset(request: ApiRequest, id: PublicId, response: HttpResponse) -> None:  # noqa: A002
    """Say in the head how much of a picture is there."""
    _tell(response, _found(request, id))


@routes.writes(
    "PATCH",
    "/uploads/{id}",
    scope=TokenScope.WRITE,
    may=PortalPermission.UPLOAD_PICTURES,
    returns=None,
    status=204,
    repeatable="the offset says what is there already, and a piece is written only at its end",
    document_extra={
        "errors": (415,),
        "parameters": [
            {
                "name": "Upload-Offset",
                "in": "header",
                "required": True,
                "schema": {"type": "integer", "minimum": 0},
                "description": "Where this piece begins: as much as is there.",
            }
        ],
        "requestBody": {
            "required": True,
            "content": {PIECE_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        },
    },
)
def send_piece(request: ApiRequest, id: PublicId, response: HttpResponse) -> None:  # noqa: A002
    """Send the next piece of a picture.

    What arrived before the line broke stays. A piece that begins elsewhere than at the end is refused with 409.
    """
    upload = _found(request, id)
    if request.content_type != PIECE_TYPE:
        raise Problem(415, "media_type")
    given = request.headers.get("Upload-Offset", "")
    if not (given.isascii() and given.isdigit() and len(given) < 12):
        raise invalid([FieldError("Upload-Offset", "missing", _("请填写这一项。"))])
    try:
        upload = resuming.append(upload, offset=int(given), read=request.read, by=request.user)
    except resuming.OffsetDiffers as differs:
        raise Problem(
            409, "offset", headers={"Upload-Offset": str(differs.offset), "Tus-Resumable": TUS}
        ) from None
    except Upload.DoesNotExist:
        raise Http404 from None
    _tell(response, upload)


@routes.writes(
    "DELETE",
    "/uploads/{id}",
    scope=TokenScope.WRITE,
    may=PortalPermission.UPLOAD_PICTURES,
    returns=None,
    status=204,
)
def cancel_upload(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Throw a picture away that was not used."""
    resuming.cancel(_found(request, id))


@routes.reads(
    "/files/{id}/{size}/{form}",
    scope=TokenScope.READ,
    open_because="public pictures are for everybody; the file's own scope decides",
    returns=None,
    document_extra={
        "answer": {
            "description": "One size of the picture.",
            "content": {
                f"image/{form}": {"schema": {"type": "string", "format": "binary"}} for form in FORMATS
            },
        }
    },
)
def read_file(
    request: ApiRequest,
    id: PublicId,  # noqa: A002
    size: Annotated[int, Field(ge=1, le=SIZES[-1], json_schema_extra={"enum": list(SIZES)})],
    form: Literal[FORMATS],  # type: ignore[valid-type]
) -> HttpResponseBase:
    """Fetch one size of a picture."""
    stored = StoredFile.objects.visible_to(request.user).filter(public_id=id, state="ready").first()
    if stored is None or size not in SIZES:
        raise Http404
    return send(stored, size, form)
