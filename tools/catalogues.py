"""Catalogues of translations, without gettext installed.

python -m tools.catalogues           compile locale/*/LC_MESSAGES/*.po to .mo
python -m tools.catalogues collect   bring locale/en up to date with the sources: new ids untranslated, old ones gone
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
ENGLISH, CHINESE = (
    ROOT / "locale" / language / "LC_MESSAGES" / "django.po" for language in ("en", "zh_Hans")
)
FOLDERS = (
    "daily",
    "foundation",
    "helpagreements",
    "home",
    "identity",
    "news",
    "office",
    "organisations",
    "residents",
    "site",
    "spaces",
    "templates",
)
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
CONTEXT = {"pgettext", "pgettext_lazy"}
PLURAL = {"ngettext", "ngettext_lazy"}
STRING = r"""u?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
# What Django makes of `{% translate %}`: the words of its own extractor, with strings in Python's way.
IN_TEMPLATE = re.compile(rf"\b(gettext|pgettext|ngettext|_)\(\s*{STRING}(?:\s*,\s*{STRING})?")

type Message = tuple[str | None, str, str]  # context, id, id of the plural


def in_python(source: str) -> Iterator[Message]:
    """Yield the messages that a module marks for translation."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [
            arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if node.func.id in SINGULAR and texts:
            yield None, texts[0], ""
        elif node.func.id in CONTEXT:
            yield texts[0], texts[1], ""
        elif node.func.id in PLURAL:
            yield None, texts[0], texts[1]


def in_template(source: str) -> Iterator[Message]:
    """Yield the messages of a template, as Django's own extractor sees them."""
    from django.utils.translation.template import templatize  # noqa: PLC0415 - compiling needs no Django

    for name, first, second in IN_TEMPLATE.findall(templatize(source)):
        one = ast.literal_eval(first)
        other = ast.literal_eval(second) if second else ""
        if name == "pgettext":
            yield one, other, ""
        else:
            yield None, one, other if name == "ngettext" else ""


def messages() -> dict[tuple[str | None, str], str]:
    """Return every message of ours: (context, id) → id of the plural."""
    found: dict[tuple[str | None, str], str] = {}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            read = {".py": in_python, ".html": in_template, ".txt": in_template}.get(path.suffix)
            # In our copies of Wagtail's templates the words are Wagtail's.
            if read is None or {"migrations", "wagtailadmin"} & set(path.parts):
                continue
            for context, message, plural in read(path.read_text(encoding="utf-8")):
                found[context, message] = plural or found.get((context, message), "")
    return found


def collect() -> int:
    """Write locale/en anew, keeping what is translated; return how many messages wait for a translation."""
    known = (
        {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(ENGLISH))}
        if ENGLISH.exists()
        else {}
    )
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "en",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for (context, message), plural in sorted(
        messages().items(), key=lambda item: (item[0][1], item[0][0] or "")
    ):
        entry = known.get((context, message)) or polib.POEntry(msgctxt=context, msgid=message)
        entry.msgid_plural = plural
        if plural and not entry.msgstr_plural:
            entry.msgstr, entry.msgstr_plural = "", {0: "", 1: ""}
        catalogue.append(entry)
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(ENGLISH))
    return len(catalogue.untranslated_entries())


def compile_all() -> None:
    """Write every catalogue that is older than its source; through a sibling file, as a server may be reading."""
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        target, read = source.with_suffix(".mo"), [source]
        if source == CHINESE:
            read.append(ENGLISH)
        if target.exists() and target.stat().st_mtime >= max(path.stat().st_mtime for path in read):
            continue
        fresh, catalogue = target.with_suffix(".mo.new"), polib.pofile(str(source))
        if source == CHINESE:
            _say_ours(catalogue)
        catalogue.save_as_mofile(str(fresh))
        fresh.replace(target)


def _say_ours(catalogue: polib.POFile) -> None:
    """Add our own words to the Chinese catalogue as they stand in the sources.

    A word that no catalogue has is looked for in those of all packages, for every word of every page.
    """
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue}
    for entry in polib.pofile(str(ENGLISH)):
        if not entry.msgid_plural and (entry.msgctxt, entry.msgid) not in known:
            catalogue.append(polib.POEntry(msgctxt=entry.msgctxt, msgid=entry.msgid, msgstr=entry.msgid))


def main() -> int:
    """Read the command line."""
    if sys.argv[1:] == ["collect"]:
        missing = collect()
        print(f"catalogues: {missing} without a translation in {ENGLISH.relative_to(ROOT)}")
        return 1 if missing else 0
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
