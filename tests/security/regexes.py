"""Every regular expression of ours against what it likes least, each text within a limit of processor time.

    python -m tests.security.regexes SECONDS [NUMBER]

names each before it begins and `done` at the end; the system kills the process at the first that takes longer. With
a NUMBER it begins there.
"""

import ast
import importlib
import re
import resource
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from re import _constants as sre  # what the compiler itself reads an expression by
from re import _parser as parser
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDERS = ("foundation", "site", *sorted(path.parent.name for path in ROOT.glob("*/apps.py")))
CALLS = {"compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn", "template"}
LONG, MILLION = 50_000, 1_000_000
TAILS = ("", "\x00")
# A key of ninety signs: every caller looks at its beginning alone, and the API's engine goes back nowhere.
MATCHED_ONLY = {"foundation/social/models/draft.py"}
CATEGORIES = {
    sre.CATEGORY_DIGIT: "7",
    sre.CATEGORY_NOT_DIGIT: "x",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_NOT_SPACE: "x",
    sre.CATEGORY_WORD: "w",
    sre.CATEGORY_NOT_WORD: "-",
}


class NotFound(Exception):
    """An expression that is put together where nobody can read it without running the code."""


def in_sources() -> Iterator[tuple[str, re.Pattern]]:
    """Every expression in our modules. Raises NotFound for one that is neither literal nor a constant of its module."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts and re.search(r"\bre\.|Regex|import re\b", path.read_text()):
                yield from in_module(path)


def in_module(path: Path) -> Iterator[tuple[str, re.Pattern]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        id(node.value): node.targets[0].id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in ("re", "regex"):
            raise NotFound(f"{path}:{node.lineno}: call it re.…, so that it is found")
        if isinstance(node, ast.Call) and node.args and _is_regex(node.func):
            given, name = node.args[0], constants.get(id(node))
            if isinstance(given, ast.Constant):
                found = re.compile(given.value, _flags(node))
            elif name or isinstance(given, ast.Name):
                found = getattr(_module(path), name or given.id, None)
                found = getattr(found, "regex", found)
            else:
                found = None
            if not isinstance(found, re.Pattern):
                raise NotFound(f"{path}:{node.lineno}: make it a constant of the module, so that it is found")
            yield f"{path.relative_to(ROOT)}:{node.lineno}", found


def _is_regex(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        return isinstance(called.value, ast.Name) and called.value.id == "re" and called.attr in CALLS
    return isinstance(called, ast.Name) and called.id in ("RegexValidator", "RegexField")


def _flags(call: ast.Call) -> int:
    flags = 0
    for node in [*call.args[1:], *(keyword.value for keyword in call.keywords)]:
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "re":
                flag = getattr(re, part.attr)
                flags |= flag if isinstance(flag, re.RegexFlag) else 0
    return flags


def _module(path: Path) -> Any:
    parts = path.relative_to(ROOT).with_suffix("").parts
    dotted = ".".join(parts[1:] if parts[0] == "site" else parts)
    return importlib.import_module(dotted.removesuffix(".__init__"))


def of_addresses() -> Iterator[tuple[str, re.Pattern]]:
    """What the resolver tries on the address of every request, packages' routes included."""
    from django.urls import get_resolver

    waiting, seen = [get_resolver()], set()
    while waiting:
        resolver = waiting.pop()
        waiting += getattr(resolver, "url_patterns", [])
        pattern = resolver.pattern.regex
        if pattern.pattern not in seen:
            seen.add(pattern.pattern)
            yield f"address {pattern.pattern}", pattern


def atoms(parsed: Any) -> Iterator[str]:
    """One sign for each thing that an expression can look at."""
    for operation, argument in parsed:
        if operation in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            yield one(operation, argument)
            if operation is sre.IN:
                yield from {_sign(part) for part in argument} - {""}
        for part in _parts(operation, argument):
            yield from atoms(part)


