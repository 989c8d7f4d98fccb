"""What of a space goes along with its owner, and what erasing her does (A7)."""

from typing import Any

from django.db.models import Q

from spaces.domain import diary
from spaces.models import DiaryEntry, GuestbookEntry, GuestbookRule


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
    return GuestbookRule.objects.filter(user=user).delete()[0]


def diary_data(entry: DiaryEntry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "text": entry.body,
        "written_at": entry.created_at,
        "published_at": entry.published_at,
        "seen_by": entry.scope_level,
        "topics": [item.tag.name for item in entry.topic_items.all()],
        "address": entry.url,
    }


def left_data(entry: GuestbookEntry) -> dict[str, Any]:
    """What somebody left in another's guestbook; the answer is the other's, and not told."""
    return {"text": entry.text, "written_at": entry.created_at, "in": entry.owner.space_url}


def rule_data(rule: GuestbookRule) -> dict[str, Any]:
    return {"who": rule.who, "looked_at_first": rule.looked_at_first}
