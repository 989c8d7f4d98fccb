"""The diary as a tile of a space (S12)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from foundation.core.pages.tiles import Line, Tile, TileSource, register, tile_of
from foundation.core.templatetags.linli import when
from spaces.models import DiaryEntry


def _entry(entry: Any) -> Line:
    return Line(words=entry.title, url=entry.url, note=when(entry.published_at))


def diary(owner: Any, reader: Any) -> Tile | None:
    """Return the owner's published entries that `reader` may see, the newest first."""
    visible = DiaryEntry.objects.visible_to(reader).filter(author=owner, published_at__isnull=False)
    rows = visible.select_related("author").order_by("-published_at", "-pk")
    return tile_of(rows, _entry, url=reverse("spaces:diary", args=[owner.username]))


register(TileSource(key="diary", name=gettext_lazy("日志"), icon="book-open", order=20, read=diary))
