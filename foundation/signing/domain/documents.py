"""Freezing a text into a PDF/A file with a place for each signature (H6; help-platform.md §3.1, §3.2)."""

import base64
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pypdfium2
import qrcode
import qrcode.image.svg
from django.conf import settings
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from PIL import Image, ImageDraw, ImageFont

from foundation.accounts.models import Organisation
from foundation.core import kinds
from foundation.core.crypto.fields import canonical
from foundation.core.flow import audit
from foundation.core.models import AuditEntry
from foundation.signing.domain import store
from foundation.signing.domain.authorities import absolute
from foundation.signing.domain.faults import AlreadySigned, RenderingMissing
from foundation.signing.domain.pdf import pades
from foundation.signing.domain.pdf.reading import ATTACHED
from foundation.signing.models import DeviceTask, Revision, SignedDocument
from foundation.signing.models import Slot as SlotRow
from foundation.signing.models.document import new_code

# CSS pixels in a PDF point.
POINT = 0.75
# The room of a signature on the page, in CSS pixels: the seals are drawn into it.
ROOM = (200, 150)
# So many signs a line of the paper has at least, where it is full.
FULL_LINE = 34
HEADING = re.compile(r"第\d+条")
PICTURE_SCALE, PICTURE_QUALITY = 1.6, 78


@dataclass(frozen=True)
class Slot:
    """A party's place: `name` in the file, whose it is, what stands above it on paper (甲方, 乙方)."""

    name: str
    organisation: Organisation
    label: str


def verify_url(number: str, code: str) -> str:
    """Return the public address at which anybody can check a document."""
    with translation.override("zh-hans"):
        return absolute(reverse("signing:verify_document", args=[number, code]))


def qr_svg(text: str) -> str:
    """Return a QR code as an SVG data address, for paper."""
    made = qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, border=1, box_size=6)
    return f"data:image/svg+xml;base64,{base64.b64encode(made.to_string()).decode()}"


@transaction.atomic
def freeze(
    *,
    kind: str,
    about: models.Model,
    number: str,
    title: str,
    html: str,
    data: dict[str, Any],
    slots: Sequence[Slot],
    by: Any,
    code: str = "",
    signed_at_once: bool = False,
) -> SignedDocument:
    """Render a text into its final file, and keep it for good.

    `html` is a whole page or its body, trusted and escaped by the caller; behind it come the places of signatures, and
    every page ends with the number and the QR code of its `/verify/` address. `data` (the clauses) is attached as JSON.
    `code`: one from `new_code`, where the text itself names it. `signed_at_once`: the caller signs in this very
    transaction; then the signature writes down that it was frozen, after it has asked for the time: the log's end is
    never held while another machine is waited for. Raises RenderingMissing, ValueError without slots.
    """
    if not slots or len({slot.name for slot in slots}) != len(slots):
        raise ValueError("every party has a place of its own")
    code = code or new_code()
    whole = _page(html, title, slots)
    attached = canonical({"number": number, "code": code, "title": title, "clauses": data})
    plain, places = _render(whole, attached, number=number, code=code)
    frozen = pades.add_fields(plain, places)
    row = SignedDocument(
        code=code,
        number=number,
        title=title[:120],
        kind=kind,
        about_id=str(about.pk),
        sha256=store.put(frozen),
        html_sha256=store.put(whole.encode(), store.HTML),
        data_sha256=store.put(attached.encode(), store.JSON),
        pages=_pages_of(frozen),
        made_by=by,
    )
    row.latest_sha256 = row.sha256
    row.save(force_insert=True)
    for order, slot in enumerate(slots):
        SlotRow.objects.create(
            document=row, name=slot.name, organisation=slot.organisation, label=slot.label[:60], order=order
        )
    Revision.objects.create(
        document=row, number=0, what=Revision.What.FROZEN, sha256=row.sha256, size=len(frozen)
    )
    if not signed_at_once:
        write_down(row, by=by)
    return row


