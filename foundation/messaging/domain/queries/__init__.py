from foundation.messaging.domain.queries.centre import (
    Line,
    Page,
    header_counts,
    mute_of,
    mutes_of,
    page_of,
    unread_count,
)
from foundation.messaging.domain.queries.words import Told, bundled, in_words, names_in_words

__all__ = [
    "Line",
    "Page",
    "Told",
    "bundled",
    "header_counts",
    "in_words",
    "mute_of",
    "mutes_of",
    "names_in_words",
    "page_of",
    "unread_count",
]
