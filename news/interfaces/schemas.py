"""How the API shows what editors publish: the same pictures and words as the pages, block by block."""

from collections.abc import Iterable
from typing import Any

from ninja import Schema
from pydantic import Field
from wagtail.rich_text import expand_db_html

from foundation.core.api.schemas import Moment
from foundation.core.models import PortalImage
from news.blocks import with_sizes
from news.models import ArticlePage, NoticePage

# The very cuts of the pages, in the order in which their templates ask, so that none is cut twice.
PICTURE = ("format-webp|max-480x480", "format-webp|max-960x960", "format-webp|max-1440x1440")
GALLERY = ("format-webp|fill-320x320", "max-1440x1440|format-webp")
POSTER = ("max-1280x720|format-webp",)
THUMB = ("format-webp|fill-320x240",)
COVERS = ("format-webp|fill-480x300", "format-webp|fill-960x600", "format-webp|fill-1440x900")


class ImageOut(Schema):
    """An editor's picture, public with its page."""

    alt: str
    caption: str
    sizes: dict[str, str] = Field(description="Address by name of the size.")


class BlockOut(Schema):
    """One piece of a text; which of the fields are filled its `type` says."""

    type: str = Field(
        description="heading, paragraph, picture, gallery, quote, table, call, attachment or video."
    )
    text: str = Field(description="heading, quote; of a call whom it reaches, of an attachment its title.")
    html: str = Field(description="paragraph: a few harmless tags.")
    source: str = Field(description="quote: from whom.")
    images: list[ImageOut] = Field(description="picture, gallery; of a video its poster.")
    rows: list[list[str]] = Field(description="table.")
    header: bool = Field(description="table: the first row names the columns.")
    number: str = Field(description="call.")
    hours: str = Field(description="call.")
    address: str = Field(description="attachment, video: where it lies.")
    bytes: int = Field(description="attachment.")
    note: str = Field(description="attachment; caption of a video.")


NOTHING: dict[str, Any] = {
    "text": "",
    "html": "",
    "source": "",
    "images": [],
    "rows": [],
    "header": False,
    "number": "",
    "hours": "",
    "address": "",
    "bytes": 0,
    "note": "",
}


def image_out(
    image: PortalImage | None, *, cuts: Iterable[str], caption: str = "", alt: str | None = None
) -> ImageOut | None:
    """Put a picture into the answer; None for one that is gone."""
    if image is None:
        return None
    said = getattr(image, "contextual_alt_text", "") if alt is None else alt
    addresses = {
        next(part for part in spec.split("|") if part != "format-webp"): found.url
        for spec, found in image.get_renditions(*cuts).items()
    }
    return ImageOut(alt=said or "", caption=caption, sizes=addresses)


def _images(items: Iterable[Any], cuts: Iterable[str]) -> list[ImageOut]:
    found = (image_out(item["image"], cuts=cuts, caption=item.get("caption") or "") for item in items)
    return [one for one in found if one is not None]


def _filled(kind: str, value: Any) -> dict[str, Any]:
    match kind:
        case "heading":
            return {"text": value}
        case "paragraph":
            return {"html": expand_db_html(value.source)}
        case "picture":
            return {"images": _images([value], PICTURE)}
        case "gallery":
            return {"images": _images(value["pictures"], GALLERY)}
        case "quote":
            return {"text": value["text"], "source": value["source"] or ""}
        case "table":
            rows = [[str(cell or "") for cell in row] for row in value.get("data", ())]
            return {"rows": rows, "header": bool(value.get("first_row_is_table_header"))}
        case "call":
            return {"text": value["label"], "number": value["number"], "hours": value["hours"] or ""}
        case "attachment":
            document = value["document"]
            return {
                "text": document.title,
                "address": document.url,
                "bytes": document.file_size or 0,
                "note": value["note"] or "",
            }
        case "video":
            poster = image_out(value["poster"], cuts=POSTER)
            return {
                "address": value["film"].url,
                "images": [poster] if poster else [],
                "note": value["caption"] or "",
            }
    return {}


def body_out(body: Any) -> list[BlockOut]:
    """Put a text into the answer, block by block."""
    return [
        BlockOut(type=block.block_type, **NOTHING | _filled(block.block_type, block.value))
        for block in with_sizes(body)
    ]


class ChannelOut(Schema):
    slug: str
    name: str


class ArticleRow(Schema):
    """An article as a list shows it."""

    id: str
    title: str
    summary: str
    channel: ChannelOut
    cover: ImageOut | None
    published_on: Moment
    comments: int
    address: str = Field(description="Of its page.")


class ArticleList(Schema):
    items: list[ArticleRow]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


class ArticleOut(ArticleRow):
    source: str
    byline: str
    tags: list[str]
    readers: int
    comments_open: bool
    body: list[BlockOut]
    related: list[ArticleRow]


def article_row(page: ArticlePage, *, cuts: Iterable[str] = THUMB) -> dict[str, Any]:
    """Put an article into a list."""
    return {
        "id": page.public_id,
        "title": page.title,
        "summary": page.summary,
        "channel": {"slug": page.channel.slug, "name": page.channel.label},
        "cover": image_out(page.cover, cuts=cuts, alt=page.cover.default_alt_text if page.cover else ""),
        "published_on": page.published_on,
        "comments": page.comment_count,
        "address": page.get_absolute_url(),
    }


class NoticeRow(Schema):
    """A notice as a list shows it."""

    id: str
    title: str
    summary: str
    level: str
    level_words: str
    published_on: Moment
    valid_until: Moment | None
    is_over: bool
    must_read: bool
    audience: str = Field(description="For whom it is, in words; empty for everybody.")
    address: str


class NoticeList(Schema):
    items: list[NoticeRow]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


class UpdateOut(Schema):
    """What was added to a notice."""

    text: str
    at: Moment
    ends: bool = Field(description="It lifts the notice.")


class NoticeOut(NoticeRow):
    ended_at: Moment | None = Field(description="When it was lifted before its planned end.")
    updates: list[UpdateOut] = Field(description="The newest first.")
    confirmed: bool | None = Field(
        description="Whether the reader has confirmed it; null: it asks her for nothing."
    )
    body: list[BlockOut]


def notice_row(page: NoticePage) -> dict[str, Any]:
    """Put a notice into a list."""
    return {
        "id": page.public_id,
        "title": page.title,
        "summary": page.summary,
        "level": page.level,
        "level_words": str(page.get_level_display()),
        "published_on": page.published_on,
        "valid_until": page.valid_until,
        "is_over": page.is_over,
        "must_read": page.must_read,
        "audience": page.audience_words,
        "address": page.get_absolute_url(),
    }
