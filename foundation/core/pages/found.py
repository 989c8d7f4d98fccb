"""How pages are found (P9): who finds them, in what language, and what changes many of them at once."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import post_page_move

from foundation.core import kinds
from foundation.core.access.models import Scoped
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.facets import SearchFacet
from foundation.core.flow import outbox
from foundation.core.pages.models import BasePage
from foundation.core.search import indexing

CHANNEL = "search_pages"
# Another wording, or another address, is another state: until the index follows, the page is not found.
STATE = ("title", "last_published_at", "url_path")


def page_scope(page: BasePage) -> Scope | None:
    """Return for whom a published page is, nobody for drafts, for what is over and for private sections."""
    if not page.live or page.has_ended or page.get_view_restrictions().exists():
        return None
    return page.scope if isinstance(page, Scoped) else Scope(PUBLIC)


def body_text(body: Any) -> str:
    """Return the words of a page's blocks."""
    return " ".join(map(str, body.stream_block.get_searchable_content(body)))


@outbox.handler(CHANNEL, inward=True)
def _write_below(_key: str, payload: dict[str, Any]) -> None:
    for key, kind in kinds.all_kinds().items():
        if isinstance(kind.search, SearchFacet) and issubclass(kind.model_class, Page):
            ids = kind.model_class._default_manager.filter(path__startswith=payload["below"])
            indexing.write(key, list(ids.values_list("pk", flat=True)))


def _changed(page: Page) -> None:
    outbox.enqueue(CHANNEL, key=None, payload={"below": page.path})


def _restricted(instance: PageViewRestriction, **_facts: Any) -> None:
    _changed(instance.page)


def _moved(instance: Page, **_facts: Any) -> None:
    _changed(instance)


def _page_saved(instance: Page, **_facts: Any) -> None:
    """Wagtail also saves pages as plain ones, whose own model hears nothing of it."""
    _changed(instance)


def connect() -> None:
    """Listen to what changes pages. Called once, at the start."""
    for signal in (post_save, post_delete):
        signal.connect(_restricted, sender=PageViewRestriction, dispatch_uid="search.restrictions")
    post_save.connect(_page_saved, sender=Page, dispatch_uid="search.plain_pages")
    post_page_move.connect(_moved, dispatch_uid="search.moves")
