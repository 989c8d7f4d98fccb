"""The words of agreements: filled in, looked through for what must not stand there, laid side by side."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric

from foundation.core.facets import Words
from helpagreements.models import Agreement, Clause, Version

PLACEHOLDER = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")
DIGITS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?!\d)")
BETWEEN = re.compile(r"(?<=\d)[\s\-·.]+(?=[\dXx])")
SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]?")


def filled(text: str, agreement: Agreement) -> str:
    """Put the agreement's own facts into a clause; a placeholder that is none of them stays as it is, for all to see."""
    facts = facts_of(agreement)
    return PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), text)


def facts_of(agreement: Agreement) -> dict[str, str]:
    """Return what `{{…}}` can name."""
    return {
        "编号": agreement.number,
        "名称": agreement.title,
        "社区": agreement.community.name,
        "机构": agreement.institution.name,
        "机构代码": agreement.institution.code,
        "生效日": in_chinese(agreement.starts_on),
        "截止日": in_chinese(agreement.ends_on),
    }


def placeholders(agreement: Agreement) -> str:
    """Return what can be named in a clause, as it is written there."""
    return " ".join(f"{{{{{name}}}}}" for name in facts_of(agreement))


def in_chinese(day: object) -> str:
    """Return a date as it stands in an agreement, whatever language the reader has."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "____年__月__日"  # type: ignore[attr-defined]


def unknown_placeholders(texts: Iterable[str], agreement: Agreement) -> list[str]:
    """Return the names in `{{…}}` that nothing would be put in for."""
    known = facts_of(agreement)
    return sorted({found[1] for text in texts for found in PLACEHOLDER.finditer(text)} - set(known))


def personal_data_in(text: str) -> bool:
    """Say whether an identity or mobile number of a person stands in the text: an agreement names no child (§2.1 push)."""
    # Full-width digits, and blanks or strokes between them, are still a number.
    plain = BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    for found in DIGITS.finditer(plain):
        digits = found[0].upper()
        if len(digits) == 11 or ric.is_valid(digits):
            return True
    return False


@dataclass(frozen=True)
class Piece:
    """A run of words: `same`, `gone` or `new`."""

    what: str
    text: str


@dataclass(frozen=True)
class Change:
    """What became of one clause between two versions: `same`, `changed`, `new` or `gone`."""

    what: str
    title: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Comparison:
    """Two versions laid side by side: what is different beside the clauses, and every clause."""

    older: Version
    newer: Version
    facts: list[tuple[Words, str, str]]
    changes: list[Change]

    @property
    def changed(self) -> list[Change]:
        return [change for change in self.changes if change.what != "same"]


def compare(older: Version, newer: Version) -> Comparison:
    """Say in plain words what differs between two versions (help-platform.md §6, 9)."""
    facts: list[tuple[Words, str, str]] = [
        (words, str(before), str(after))
        for words, before, after in (
            (_("名称"), older.title, newer.title),
            (_("生效日"), in_chinese(older.starts_on), in_chinese(newer.starts_on)),
            (_("截止日"), in_chinese(older.ends_on), in_chinese(newer.ends_on)),
        )
        if before != after
    ]
    before, after = _by_key(older), _by_key(newer)
    changes = [_change(before.get(key), clause) for key, clause in after.items()]
    changes += [
        Change("gone", clause.title, [Piece("gone", clause.text)])
        for key, clause in before.items()
        if key not in after
    ]
    return Comparison(older, newer, facts, changes)


def _by_key(version: Version) -> dict[str, Clause]:
    """Return the clauses as they are read: with the agreement's own facts in them."""
    found = {clause.key: clause for clause in version.clauses.all()}
    for clause in found.values():
        clause.text = filled(clause.text, version.agreement)
    return found


def _change(before: Clause | None, after: Clause) -> Change:
    if before is None:
        return Change("new", after.title, [Piece("new", after.text)])
    if (before.text, before.title) == (after.text, after.title):
        return Change("same", after.title, [Piece("same", after.text)])
    return Change("changed", after.title, pieces(before.text, after.text))


def pieces(before: str, after: str) -> list[Piece]:
    """Lay two texts side by side: sentence by sentence, and inside a changed one sign by sign."""
    found: list[Piece] = []
    old, new = SENTENCE.findall(before), SENTENCE.findall(after)
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "replace":
            found += _signs("".join(old[a:b]), "".join(new[c:d]))
        else:
            found += (
                _run("same" if what == "equal" else "gone", "".join(old[a:b])) if what != "insert" else []
            )
            found += _run("new", "".join(new[c:d])) if what == "insert" else []
    return found


def _signs(before: str, after: str) -> list[Piece]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    # Two sentences with little in common are read better one after the other than letter by letter.
    if matcher.ratio() < 0.5:
        return [*_run("gone", before), *_run("new", after)]
    found: list[Piece] = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            found += _run("same", before[a:b])
        else:
            found += [*_run("gone", before[a:b]), *_run("new", after[c:d])]
    return found


def _run(what: str, text: str) -> Sequence[Piece]:
    return [Piece(what, text)] if text else []
