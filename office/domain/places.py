"""The tree of places: adding, renaming, removing what nothing hangs on (A5, O6).

A place never moves: its path stands in the scope of everything that was written for it.
"""

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from foundation.accounts.models import Organisation
from foundation.core.access.permissions import require
from foundation.core.flow import audit
from foundation.core.models import Place
from foundation.core.permissions import PortalPermission
from organisations.domain.offices import office_of

# What may lie in what: from the street down to the building, steps may be left out.
ORDER = [Place.Level.STREET, Place.Level.COMMITTEE, Place.Level.GRID, Place.Level.BUILDING]


class WrongLevel(Exception):
    """A place lies only in one of a higher level; streets lie in nothing."""


class InUse(Exception):
    """Something hangs on the place: people, roles, other places, content."""


@transaction.atomic
def add_place(*, parent: Place | None, name: str, slug: str, level: str, by: Any) -> Place:
    """Add a place under `parent` (None: a street). Raises Refused, WrongLevel."""
    require(by, PortalPermission.CHANGE_PLACES)
    if parent is None:
        if level != Place.Level.STREET:
            raise WrongLevel
        place = Place.add_root(name=name, slug=slug, level=level)
    else:
        # treebeard numbers children by what it reads: two that add at once would get the same number.
        parent = Place.objects.select_for_update().get(pk=parent.pk)
        if parent.retired_at is not None or ORDER.index(Place.Level(level)) <= ORDER.index(
            Place.Level(parent.level)
        ):
            raise WrongLevel
        place = parent.add_child(name=name, slug=slug, level=level)
    if place.level in Place.WITH_OFFICE:
        # Without an organisation behind it the place could neither draft nor seal an agreement.
        office_of(place)
    audit.append("core.add_place", by=by, obj=place, place_path=place.path, data={"name": name})
    return place


@transaction.atomic
def rename_place(place: Place, *, name: str, by: Any) -> None:
    """Give a place another name. Raises Refused."""
    require(by, PortalPermission.CHANGE_PLACES)
    locked = Place.objects.select_for_update().get(pk=place.pk)
    before, locked.name = locked.name, name
    locked.save(update_fields=["name"])
    # Its office bears its name.
    Organisation.objects.filter(type=Organisation.Type.OFFICE, place=locked).update(name=name[:60])
    audit.append(
        "core.rename_place", by=by, obj=locked, place_path=locked.path, data={"before": before, "after": name}
    )


@transaction.atomic
def remove_place(place: Place, *, by: Any) -> None:
    """Take a place that nothing hangs on out of use. Raises Refused, InUse.

    Its path stands as text in scopes, cases and the log: the row stays, and no later place gets that path. The address
    name is free again.
    """
    require(by, PortalPermission.CHANGE_PLACES)
    locked = Place.objects.select_for_update().get(pk=place.pk)
    below = Place.objects.filter(path__startswith=locked.path, retired_at=None).exclude(pk=locked.pk)
    if locked.retired_at is not None or below.exists():
        raise InUse
    _remove_office(locked)
    try:
        with transaction.atomic():
            # Asked of the database itself: every foreign key to a place protects it.
            Place.objects.filter(pk=locked.pk).delete()
            transaction.set_rollback(True)
    except ProtectedError as used:
        raise InUse from used
    Place.objects.filter(pk=locked.pk).update(
        retired_at=timezone.now(), slug=f"{locked.slug[:40]}-{locked.pk}"
    )
    audit.append("core.remove_place", by=by, place_path=place.path, data={"name": place.name})


def _remove_office(place: Place) -> None:
    """Remove the office that was made with the place; with the caller's transaction or not at all.

    Raises InUse where it has done something: it has a seal, has signed, or somebody belongs to it.
    """
    try:
        _count, gone = Organisation.objects.filter(type=Organisation.Type.OFFICE, place=place).delete()
    except ProtectedError as used:
        raise InUse from used
    if set(gone) - {Organisation._meta.label}:
        # What goes with an organisation hangs on it all the same.
        raise InUse