def write_down(document: SignedDocument, *, by: Any) -> None:
    """Log that a document was frozen, once."""
    if AuditEntry.objects.filter(
        kind="signed_document", object_id=str(document.pk), action="signing.freeze"
    ).exists():
        return
    audit.append(
        "signing.freeze",
        by=by,
        obj=document,
        place_path=place_path(document),
        data={"sha256": document.sha256, "kind": document.kind, "about": document.about_id},
    )


def place_path(document: SignedDocument) -> str:
    """Return where a document belongs: the place of its first party."""
    first = document.slots.select_related("organisation__place").order_by("order").first()
    return first.organisation.place.path if first else ""


@transaction.atomic
def void(document: SignedDocument, *, by: Any) -> None:
    """Take a document out of use before it is signed by all; its files stay. Raises AlreadySigned."""
    locked = SignedDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if locked.completed_at is not None:
        raise AlreadySigned
    if locked.voided_at is None:
        locked.voided_at = timezone.now()
        locked.save(update_fields=["voided_at"])
        DeviceTask.objects.filter(slot__document=locked).delete()
        audit.append("signing.void", by=by, obj=locked, place_path=place_path(locked))
    document.voided_at = locked.voided_at


def page_count(document: SignedDocument) -> int:
    """Return how many pages have to be read before signing."""
    return document.pages


def latest_bytes(document: SignedDocument) -> bytes:
    """Return the file as it is now, with the signatures there are. Raises store.FileGone, store.FileAltered."""
    return store.get(document.latest_sha256)


def frozen_bytes(document: SignedDocument) -> bytes:
    """Return the file as it was frozen, unsigned. Raises store.FileGone, store.FileAltered."""
    return store.get(document.sha256)


def page_picture(document: SignedDocument, number: int, *, watermark: str) -> bytes:
    """Return a page (from 1) of the frozen file as WebP, with the reader's watermark across it.

    Never of the half signed one: what one side has signed is not handed to the other before she signs, too.
    Raises IndexError for no such page, store.FileGone, store.FileAltered.
    """
    if not 1 <= number <= document.pages:
        raise IndexError(number)
    file = pypdfium2.PdfDocument(frozen_bytes(document))
    try:
        picture = file[number - 1].render(scale=PICTURE_SCALE, may_draw_forms=False).to_pil().convert("RGB")
    finally:
        file.close()
    out = io.BytesIO()
    _marked(picture, watermark).save(out, "WEBP", quality=PICTURE_QUALITY, method=2)
    return out.getvalue()


def page_text(document: SignedDocument, number: int) -> str:
    """Return the words of a page (from 1) of the frozen file, a paragraph to a line, for whoever can't read a picture.

    Raises IndexError for no such page, store.FileGone, store.FileAltered.
    """
    if not 1 <= number <= document.pages:
        raise IndexError(number)
    file = pypdfium2.PdfDocument(frozen_bytes(document))
    try:
        lines = file[number - 1].get_textpage().get_text_range().splitlines()
    finally:
        file.close()
    found: list[str] = []
    for line in (one.strip() for one in lines):
        # A line as wide as the page that ends in the middle of a sentence goes on in the next.
        goes_on = found and len(found[-1]) >= FULL_LINE and not found[-1].endswith(("。", "；", "："))
        if goes_on and not HEADING.match(line):
            found[-1] += line
        elif line:
            found.append(line)
    return "\n".join(found)


