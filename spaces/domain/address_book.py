"""Filing neighbours in the own address book, and keeping it in order (S7)."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.access.permissions import require
from foundation.social.domain.text import written
from spaces.models import AddressEntry, AddressGroup
from spaces.models.address_book import MAX_NOTE, MAX_REMARK, MOST_FILED, MOST_GROUPS
from spaces.permissions import SpacePermission


@transaction.atomic
def file_person(person: User, *, by: User) -> AddressEntry:
    """Put somebody, whom the caller found by `visible_to(by)`, into the own address book; again changes nothing.

    She is not told. Raises Refused, ValidationError.
    """
    require(by, SpacePermission.KEEP_ADDRESS_BOOK)
    if person.pk == by.pk:
        raise ValidationError(_("不用把自己放进通信录。"))
    User.objects.get_queryset().select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    if AddressEntry.objects.filter(owner=by).count() >= MOST_FILED:
        raise ValidationError(_("通信录最多 2000 人，请先整理一下。"), code="too_many")
    entry, _new = AddressEntry.objects.get_or_create(owner=by, person=person)
    return entry


@transaction.atomic
def note_down(
    entry: AddressEntry, *, remark: str, note: str, group: AddressGroup | None, by: User
) -> AddressEntry:
    """Change the own remarks on somebody; nobody else reads them. Raises Refused, ValidationError."""
    require(by, SpacePermission.KEEP_ADDRESS_BOOK)
    remark, note = written(remark), written(note)
    if len(remark) > MAX_REMARK or len(note) > MAX_NOTE:
        raise ValidationError(_("备注名最多 20 个字，备注最多 200 个字。"), code="too_long")
    locked = AddressEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk, owner=by)
    locked.remark, locked.note, locked.group = remark, note, _own_group(group, by)
    locked.save(update_fields=["remark", "note", "group"])
    return locked


@transaction.atomic
def move(people: Collection[str], group: AddressGroup | None, *, by: User) -> int:
    """Put the named people (address names) of the own book into a group; return how many. Raises Refused."""
    require(by, SpacePermission.KEEP_ADDRESS_BOOK)
    own = AddressEntry.objects.filter(owner=by, person__username__in=people)
    return AddressEntry.objects.filter(pk__in=own.values("pk")).update(group=_own_group(group, by))


@transaction.atomic
def remove(people: Collection[str], *, by: User) -> int:
    """Take the named people out of the own book; return how many. Raises Refused."""
    require(by, SpacePermission.KEEP_ADDRESS_BOOK)
    return AddressEntry.objects.filter(owner=by, person__username__in=people).delete()[0]


@transaction.atomic
def make_group(name: str, *, by: User) -> AddressGroup:
    """Make a group, or return the own one of that name. Raises Refused, ValidationError."""
    require(by, SpacePermission.KEEP_ADDRESS_BOOK)
    name = written(name)[:20]
    if not name:
        raise ValidationError(_("请给分组起个名字。"), code="empty")
    User.objects.get_queryset().select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    if found := AddressGroup.objects.filter(owner=by, name__iexact=name).first():
        return found
    if AddressGroup.objects.filter(owner=by).count() >= MOST_GROUPS:
        raise ValidationError(_("最多 30 个分组。"), code="too_many")
    return AddressGroup.objects.create(owner=by, name=name)


@transaction.atomic
def drop_group(group: AddressGroup, *, by: User) -> None:
    """Take an own group away; its people stay in the book. Raises Refused."""
    require(by, SpacePermission.KEEP_ADDRESS_BOOK)
    AddressGroup.objects.filter(pk=group.pk, owner=by).delete()


def forget_each_other(first: Any, second: Any) -> None:
    """Take two people out of each other's books: they are apart."""
    AddressEntry.objects.filter(owner=first, person=second).delete()
    AddressEntry.objects.filter(owner=second, person=first).delete()


def _own_group(group: AddressGroup | None, by: User) -> AddressGroup | None:
    return group if group is not None and group.owner_id == by.pk else None
