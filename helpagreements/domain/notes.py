"""Follow-up notes: what was done under an agreement, in words and pictures (H5, H8)."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import require
from foundation.core.files.uploads import store_picture
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from helpagreements.domain import machine
from helpagreements.domain.wording import personal_data_in
from helpagreements.enums import Side
from helpagreements.models import Agreement, FollowUpNote, NotePicture
from helpagreements.models.agreement import IN_FORCE
from helpagreements.models.talk import MAX_PICTURES
from helpagreements.permissions import AgreementPermission


@transaction.atomic
def record_note(
    agreement: Agreement,
    *,
    text: str,
    happened_on: date,
    minutes: int | None = None,
    pictures: Sequence[UploadedFile] = (),
    once: uuid.UUID,
    by: Any,
) -> FollowUpNote:
    """Write down what was done, once for each form (`once`); the other side is told.

    Raises Refused, StepNotAllowed where the agreement is not in force, GuardFails, ValidationError for a picture.
    """
    require(by, AgreementPermission.RECORD_NOTE, place_path=agreement.place.path, obj=agreement)
    side = machine.side_of(by, agreement)
    locked = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if (known := FollowUpNote.objects.filter(once=once).first()) is not None:
        if known.agreement_id != agreement.pk or known.by_id != by.pk:
            raise GuardFails(_("请刷新页面再试。"))
        return known
    if locked.state not in IN_FORCE:
        raise StepNotAllowed("record_note", locked.state)
    if side == Side.INSTITUTION:
        machine.require_standing(agreement)
    if happened_on > timezone.localdate() or (locked.starts_on and happened_on < locked.starts_on):
        raise GuardFails(_("日期要在协议生效以后、今天或以前。"))
    if personal_data_in(text):
        raise GuardFails(_("记录里不写任何人的身份证号和手机号。"))
    if len(pictures) > MAX_PICTURES:
        raise GuardFails(_("最多 %(count)s 张照片。") % {"count": MAX_PICTURES})
    note = FollowUpNote.objects.create(
        agreement=agreement,
        by=by,
        side=side,
        text=machine.required(text, _("请写下做了什么。")),
        happened_on=happened_on,
        minutes=minutes,
        once=once,
    )
    for position, upload in enumerate(pictures):
        NotePicture.objects.create(note=note, file=store_picture(upload, owner=by), position=position)
    audit.append(
        "agreement.note", by=by, obj=agreement, place_path=agreement.place.path, data={"note": note.public_id}
    )
    machine.tell("agreement_noted", agreement, machine.other(side), by=by)
    return note


def pictures_of(user: Any) -> list[int]:
    """The ids of the pictures in somebody's notes: they are part of the agreement's record, which both sides keep."""
    found = NotePicture.objects.filter(file__owner_id=user.pk)
    return list(found.values_list("file_id", flat=True))
