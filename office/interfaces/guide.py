"""A chapter of the guide as a page: Markdown without HTML, pictures of the site, links to where the reader may go (O7)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import resolve, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from PIL import Image

from foundation.core.access.permissions import has_permission
from office.domain.queries.guide import HEADING, Chapter, chapters

# `[统一审核](page:reviews:list)` leads to a page of the site, `chapter:notices` to another chapter.
PAGE, CHAPTER = "page:", "chapter:"
PICTURES = "guide"


def picture(name: str, language: str) -> str:
    """Return the static file of a picture in that language, or else in the community's own."""
    own = f"{PICTURES}/{language}/{name}.webp"
    return own if finders.find(own) else f"{PICTURES}/{settings.LANGUAGE_CODE}/{name}.webp"


@cache
def _size(file: str) -> tuple[int, int]:
    """How large a picture is, so that the text does not jump when it comes."""
    found = finders.find(file)
    if not found:
        raise FileNotFoundError(file)
    with Image.open(found) as opened:
        return opened.size


def address(target: str, reader: Any, language: str | None) -> str | None:
    """Where a link leads for its reader; None where the page or chapter is not for her.

    Raises NoReverseMatch for a page that there is not.
    """
    if target.startswith(CHAPTER):
        slug = target.removeprefix(CHAPTER)
        known = {one.slug for one in chapters(reader, language)}
        return reverse("office:chapter", args=[slug]) if slug in known else None
    name, _slash, rest = target.removeprefix(PAGE).partition("/")
    name, _mark, query = name.partition("?")
    found = reverse(name, args=rest.split("/") if rest else [])
    access = getattr(resolve(found).func, "access", None)
    if access is not None and access.permission and not has_permission(reader, access.permission):
        return None
    return f"{found}?{query}" if query else found


@dataclass
class Page:
    """What the renderer needs to know of the page it writes."""

    reader: Any
    language: str
    headings: int = 0


class Renderer(RendererHTML):
    """The library's own HTML, but for headings, links and pictures."""

    def heading_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        page: Page = env["page"]
        page.headings += 1
        return str(format_html('<{} id="part-{}">', tokens[at].tag, page.headings))

    def link_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        page: Page = env["page"]
        href = address(unquote(str(tokens[at].attrGet("href"))), page.reader, page.language)
        env["closes"] = "</a>" if href else "</b>"
        return str(format_html('<a href="{}">', href)) if href else "<b>"

    def link_close(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return str(env["closes"])

    def image(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        page: Page = env["page"]
        file = picture(str(tokens[at].attrGet("src")), page.language)
        width, height = _size(file)
        # On a phone whoever wants to read the picture opens it by itself.
        return str(
            format_html(
                '<a class="guide-picture" href="{0}"><img src="{0}" width="{1}" height="{2}" alt="{3}" loading="lazy"></a>',
                static(file),
                width,
                height,
                tokens[at].content,
            )
        )


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}, renderer_cls=Renderer).enable("table")


@dataclass(frozen=True)
class Written:
    """A chapter as a page, and its parts for the list above it."""

    html: SafeString
    parts: list[tuple[str, str]]


def write(chapter: Chapter, *, reader: Any, language: str) -> Written:
    """Turn a chapter into what stands on its page."""
    html = _parser().render(chapter.text, {"page": Page(reader, language)})
    titles = HEADING.findall(chapter.text)
    return Written(
        html=mark_safe(html),  # noqa: S308 - Markdown without HTML, from files of ours
        parts=[(f"part-{number}", title) for number, title in enumerate(titles, 1)],
    )


def targets(chapter: Chapter) -> list[str]:
    """Return what a chapter links to, as its file says it."""
    return re.findall(r"(?<!!)\[[^\]]*\]\(([^)]+)\)", re.sub(r"!\[[^\]]*\]\([^)]+\)", "", chapter.text))
