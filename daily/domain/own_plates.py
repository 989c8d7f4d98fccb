"""The plates that somebody wants to be reminded of: hers alone, sealed (P6)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from daily.models import OwnPlate
from daily.models.plates import MOST_PLATES
from daily.permissions import DailyPermission
from daily.validators import normalised, validate_plate
from foundation.accounts.models import User
from foundation.core.access.permissions import require


def plates_of(user: Any) -> list[OwnPlate]:
    """Return the own plates, the first one first."""
    return list(OwnPlate.objects.visible_to(user))


@transaction.atomic
def add_plate(*, plate: str, hour: int, reminds: bool = True, by: Any) -> OwnPlate:
    """Keep one more plate of one's own. Raises Refused, ValidationError for no plate, a known one, or too many."""
    require(by, DailyPermission.KEEP_OWN_PLATES)
    plate = normalised(plate)
    validate_plate(plate)
    # The person is the lock: two forms sent at once are one after the other.
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    known = plates_of(by)
    if plate in {one.plate for one in known}:
        raise ValidationError({"plate": _("这个车牌已经登记过了。")})
    free = set(range(1, MOST_PLATES + 1)) - {one.place for one in known}
    if not free:
        raise ValidationError({"plate": _("最多登记三个车牌，请先删掉不用的。")})
    made = OwnPlate(user_id=by.pk, place=min(free), plate=plate, hour=hour, reminds=reminds)
    made.full_clean(exclude=["plate", "user"])
    made.save()
    return made


@transaction.atomic
def change_plate(public_id: str, *, hour: int, reminds: bool, by: Any) -> OwnPlate:
    """Say when to be reminded, and whether at all. Raises Refused, OwnPlate.DoesNotExist, ValidationError."""
    require(by, DailyPermission.KEEP_OWN_PLATES)
    row = OwnPlate.objects.visible_to(by).select_for_update().get(public_id=public_id)
    row.hour, row.reminds = hour, reminds
    row.full_clean(exclude=["plate", "user"])
    row.save(update_fields=["hour", "reminds"])
    return row


def remove_plate(public_id: str, *, by: Any) -> bool:
    """Forget one of the own plates; say whether there was such a one. Raises Refused."""
    require(by, DailyPermission.KEEP_OWN_PLATES)
    return bool(OwnPlate.objects.visible_to(by).filter(public_id=public_id).delete()[0])
