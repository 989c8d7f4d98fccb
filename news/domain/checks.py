"""What an editor is told about a draft before she submits it: pictures without words, long sentences, no date, odd numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from wagtail.models import Page

from news.models import ArticlePage, NoticePage
from news.rules import MOST_SIGNS, looks_like_phone, numbers_in, says_when, sentences

MOST = 8
# What a camera or a download calls a file.
FILE_NAME = re.compile(r"(?i)\.(avif|gif|jpe?g|png|svg|webp|heic)$|^(img|dsc|image|微信图片)[\W_\d]*$")


@dataclass(frozen=True)
class Finding:
    """One thing to mend: `where` names the passage."""

    words: str
    where: str = ""


def findings(page: Page) -> list[Finding]:
    """Return what could be better about a draft, at most `MOST`; nothing of it keeps anybody from publishing."""
    found = [*_pictures(page), *_numbers(page)]
    if isinstance(page, NoticePage):
        found += _times(page)
    return [*found, *_sentences(page)][:MOST]


def _pictures(page: Any) -> Iterator[Finding]:
    cover = getattr(page, "cover", None)
    if isinstance(page, ArticlePage) and cover is not None and not cover.description:
        yield Finding(_("封面没有替代文字，看不见图的人不知道画的是什么。"), cover.title)
    for image, caption in pictures_of(page):
        alt = image.contextual_alt_text or ""
        if image.decorative:
            continue
        if not alt.strip():
            yield Finding(_("图片没有替代文字，看不见图的人不知道画的是什么。"), caption or image.title)
        elif FILE_NAME.search(alt.strip()):
            yield Finding(_("替代文字是文件名，请写图里有什么。"), alt)


def pictures_of(page: Any) -> Iterator[tuple[Any, str]]:
    """Yield the pictures of a text with their captions."""
    for block in getattr(page, "body", None) or ():
        match block.block_type:
            case "picture":
                shown = [block.value]
            case "gallery":
                shown = list(block.value.get("pictures") or ())
            case _:
                continue
        for one in shown:
            if one.get("image") is not None:
                yield one["image"], one.get("caption") or ""


def _texts(page: Any) -> Iterator[str]:
    yield getattr(page, "summary", "")
    for block in getattr(page, "body", None) or ():
        if block.block_type == "paragraph":
            # A list's lines and paragraphs are sentences of their own.
            yield strip_tags(re.sub(r"</(p|li)>", "\n", block.value.source))


def _sentences(page: Any) -> Iterator[Finding]:
    for text in _texts(page):
        for sentence in sentences(text):
            if len(sentence) > MOST_SIGNS:
                yield Finding(
                    _("这句话有 %(number)s 个字，拆成两句更好读。") % {"number": len(sentence)}, sentence
                )


def _times(page: NoticePage) -> Iterator[Finding]:
    if page.valid_until is None:
        yield Finding(_("没有写有效期：过期的公告会一直挂在上面。"))
    if not any(says_when(text) for text in (page.title, *_texts(page))):
        yield Finding(_("没有写哪一天、几点：居民最先找的是时间。"))


def _numbers(page: Any) -> Iterator[Finding]:
    for block in getattr(page, "body", None) or ():
        if block.block_type == "call" and not looks_like_phone(block.value["number"] or ""):
            yield Finding(_("这个电话号码不完整，按下去打不通。"), block.value["number"])
    for text in _texts(page):
        for number in numbers_in(text):
            yield Finding(_("正文里的电话按不了，请改用“电话”积木。"), number)
