"""The guide for those who work in the admin (O7): chapters in plain files, each for those whom it concerns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from foundation.accounts.permissions import AccountPermission
from foundation.core.access.permissions import Permission, has_permission, named, require

FOLDER = Path(__file__).resolve().parents[2] / "guide"
FILE = re.compile(r"(?P<number>\d\d)-(?P<slug>[a-z-]+)\.md")
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
LINK = re.compile(r"\[([^\]]*)\]\([^)]+\)")
MARKS = re.compile(r"^ *(?:#+|>|-|\d+\.) |[*`]+", re.MULTILINE)
AROUND = 40


@dataclass(frozen=True)
class Chapter:
    """One chapter in one language; `permissions` are the rights of which its reader holds at least one."""

    slug: str
    title: str
    summary: str
    icon: str
    permissions: tuple[Permission, ...]
    pages: tuple[str, ...]
    text: str

    @property
    def plain(self) -> str:
        """What is read of it, without the marks of the file."""
        words = PICTURE.sub(r"\1", self.text)
        return MARKS.sub("", LINK.sub(r"\1", words))


@dataclass(frozen=True)
class Found:
    """A chapter in which something was found, and the words around it."""

    chapter: Chapter
    before: str = ""
    match: str = ""
    after: str = ""


def read(path: Path) -> Chapter:
    """Read one file: lines of `name: value` between two rules, then the text. Raises KeyError for what is missing."""
    _nothing, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
    given = dict(line.split(": ", 1) for line in head.strip().splitlines())
    parts = FILE.fullmatch(path.name)
    if parts is None:
        raise KeyError(path.name)
    return Chapter(
        slug=parts["slug"],
        title=given["title"],
        summary=given["summary"],
        icon=given["icon"],
        permissions=tuple(named(name) for name in given.get("permissions", "").split()),
        pages=tuple(given.get("pages", "").split()),
        text=text.strip(),
    )


@cache
def _written(language: str) -> tuple[Chapter, ...]:
    return tuple(read(path) for path in sorted((FOLDER / language).glob("*.md")))


def in_language(language: str | None) -> tuple[Chapter, ...]:
    """Return every chapter in that language, or in the community's own where the guide is not written in it."""
    return _written(language or "") or _written(settings.LANGUAGE_CODE)


def concerns(chapter: Chapter, by: Any) -> bool:
    """Say whether the chapter is about something that `by` may do."""
    return not chapter.permissions or any(has_permission(by, one) for one in chapter.permissions)


def chapters(by: Any, language: str | None) -> list[Chapter]:
    """Return the chapters for `by`. Raises Refused for those who do not work in the admin."""
    require(by, AccountPermission.ENTER_ADMIN)
    return [chapter for chapter in in_language(language) if concerns(chapter, by)]


def search(among: list[Chapter], query: str) -> Iterator[Found]:
    """Yield the chapters that contain all words of the query, with what stands around the first of them."""
    words = query.casefold().split()
    for chapter in among:
        text = " ".join(f"{chapter.title} {chapter.summary} {chapter.plain}".split())
        folded = text.casefold()
        if not words or not all(word in folded for word in words):
            continue
        # Where folding changes the length the place would be another one.
        start = folded.index(words[0]) if len(folded) == len(text) else 0
        end = start + len(words[0])
        yield Found(chapter, text[max(0, start - AROUND) : start], text[start:end], text[end : end + AROUND])


def about(view_name: str, by: Any, language: str | None) -> Chapter | None:
    """Return the chapter that explains the page of that name, where there is one for `by`."""
    return next(
        (one for one in in_language(language) if view_name in one.pages and concerns(one, by)),
        None,
    )
