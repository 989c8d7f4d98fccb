"""How large an upload may be as a whole: refused by its announced length, before a byte of it is kept."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class BodyLimit(FileUploadHandler):
    """Stands before the handlers that store: a form of nine pictures is the most that anybody sends.

    Who works in the admin may send more, because films and documents come that way.
    """

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Raise RequestDataTooBig for a body above the limit."""
        if content_length > self._limit():
            raise RequestDataTooBig("the body is larger than a form of ours can be")

    def _limit(self) -> int:
        request: Any = self.request
        user = getattr(request, "user", None)
        if (
            user is not None
            and request.path.startswith("/admin/")
            and user.has_perm("wagtailadmin.access_admin")
        ):
            return settings.ADMIN_UPLOAD_MAX_BODY
        return settings.UPLOAD_MAX_BODY

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