def _marked(picture: Image.Image, words: str) -> Image.Image:
    if not words:
        return picture
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    font = _watermark_font()
    wide = int(draw.textlength(words, font=font)) + 120
    for row, y in enumerate(range(0, picture.height * 2, 170)):
        for x in range(-wide + (row % 2) * wide // 2, picture.width * 2, wide):
            draw.text((x, y), words, font=font, fill=(120, 120, 120, 58))
    turned = layer.rotate(24, resample=Image.Resampling.BILINEAR)
    return Image.alpha_composite(picture.convert("RGBA"), turned).convert("RGB")


@cache
def _watermark_font() -> Any:
    for path in settings.SIGNING_FONTS:
        try:
            return ImageFont.truetype(path, 24, index=2 if path.endswith(".ttc") else 0)
        except OSError:
            continue
    return ImageFont.load_default(24)


def _page(html: str, title: str, slots: Sequence[Slot]) -> str:
    with translation.override("zh-hans"):
        places = render_to_string("signing/places.html", {"slots": slots})
        if re.search(r"</body\s*>", html):
            return re.sub(r"</body\s*>", lambda _found: f"{places}</body>", html, count=1)
        return render_to_string("signing/paper.html", {"title": title, "body": html, "places": places})


FOOT = """
@page {{ size: A4; margin: 22mm 20mm 30mm;
  @bottom-left {{ content: "{number}"; font: 9pt "Noto Sans CJK SC"; color: #444; white-space: pre; }}
  @bottom-center {{ content: counter(page) " / " counter(pages); font: 9pt "Noto Sans CJK SC"; color: #444; }}
  @bottom-right {{ content: url("{qr}"); vertical-align: middle; }}
}}
.signing-places {{ display: flex; flex-wrap: wrap; gap: 24px; margin-top: 28px; break-inside: avoid; }}
.signing-place, .signing-place__room {{ width: {room[0]}px; }}
.signing-place p {{ margin: 0 0 4px; }}
.signing-place__room {{ height: {room[1]}px; }}
"""


def _render(html: str, attached: str, *, number: str, code: str) -> tuple[bytes, list[pades.Field]]:
    """Return the PDF/A-3b file and where on it the signatures go."""
    try:
        # Here, not above: it loads Pango, which the machine may not have.
        import weasyprint  # noqa: PLC0415
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except (ImportError, OSError):
        raise RenderingMissing from None
    fonts = FontConfiguration()
    # Nothing is read from outside the text itself: no address, no file of this machine.
    fetcher = URLFetcher(allowed_protocols={"data"})
    foot = FOOT.format(
        number=f"{_css(number)}\\A {_css(code)}", qr=qr_svg(verify_url(number, code)), room=ROOM
    )
    sheet = weasyprint.CSS(string=foot, font_config=fonts, url_fetcher=fetcher)
    options: dict[str, Any] = {
        "pdf_variant": "pdf/a-3b",
        "attachments": [weasyprint.Attachment(string=attached, name=ATTACHED, relationship="Source")],
    }
    document = weasyprint.HTML(string=html, url_fetcher=fetcher).render(
        font_config=fonts, stylesheets=[sheet], **options
    )
    places = []
    for page_number, page in enumerate(document.pages):
        for anchor, box in page.anchors.items():
            if anchor.startswith("slot-"):
                left, top, right, bottom = box
                corners = (left, page.height - bottom, right, page.height - top)
                x1, y1, x2, y2 = (round(value * POINT) for value in corners)
                places.append(pades.Field(anchor.removeprefix("slot-"), page_number, (x1, y1, x2, y2)))
    return document.write_pdf(**options), places


def render_plain(html: str, *, number: str, code: str) -> bytes:
    """Return a page of the platform's own as PDF/A, with the same foot. Raises RenderingMissing."""
    page = render_to_string("signing/paper.html", {"title": number, "body": html, "places": ""})
    return _render(
        page, canonical({"number": number, "code": code, "evidence": True}), number=number, code=code
    )[0]


def _css(text: str) -> str:
    """A text as it stands between quotes in a style sheet."""
    return escape(re.sub(r'["\\\n\r<>]', "", text))


def _pages_of(data: bytes) -> int:
    file = pypdfium2.PdfDocument(data)
    try:
        return len(file)
    finally:
        file.close()


def about(document: SignedDocument, user: Any) -> Any:
    """Return what a document is about, where `user` may see it. Raises Http404."""
    return kinds.find(document.kind, document.about_id, user)
