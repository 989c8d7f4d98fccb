from foundation.messaging.domain.queries.centre import Line, Page, mutes_of, page_of, unread_count
from foundation.messaging.domain.queries.words import Told, in_words, names_in_words

__all__ = ["Line", "Page", "Told", "in_words", "mutes_of", "names_in_words", "page_of", "unread_count"]
