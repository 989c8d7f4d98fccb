"""What of a space goes along with its owner, and what erasing her does (A7)."""

from typing import Any

from django.db.models import Q

from spaces.domain import diary
from spaces.models import (
    AddressEntry,
    AddressGroup,
    DiaryEntry,
    FirstSteps,
    GuestbookEntry,
    GuestbookRule,
    SpaceTile,
)


def erase_diary(user: Any) -> int:
    """Delete every entry of `user`, with what was said under it."""
    gone = 0
    for entry in DiaryEntry.objects.filter(author=user).iterator(chunk_size=100):
        diary.delete_entry(entry, by=user)
        gone += 1
    return gone


def erase_guestbook(user: Any) -> int:
    """Delete what `user` left in others' guestbooks and what others left in hers."""
    return GuestbookEntry.objects.filter(Q(author=user) | Q(owner=user)).delete()[0]


def erase_rules(user: Any) -> int:
    """Delete her rule, her address book and the order of her tiles, and take her out of others' books."""
    return sum(
        rows.delete()[0]
        for rows in (
            GuestbookRule.objects.filter(user=user),
            AddressEntry.objects.filter(Q(owner=user) | Q(person=user)),
            AddressGroup.objects.filter(owner=user),
            SpaceTile.objects.filter(owner=user),
            FirstSteps.objects.filter(user=user),
        )
    )


def address_data(entry: AddressEntry) -> dict[str, Any]:
    """What somebody wrote down of a neighbour; who she is only by her address."""
    return {
        "person": entry.person.space_url,
        "group": entry.group.name if entry.group else "",
        "remark": entry.remark,
        "note": entry.note,
    }


def own_diary(user: Any) -> Any:
    return DiaryEntry.objects.filter(author=user).prefetch_related("topic_items__tag", "entry_pictures__file")


def diary_files(entry: DiaryEntry) -> list[Any]:
    return [row.file for row in entry.entry_pictures.all()]


def diary_data(entry: DiaryEntry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "text": entry.body,
        "written_at": entry.created_at,
        "published_at": entry.published_at,
        "seen_by": entry.scope_level,
        "topics": [item.tag.name for item in entry.topic_items.all()],
        "pictures": [row.file.description for row in entry.entry_pictures.all()],
        "address": entry.url,
    }


def left_data(entry: GuestbookEntry) -> dict[str, Any]:
    """What somebody left in another's guestbook; the answer is the other's, and not told."""
    return {"text": entry.text, "written_at": entry.created_at, "in": entry.owner.space_url}


def rule_data(rule: GuestbookRule) -> dict[str, Any]:
    return {"who": rule.who, "looked_at_first": rule.looked_at_first}


def tile_data(tile: SpaceTile) -> dict[str, Any]:
    return {"tile": tile.key, "position": tile.position, "hidden": tile.hidden}


def first_steps_data(row: FirstSteps) -> dict[str, Any]:
    return {"dismissed_at": row.dismissed_at}
