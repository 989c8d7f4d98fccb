"""The two engines behind the words: FTS5 on SQLite, a GIN index on PostgreSQL. Both find the same (docs/adr/0021).

FTS5 knows where words stand, so that a longer piece is a phrase. GIN does not: there the pairs of a piece have to
be there, and whether they stand side by side is looked up in the rows that are left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from foundation.core.zh.text import is_han, pairs

TABLE, INDEX = "core_searchtext", "core_searchwords"
# Before each word of pinyin: no text has this sign in a word, so that `he` in English is not 和.
PINYIN = "ˉ"
# So long a word of pinyin may be a beginning.
BEGINNING = 4

SQLITE = (
    # `ascii`: everything beyond it belongs to words, also rare characters that FTS5's own tables do not know.
    f"""CREATE VIRTUAL TABLE {INDEX} USING fts5(
        words, content='{TABLE}', content_rowid='document_id', tokenize='ascii')""",
    f"""CREATE TRIGGER {INDEX}_new AFTER INSERT ON {TABLE} BEGIN
        INSERT INTO {INDEX}(rowid, words) VALUES (new.document_id, new.words); END""",  # noqa: S608 - our own names
    f"""CREATE TRIGGER {INDEX}_gone AFTER DELETE ON {TABLE} BEGIN
        INSERT INTO {INDEX}({INDEX}, rowid, words) VALUES ('delete', old.document_id, old.words); END""",  # noqa: S608
    f"""CREATE TRIGGER {INDEX}_changed AFTER UPDATE ON {TABLE} BEGIN
        INSERT INTO {INDEX}({INDEX}, rowid, words) VALUES ('delete', old.document_id, old.words);
        INSERT INTO {INDEX}(rowid, words) VALUES (new.document_id, new.words); END""",  # noqa: S608
)
POSTGRESQL = (
    # No parser: every word is one as it stands. The cost keeps the planner from reading the words of every row where
    # the index knows, for what lies outside of a row costs more than it believes; a higher one would wake its JIT.
    """CREATE FUNCTION linli_search_words(text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
        COST 100 AS $$ BEGIN RETURN array_to_tsvector(string_to_array(trim($1), ' ')); END $$""",
    f"CREATE INDEX {INDEX} ON {TABLE} USING gin (linli_search_words(words))",
    # The wide columns lie apart: thousands of rows are passed for a common word.
    f"ALTER TABLE {TABLE} SET (toast_tuple_target = 128)",
)


def build(apps: Any, editor: Any) -> None:
    """Make the engine's index, for a migration."""
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def write_at_once(apps: Any, editor: Any) -> None:
    """Let PostgreSQL put each word where it belongs when it is written, for a migration.

    Else new words wait in a list that every search reads through, until some write has to sort thousands in.
    """
    if editor.connection.vendor == "postgresql":
        editor.execute(f"ALTER INDEX {INDEX} SET (fastupdate = off)")
        editor.execute(f"SELECT gin_clean_pending_list('{INDEX}')")


def write_later(apps: Any, editor: Any) -> None:
    """Let new words wait again."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"ALTER INDEX {INDEX} RESET (fastupdate)")


def drop(apps: Any, editor: Any) -> None:
    """Take it away again."""
    if editor.connection.vendor == "sqlite":
        for name in ("new", "gone", "changed"):
            editor.execute(f"DROP TRIGGER {INDEX}_{name}")
        editor.execute(f"DROP TABLE {INDEX}")
        return
    editor.execute(f"DROP INDEX {INDEX}")
    editor.execute("DROP FUNCTION linli_search_words(text)")


@dataclass(frozen=True)
class Word:
    """One thing that has to stand in what is found: a piece of Han, a word of letters, or words of pinyin."""

    text: str
    pinyin: bool = False

    @property
    def pairs(self) -> list[str]:
        return pairs(self.text, for_index=False)


def matching(words: Sequence[Word], *, side_by_side: bool) -> Q:
    """Return the condition that all of `words` stand in a document.

    `side_by_side` False lets PostgreSQL take a piece for found where its pairs stand somewhere.
    """
    if connection.vendor == "sqlite":
        asked = " AND ".join(_fts5(word) for word in words)
        return Q(pk__in=RawSQL(f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s", [asked]))  # noqa: S608, S611 - our own names, values are parameters
    sql = f"SELECT document_id FROM {TABLE} WHERE linli_search_words(words) @@ %s::tsquery"  # noqa: S608
    params = [" & ".join(_tsquery(word) for word in words)]
    if side_by_side:
        for word in words:
            if is_loose(word):
                sql += " AND strpos(words, %s) > 0"
                params.append(f" {' '.join(word.pairs)} ")
    return Q(pk__in=RawSQL(sql, params))  # noqa: S611 - as above


def is_loose(word: Word) -> bool:
    """Say whether the index alone can't know that a piece stands there as a whole."""
    return connection.vendor != "sqlite" and is_han(word.text) and len(word.text) > 2


# Words are Han, letters and digits alone (`zh.text.runs`): nothing of either grammar can be among them.
def _fts5(word: Word) -> str:
    if is_han(word.text):
        return f'"{" ".join(word.pairs)}"'
    if word.pinyin:
        return f'"{PINYIN}{word.text}"'
    beginning = " *" if len(word.text) > 1 else ""
    return f'("{word.text}"{beginning} OR "{PINYIN}{word.text}"{" *" if len(word.text) >= BEGINNING else ""})'


def _tsquery(word: Word) -> str:
    if is_han(word.text):
        return " & ".join(f"'{pair}'" for pair in word.pairs)
    if word.pinyin:
        return f"'{PINYIN}{word.text}'"
    beginning = ":*" if len(word.text) > 1 else ""
    return f"('{word.text}'{beginning} | '{PINYIN}{word.text}'{':*' if len(word.text) >= BEGINNING else ''})"
