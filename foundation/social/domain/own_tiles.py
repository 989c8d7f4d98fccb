"""Albums and own polls as tiles of a space (S12)."""

from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation.core.pages.tiles import Line, Tile, TileSource, register, tile_of
from foundation.social.domain.queries.albums import albums_of
from foundation.social.models import Album, Post

MAX_WORDS = 30


def _album(album: Album) -> Line:
    number = album.photo_count
    note = ngettext("%(number)s 张", "%(number)s 张", number) % {"number": number}
    return Line(words=album.title, url=album.url, note=note)


def albums(owner: Any, reader: Any) -> Tile | None:
    """Return the albums in the owner's space that `reader` may see."""
    return tile_of(albums_of(owner, reader), _album, url=reverse("spaces:albums", args=[owner.username]))


def _poll(post: Any) -> Line:
    words = Truncator(" ".join(post.text.split())).chars(MAX_WORDS) or _("投票")
    return Line(words=words, url=post.url, note=_("已结束") if post.poll.is_over else _("进行中"))


def polls(owner: Any, reader: Any) -> Tile | None:
    """Return the owner's statuses with a poll that `reader` may see, the newest first; what stands in circles stays there."""
    visible = (
        Post.objects.visible_to(reader).filter(author=owner, has_poll=True).exclude(scope_level="circle")
    )
    return tile_of(visible.select_related("author", "poll").order_by("-pk"), _poll)


register(TileSource(key="albums", name=gettext_lazy("相册"), icon="image", order=30, read=albums))
register(TileSource(key="polls", name=gettext_lazy("投票"), icon="chart-column", order=40, read=polls))
