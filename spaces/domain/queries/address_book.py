"""The own address book, with what its people show of themselves to its owner (S7)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from foundation.accounts.domain.profile import label_of, shown_value, visible_fields_of
from foundation.accounts.models import Profile, User
from spaces.models import AddressEntry, AddressGroup


def filed_by(user: Any, *, group: str = "", words: str = "") -> QuerySet[AddressEntry]:
    """Return the entries of `user` whose people she still sees, by remark and name; `group` is a public id, "-" none."""
    rows = AddressEntry.objects.filter(owner=user, person__in=User.objects.visible_to(user))
    if group == "-":
        rows = rows.filter(group=None)
    elif group:
        rows = rows.filter(group__public_id=group)
    if words:
        rows = rows.filter(remark__icontains=words) | rows.filter(person__display_name__icontains=words)
    return rows.select_related("person__avatar", "person__profile", "group").order_by("-pk")


def groups_of(user: Any) -> QuerySet[AddressGroup]:
    """Return the own groups, by name."""
    return AddressGroup.objects.filter(owner=user)


def filed_among(user: Any, people: Iterable[Any]) -> set[int]:
    """Return the ids of those of some people who stand in the address book of `user`."""
    rows = AddressEntry.objects.filter(owner=user, person__in=[one.pk for one in people])
    return set(rows.values_list("person_id", flat=True))


def shown_of(entries: Sequence[AddressEntry], user: Any) -> list[dict[str, str]]:
    """Return what the person of each entry shows `user` of herself, by field, in the order of the entries."""
    profiles = [getattr(entry.person, "profile", None) or Profile(user=entry.person) for entry in entries]
    return [
        {name: shown_value(name, value) for name, value, _scope in fields}
        for fields in visible_fields_of(profiles, user)
    ]


def labels() -> dict[str, str]:
    """Return what the fields that stand in an export are called."""
    return {
        name: label_of(name) for name in ("real_name", "location", "occupation", "hobbies", "birthday", "bio")
    }
