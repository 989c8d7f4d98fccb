"""The code of an invitation's address as a drawing, for a sheet on the board at the gate (G3)."""

import io

import qrcode
import qrcode.image.svg
from django.utils.safestring import SafeString, mark_safe


def code_of(address: str) -> SafeString:
    """Return the code of an address, strong enough for a crumpled sheet."""
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
