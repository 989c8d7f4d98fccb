"""The home feed: newest entries of everybody whom the reader follows and of every circle she belongs to, pulled when
asked (performance.md §3).

PostgreSQL reads the newest ids of each such stream by an index-only scan (LATERAL) and merges them; SQLite
has no LATERAL and gets the same merge as a UNION ALL. What the reader may not see, which each object itself
decides, and what is of people whom she muted is dropped after a bounded over-fetch, never by a join over the network.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from foundation.core import kinds
from foundation.core.access import scopes
from foundation.core.facets import FeedFacet
from foundation.core.pages import options
from foundation.messaging.models import Mute
from foundation.social.models import Follow
from foundation.social.options import FOLLOW_UNSEEN

PER_PAGE = 20
OVERFETCH = 2 * PER_PAGE
ROUNDS = 5
# SQLite joins at most 500 SELECTs in one statement.
CHUNK = 200
NEWEST = (1 << 63) - 1

LATERAL = """
SELECT entry.id, entry.kind, entry.object_id, entry.actor_id FROM (
    SELECT merged.id FROM ({streams}) AS merged ORDER BY merged.id DESC LIMIT %s
) AS newest
JOIN social_feedentry AS entry ON entry.id = newest.id
ORDER BY entry.id DESC
"""
OF_PEOPLE = """
SELECT one.id FROM ({people} UNION ALL SELECT %s) AS followed (actor_id)
CROSS JOIN LATERAL (
    SELECT id FROM social_feedentry
    WHERE actor_id = followed.actor_id AND channel = '' AND id < %s ORDER BY id DESC LIMIT %s
) AS one
"""
OF_CHANNELS = """
SELECT one.id FROM ({refs}) AS belongs (ref)
CROSS JOIN LATERAL (
    SELECT id FROM social_feedentry
    WHERE channel = %s || belongs.ref AND channel <> '' AND id < %s ORDER BY id DESC LIMIT %s
) AS one
"""
ONE_ACTOR = (
    "SELECT * FROM (SELECT id, kind, object_id, actor_id FROM social_feedentry"
    " WHERE actor_id = %s AND channel = '' AND id < %s ORDER BY id DESC LIMIT %s)"
)
ONE_CHANNEL = (
    "SELECT * FROM (SELECT id, kind, object_id, actor_id FROM social_feedentry"
    " WHERE channel = %s AND channel <> '' AND id < %s ORDER BY id DESC LIMIT %s)"
)


class Entry(NamedTuple):
    id: int
    kind: str
    object_id: int
    actor_id: int


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
        entries = _newest(user, key)
        if not entries:
            return FeedPage(items, None)
        items += _visible_items(entries, user)
        key = entries[-1].id
        if len(items) >= per_page:
            return FeedPage(items[:per_page], items[per_page - 1].entry.id)
        if len(entries) < OVERFETCH:
            return FeedPage(items, None)
    return FeedPage(items, key)


def _followed(reader: Any) -> Any:
    """Return the ids of those whom `reader` follows, in secret too while the site lets that be."""
    rows = Follow.objects.filter(follower_id=reader.pk)
    return (rows if options.value(FOLLOW_UNSEEN) else rows.open()).values("followed_id")


def _newest(reader: Any, key: int) -> list[Entry]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(*_laterally(reader, key))
            return [Entry(*row) for row in cursor.fetchall()]
        streams: list[tuple[str, Any]] = [
            (ONE_ACTOR, actor)
            for actor in [*_followed(reader).values_list("followed_id", flat=True), reader.pk]
        ]
        for level, refs in scopes.channels(reader):
            streams += [(ONE_CHANNEL, f"{level}:{ref}") for ref in refs.values_list("ref", flat=True)]
        found: list[Entry] = []
        for start in range(0, len(streams), CHUNK):
            chunk = streams[start : start + CHUNK]
            cursor.execute(
                " UNION ALL ".join(sql for sql, _of in chunk),
                [value for _sql, of in chunk for value in (of, key, OVERFETCH)],
            )
            found += [Entry(*row) for row in cursor.fetchall()]
    return sorted(found, reverse=True)[:OVERFETCH]


def _laterally(reader: Any, key: int) -> tuple[str, list[Any]]:
    """Return one statement for the newest of all streams, and its values."""
    people, params = _followed(reader).query.sql_with_params()
    streams, values = [OF_PEOPLE.format(people=people)], [*params, reader.pk, key, OVERFETCH]
    for level, refs in scopes.channels(reader):
        sql, params = refs.query.sql_with_params()
        streams.append(OF_CHANNELS.format(refs=sql))
        values += [*params, f"{level}:", key, OVERFETCH]
    return LATERAL.format(streams=" UNION ALL ".join(streams)), [*values, OVERFETCH]


def _visible_items(entries: list[Entry], user: Any) -> list[FeedItem]:
    """Keep those whose object the reader may see, of people of whom she wants to hear, in the order of the entries."""
    muted = Mute.objects.filter(user_id=user.pk, person__in={entry.actor_id for entry in entries})
    silent = set(muted.values_list("person_id", flat=True))
    entries = [entry for entry in entries if entry.actor_id not in silent]
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
