"""A poster for the board at the gate: title, a few words, and a code that leads to the whole text (P1)."""

import io

import qrcode
import qrcode.image.svg
from django.utils.safestring import SafeString, mark_safe

from news.models import ArticlePage, NoticePage

KINDS: dict[str, type[ArticlePage] | type[NoticePage]] = {"article": ArticlePage, "notice": NoticePage}


def of(kind: str, public_id: str) -> ArticlePage | NoticePage:
    """Return what everybody may read: who passes the board is anybody. Raises LookupError for anything else."""
    model = KINDS.get(kind)
    found = model.objects.visible_to(None).filter(public_id=public_id).first() if model else None
    if found is None:
        raise LookupError(public_id)
    return found


def code(address: str) -> SafeString:
    """Return the code of an address as a drawing, strong enough for a crumpled sheet."""
    made = qrcode.make(
        address,
        image_factory=qrcode.image.svg.SvgPathImage,
        border=2,
        error_correction=qrcode.constants.ERROR_CORRECT_Q,
    )
    drawing = io.BytesIO()
    made.save(drawing)
    text = drawing.getvalue().decode()
    # Made of the address alone, which stands in it as squares.
    return mark_safe(text[text.index("<svg") :])  # noqa: S308
