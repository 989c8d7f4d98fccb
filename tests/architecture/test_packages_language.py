"""The packages speak Chinese wherever a user can meet them (P11): what they lack stands in locale/zh_Hans.

A package's sentences are those of its English catalogue, or, where it ships none, of all its catalogues together;
and whatever its sources mark besides. A package without any catalogue is read from its sources alone. What each is
in Chinese is asked of Django as it merges the catalogues at run time: the packages' first, ours on top.
"""

import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import django.conf
import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.urls import get_resolver, reverse
from django.utils.translation.trans_real import DjangoTranslation

from tools.catalogues import ROOT, compile_all, in_python, in_template, messages

pytestmark = pytest.mark.row("P11")
OURS = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES"
DOMAINS = ("django", "djangojs")
HAN = re.compile(r"[\u3400-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{2,}")
BLANK = re.compile(r"%\(\w+\)[sdr]|%[sd]|\{\w*\}")
NOT_FOR_USERS = {"tests", "management", "migrations", "locale"}
# Names and formats that are written so in Chinese too.
SAME = {
    "AM",
    "HTML",
    "ID",
    "IPv4",
    "IPv6",
    "MFA",
    "PM",
    "RSS",
    "URL",
    "UUID",
    "Wagtail API v2",
    "Wagtail API v3",
    "WebAuthn",
    "%s GB",
    "%s KB",
    "%s MB",
    "%s PB",
    "%s TB",
}
# They ship catalogues and are loaded, but Django does not ask them: they are not in INSTALLED_APPS.
SILENT = {
    "django.contrib.admin": "its widgets are imported, its pages are not routed",
    "django.contrib.admindocs": "its help texts are imported, its pages are not routed",
    "rest_framework": "answers to scripts of Wagtail's admin; its pages are not routed",
    "treebeard": "its form belongs to Django's own admin",
}

type Key = tuple[str | None, str]  # context, id


def spoken() -> dict[str, Path]:
    """Where every installed package of others stands, and Django's own heart."""
    ours = {"linli", *settings.LOCAL_APPS}
    found = {app.name: Path(app.path) for app in apps.get_app_configs() if app.name not in ours}
    return found | {"django.conf": Path(django.conf.__file__).parent}


def catalogues(package: Path, domain: str) -> list[polib.POFile]:
    """The catalogues that name what a package says: its English one, or all of them."""
    english = package / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po"
    if english.exists():
        return [polib.pofile(str(english))]
    written = [polib.pofile(str(path)) for path in sorted(package.glob(f"locale/*/LC_MESSAGES/{domain}.po"))]
    return written or [
        polib.mofile(str(path)) for path in sorted(package.glob(f"locale/*/LC_MESSAGES/{domain}.mo"))
    ]


def marked(package: Path) -> Iterator[tuple[str | None, str, str]]:
    """What a package's sources mark for translation; not those of its parts that are apps by themselves."""
    inner = {path.parent for path in package.rglob("apps.py")} - {package}
    for path in package.rglob("*"):
        read = {".py": in_python, ".html": in_template, ".txt": in_template}.get(path.suffix)
        if (
            read
            and not NOT_FOR_USERS & set(path.relative_to(package).parts)
            and not inner & set(path.parents)
        ):
            yield from read(path.read_text(encoding="utf-8"))


@cache
def sentences(domain: str) -> dict[str, dict[Key, str]]:
    """Every sentence of every package: package → (context, id) → id of the plural."""
    found: dict[str, dict[Key, str]] = {}
    for name, package in spoken().items():
        said: dict[Key, str] = {}
        if domain == "django" and name != "django.conf":
            said = {(context, one): plural for context, one, plural in marked(package) if one.strip()}
        for catalogue in catalogues(package, domain):
            for entry in catalogue:
                if not entry.obsolete:
                    said[entry.msgctxt, entry.msgid] = entry.msgid_plural
        found[name] = said
    return found


@cache
def merged(language: str, domain: str) -> Any:
    """What Django makes of all catalogues in a language, read afresh."""
    compile_all()
    return DjangoTranslation(language, domain=domain)._catalog  # type: ignore[attr-defined]


def chinese(domain: str, key: Key, plural: str) -> str:
    """What a sentence is in Chinese, which has one form for every number; empty where nobody has translated it."""
    name = key[1] if key[0] is None else f"{key[0]}\x04{key[1]}"
    return merged("zh-hans", domain).get((name, 0) if plural else name) or ""