def bodies(parsed: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """For everything that repeats: what gets an expression there, and what it repeats."""
    for operation, argument in parsed:
        if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            yield before, sample(argument[2])
        for part in _parts(operation, argument):
            yield from bodies(part, before)
        before += sample([(operation, argument)])


def sample(parsed: Any) -> str:
    """A text that an expression, more or less, fits."""
    text = ""
    for operation, argument in parsed:
        if operation in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            text += one(operation, argument)
        elif operation in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            text += sample(argument[2]) * max(1, argument[0])
        elif operation not in (sre.ASSERT, sre.ASSERT_NOT):
            text += "".join(sample(part) for part in list(_parts(operation, argument))[:1])
    return text


def _parts(operation: Any, argument: Any) -> Iterator[Any]:
    """The expressions inside one: of a group, a repetition, each branch, what is looked for ahead or behind."""
    if operation is sre.BRANCH:
        yield from argument[1]
    elif operation is not sre.IN and isinstance(argument, tuple | list | parser.SubPattern):
        yield from (part for part in argument if isinstance(part, parser.SubPattern))
        if isinstance(argument, parser.SubPattern):
            yield argument


def one(operation: Any, argument: Any) -> str:
    if operation is sre.LITERAL:
        return chr(argument)
    if operation is sre.IN and argument[0][0] is not sre.NEGATE:
        return _sign(argument[0]) or "x"
    return "x"


def _sign(part: tuple) -> str:
    kind, argument = part
    if kind is sre.LITERAL:
        return chr(argument)
    if kind is sre.RANGE:
        return chr(argument[0])
    return CATEGORIES.get(argument, "") if kind is sre.CATEGORY else ""


def nasty(pattern: re.Pattern) -> Iterator[str]:
    """Long texts that nearly fit: each sign, each thing that repeats, and the whole, 50 000 signs of it and a tail."""
    parsed = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    starts = {("", atom) for atom in atoms(parsed)} | {("", "x"), ("", sample(parsed))} | set(bodies(parsed))
    for before, body in sorted(starts):
        if body:
            for tail in TAILS:
                yield before + body * (LONG // len(body)) + tail


def look(pattern: re.Pattern, limit: Callable[[], None], *, anywhere: bool = True) -> None:
    """Do with a pattern whatever its callers may do; `limit` begins to count anew with every text."""
    for text in nasty(pattern):
        limit()
        pattern.match(text)
        pattern.fullmatch(text)
        for _found in pattern.finditer(text) if anywhere else ():
            pass


def functions() -> Iterator[tuple[str, Callable[[], Any]]]:
    """What reads a text sign by sign, over a million of them."""
    from foundation.accounts.domain.newcomers import has_link
    from foundation.core.zh.text import segment
    from foundation.moderation.models.word import looked_for
    from foundation.moderation.rules import folded
    from foundation.social.domain import text as social
    from identity.rules import normalise

    readers = (has_link, segment, looked_for, folded, normalise)
    for reader in (*readers, social.written, social.names_in, social.topics_in, social.to_html):
        for body in ("字", "a。", "@#", "\u0345", "\ufdfa", "www .", "\n "):
            text = body * (MILLION // len(unicodedata.normalize("NFKC", body)))
            yield (
                f"{reader.__module__}.{reader.__name__} of {body!r}",
                lambda reader=reader, text=text: reader(text),
            )


def targets(limit: Callable[[], None]) -> Iterator[tuple[str, Callable[[], Any]]]:
    """All that has to end, with its name; the first never does, so that whoever asks knows that it is noticed."""
    yield "(a+)+$", lambda: look(re.compile("(a+)+$"), limit)
    for where, pattern in [*in_sources(), *of_addresses()]:
        anywhere = where.split(":")[0] not in MATCHED_ONLY
        yield where, lambda pattern=pattern, anywhere=anywhere: look(pattern, limit, anywhere=anywhere)
    yield from functions()


def say(words: str) -> None:
    """Name something at once: what is killed says no more."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> int:
    """Run one after the other; only a signal ends it early."""
    import django

    django.setup()
    seconds, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0

    def limit() -> None:
        end = int(time.process_time()) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (end, resource.RLIM_INFINITY))

    for number, (name, run) in enumerate(targets(limit)):
        if number >= first:
            say(f"{number} {name}")
            limit()
            run()
    say("done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
