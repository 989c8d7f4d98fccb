"""Files that lie ready for the people of a circle (G4)."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation.accounts.domain.newcomers import check_links
from foundation.core.access import scopes
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.files import uploads
from foundation.core.flow import audit
from foundation.core.text import Level, check
from foundation.social.permissions import SocialPermission
from groups.domain.standing import locked
from groups.models import Circle, CircleFile
from groups.permissions import GroupPermission

MOST_FILES = 200


def add_file(
    circle: Circle, upload: UploadedFile, *, name: str = "", once: uuid.UUID | None = None, by: Any
) -> CircleFile:
    """Lay a file into the circle; the same `once` again gives the one that lies there.

    Raises Refused for who is no member, StepNotAllowed for a circle that is not live, ValidationError for what is no
    file of ours, has no room, or would be one too many.
    """
    require(by, SocialPermission.POST_STATUS)
    if not scopes.may_post(by, circle.scope):
        raise Refused(Refusal.FORBIDDEN)
    called = (name.strip() or upload.name or _("照片"))[:80]
    check_links(called, by=by)
    if check(called).level is Level.HOLD:
        raise ValidationError(_("这个文件名不能用，请换一个。"), code="blocked")
    once = once or uuid.uuid4()
    uploads.check_picture(upload)
    try:
        with transaction.atomic():
            found = locked(circle)
            if found.files.count() >= MOST_FILES:
                raise ValidationError(_("圈子里最多放 200 个文件，请先删除一些旧的。"), code="files")
            stored = uploads.store_picture(upload, owner=by, description=called, scope=found.scope)
            made = CircleFile.objects.create(circle=found, file=stored, name=called, by=by, once=once)
            audit.append("circle.add_file", by=by, obj=found, place_path=found.place.path)
            return made
    except IntegrityError:
        return CircleFile.objects.get(once=once, by=by)


@transaction.atomic
def remove_file(row: CircleFile, *, by: Any) -> None:
    """Take a file away: who laid it there, or who keeps order. Raises Refused."""
    require(by, GroupPermission.JOIN)
    circle = locked(row.circle, live=False)
    if row.by_id != by.pk and not scopes.may_manage(by, circle.scope):
        raise Refused(Refusal.FORBIDDEN)
    found = CircleFile.objects.filter(pk=row.pk)
    files = list(found.values_list("file_id", flat=True))
    if found.delete()[0]:
        uploads.drop(files)
        audit.append("circle.remove_file", by=by, obj=circle, place_path=circle.place.path)