def every(domain: str) -> Iterator[tuple[str, Key, str, str]]:
    """Package, key, plural and Chinese of every sentence."""
    for package, said in sentences(domain).items():
        for key, plural in said.items():
            yield package, key, plural, chinese(domain, key, plural)


def test_what_is_looked_at_is_what_the_packages_say() -> None:
    counts = {name: len(said) for name, said in sentences("django").items()}
    assert counts["wagtail.admin"] > 800
    assert counts["django.conf"] > 300
    assert counts["allauth"] > 300
    assert counts["django_comments_xtd"] > 50, "it has no English catalogue: all its languages together"
    assert counts["wagtail.contrib.routable_page"], "it has no catalogue at all: its sources"
    assert len(sentences("djangojs")["wagtail.admin"]) > 50


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_sentence_of_a_package_has_a_chinese_translation(domain: str) -> None:
    assert [(package, key) for package, key, _, words in every(domain) if not words.strip()] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_translation_is_english_over_again(domain: str) -> None:
    left = {
        key[1]
        for _, key, _, words in every(domain)
        if LATIN.search(BLANK.sub("", words)) and not HAN.search(words)
    }
    assert left <= SAME


@pytest.mark.parametrize("domain", DOMAINS)
def test_translations_keep_the_blanks_that_are_filled_in(domain: str) -> None:
    def blanks(words: str) -> set[str]:
        return set(BLANK.findall(words))

    # A plural may tell more than its singular ("one page", "%(counter)s pages"); never has a translation others.
    broken = [
        (package, key[1], words)
        for package, key, plural, words in every(domain)
        if blanks(words) not in (blanks(plural or key[1]), blanks(key[1]) or blanks(plural))
    ]
    assert broken == []


def test_a_package_without_a_catalogue_has_no_pages_of_its_own() -> None:
    """What it marks in its sources is translated like the rest; a template could say more than it marks."""
    silent = [package for package in spoken().values() if not (package / "locale").exists()]
    assert silent
    assert [path for package in silent for path in package.rglob("*.html")] == []


def test_nobody_is_spoken_to_without_respect() -> None:
    packages = {words for domain in DOMAINS for _, _, _, words in every(domain) if "你" in words}
    written = {
        entry.msgid for path in OURS.glob("*.po") for entry in polib.pofile(str(path)) if "你" in str(entry)
    }
    own = {one for _, one in messages() if "你" in one}
    assert packages | written | own == set()


def test_what_we_translate_is_finished_and_still_said_by_a_package() -> None:
    for domain in DOMAINS:
        said = {key: plural for one in sentences(domain).values() for key, plural in one.items()}
        for entry in polib.pofile(str(OURS / f"{domain}.po")):
            assert entry.translated(), entry.msgid
            assert (entry.msgctxt, entry.msgid) in said, f"no package says {entry.msgid!r} any more"
            assert bool(entry.msgid_plural) == bool(said[entry.msgctxt, entry.msgid]), entry.msgid


def test_a_package_that_django_does_not_ask_for_its_words_has_no_pages() -> None:
    assert get_resolver().url_patterns
    asked = set(spoken().values())
    loaded = {
        name
        for name, module in list(sys.modules.items())
        if (file := getattr(module, "__file__", None))
        and file.endswith("__init__.py")
        and Path(file).parent not in asked
        and any(Path(file).parent.glob("locale/*/LC_MESSAGES/*.[mp]o"))
    }
    assert loaded <= set(SILENT)
    routed = {str(view.__module__) for view in get_resolver().reverse_dict if callable(view)}
    assert not {name for name in routed if name.startswith(tuple(f"{one}." for one in SILENT))}


@pytest.mark.parametrize("domain", DOMAINS)
def test_in_english_no_package_shows_chinese(domain: str) -> None:
    english = merged("en", domain)
    for _, (context, one), plural, _ in every(domain):
        name = one if context is None else f"{context}\x04{one}"
        words = english.get((name, 1) if plural else name) or one
        assert not HAN.search(words), one
        assert not HAN.search(plural), one


@pytest.mark.django_db
def test_the_scripts_of_the_admin_are_given_our_words_too(client: Any, portal: Any) -> None:
    compile_all()
    script = client.get(reverse("wagtailadmin_javascript_catalog")).content.decode()
    given = json.loads(script.split("const newcatalog = ", 1)[1].split(";\n", 1)[0])
    for entry in polib.pofile(str(OURS / "djangojs.po")):
        words = [entry.msgstr_plural[0]] if entry.msgid_plural else entry.msgstr
        assert given[entry.msgid] == words
