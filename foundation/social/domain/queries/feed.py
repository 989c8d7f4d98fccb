"""The home feed: newest entries of everybody whom the reader follows, pulled when asked (performance.md §3).

PostgreSQL reads the newest ids of each followed person by an index-only scan (LATERAL) and merges them; SQLite
has no LATERAL and gets the same merge as a UNION ALL. What the reader may not see, which each object itself
decides, is dropped after a bounded over-fetch, never by a join over the network.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from foundation.core import kinds
from foundation.core.facets import FeedFacet
from foundation.social.models import Follow

PER_PAGE = 20
OVERFETCH = 2 * PER_PAGE
ROUNDS = 5
# SQLite joins at most 500 SELECTs in one statement.
CHUNK = 200
NEWEST = (1 << 63) - 1

LATERAL = """
SELECT entry.id, entry.kind, entry.object_id FROM (
    SELECT merged.id FROM (
        SELECT followed_id AS actor_id FROM social_follow WHERE follower_id = %s UNION ALL SELECT %s
    ) AS followed
    CROSS JOIN LATERAL (
        SELECT id FROM social_feedentry WHERE actor_id = followed.actor_id AND id < %s ORDER BY id DESC LIMIT %s
    ) AS merged
    ORDER BY merged.id DESC LIMIT %s
) AS newest
JOIN social_feedentry AS entry ON entry.id = newest.id
ORDER BY entry.id DESC
"""
ONE_ACTOR = (
    "SELECT * FROM (SELECT id, kind, object_id FROM social_feedentry"
    " WHERE actor_id = %s AND id < %s ORDER BY id DESC LIMIT %s)"
)


class Entry(NamedTuple):
    id: int
    kind: str
    object_id: int


@dataclass(frozen=True)
class FeedItem:
    """One entry with its object and the template that shows it."""

    entry: Entry
    obj: Any
    template: str


@dataclass(frozen=True)
class FeedPage:
    items: list[FeedItem]
    # The key from which the next page goes on; None at the end.
    before: int | None


def feed_page(user: Any, *, before: int | None = None, per_page: int = PER_PAGE) -> FeedPage:
    """Return up to `per_page` things that those whom `user` follows, and she herself, did before the key `before`."""
    key = before or NEWEST
    items: list[FeedItem] = []
    for _round in range(ROUNDS):
        entries = _newest(user.pk, key)
        if not entries:
            return FeedPage(items, None)
        items += _visible_items(entries, user)
        key = entries[-1].id
        if len(items) >= per_page:
            return FeedPage(items[:per_page], items[per_page - 1].entry.id)
        if len(entries) < OVERFETCH:
            return FeedPage(items, None)
    return FeedPage(items, key)


def _newest(reader: int, key: int) -> list[Entry]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(LATERAL, [reader, reader, key, OVERFETCH, OVERFETCH])
            return [Entry(*row) for row in cursor.fetchall()]
        actors = [*Follow.objects.filter(follower_id=reader).values_list("followed_id", flat=True), reader]
        found: list[Entry] = []
        for start in range(0, len(actors), CHUNK):
            chunk = actors[start : start + CHUNK]
            cursor.execute(
                " UNION ALL ".join([ONE_ACTOR] * len(chunk)),
                [value for actor in chunk for value in (actor, key, OVERFETCH)],
            )
            found += [Entry(*row) for row in cursor.fetchall()]
    return sorted(found, reverse=True)[:OVERFETCH]


def _visible_items(entries: list[Entry], user: Any) -> list[FeedItem]:
    """Keep those whose object the reader may see, in the order of the entries."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        wanted[entry.kind].append(entry.object_id)
    loaded, templates = {}, {}
    for key, object_ids in wanted.items():
        facet = kinds.get(key).feed
        if isinstance(facet, FeedFacet):
            templates[key] = facet.template
            loaded.update({(key, obj.pk): obj for obj in facet.load(object_ids, user)})
    return [
        FeedItem(entry, loaded[entry.kind, entry.object_id], templates[entry.kind])
        for entry in entries
        if (entry.kind, entry.object_id) in loaded
    ]
