"""The agreements of the institutions that somebody belongs to, on her space for herself alone (S12)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from foundation.core.pages.tiles import Line, Tile, TileSource, register, tile_of
from helpagreements.domain.queries.agreements import of_own
from helpagreements.models import Agreement


def _agreement(agreement: Agreement) -> Line:
    return Line(words=agreement.title, url=agreement.get_absolute_url(), note=agreement.get_state_display())


def agreements(owner: Any, reader: Any) -> Tile | None:
    """Return what her institutions were asked to sign; for whom she works she tells others herself."""
    if reader.pk != owner.pk or not reader.organisation_ids:
        return None
    return tile_of(of_own(reader), _agreement, url=reverse("desk_agreements"))


register(
    TileSource(key="agreements", name=gettext_lazy("帮扶协议"), icon="file-text", order=50, read=agreements)
)
