"""Offices: a street or a committee as an organisation that signs (DESIGN §3)."""

from django.db import IntegrityError, transaction

from foundation.accounts.models import Organisation
from foundation.core.flow import chores
from foundation.core.models import Place


def office_of(place: Place, *, create: bool = True) -> Organisation | None:
    """Return the office that answers for a place: its own, or that of the committee or street above it.

    It is made when it is first asked for, so that a place on which nothing hangs can still be taken out of use;
    `create=False` makes none. None: nobody answers there.
    """
    own = place.with_office
    if own is None:
        return None
    place = own
    found = Organisation.objects.filter(type=Organisation.Type.OFFICE, place=place).first()
    if found is not None and found.name != place.name:
        # The place was renamed since.
        found.name = place.name
        found.save(update_fields=["name"])
    if found is not None or not create:
        return found
    try:
        with transaction.atomic():
            return Organisation.objects.create(
                type=Organisation.Type.OFFICE, place=place, name=place.name, stands=True
            )
    except IntegrityError:
        # Two asked at once.
        return Organisation.objects.get(type=Organisation.Type.OFFICE, place=place)


@chores.each(chores.Rhythm.DAY)
def make_offices() -> int:
    """Make the office of every street and committee in use, wherever the place came from; return how many there are."""
    found = Place.objects.filter(level__in=Place.WITH_OFFICE, retired_at=None)
    return sum(office_of(place) is not None for place in found)
