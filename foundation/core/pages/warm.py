"""Pictures of the portal are cut to their sizes when a page is published, not by its first reader.

A first reader who waits for forty sizes waits half a minute (performance.md §3).
"""

from typing import Any

from wagtail.models import Page

from foundation.core.flow import outbox

CHANNEL = "warm_page"


def warm_later(sender: Any, instance: Page, revision: Any = None, **_kwargs: Any) -> None:
    """Leave the rendering of a page that was just published to a worker."""
    outbox.enqueue(
        CHANNEL, key=f"warm:{instance.pk}:{revision.pk if revision else 0}", payload={"id": instance.pk}
    )


@outbox.handler(CHANNEL)
def warm(key: str, payload: dict[str, Any]) -> None:
    """Render the page and those above it once, as a visitor would see them: that makes every missing size."""
    page = Page.objects.live().filter(pk=payload["id"]).first()
    if page is None:
        return
    for one in [page, *page.get_ancestors().live().filter(depth__gt=1).order_by("-depth")]:
        one.specific.make_preview_request()
