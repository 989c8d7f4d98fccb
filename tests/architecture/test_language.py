"""The interface in two languages (P11): every sentence of ours is marked, translated, and keeps its blanks."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polib
import pytest

from tools.catalogues import ENGLISH, ROOT, compile_all, messages

pytestmark = pytest.mark.row("P11")
HAN = re.compile(r"[\u3400-\u9fff]")
BLANK = re.compile(r"%\(\w+\)s|\{\}")
# What is written once, in its own language, or invented for show.
BY_DESIGN = {
    "templates/500.html",
    "templates/components/footer.html",
    "templates/home/style_guide.html",
    # What is signed is Chinese, whoever reads it.
    "templates/helpagreements/document.html",
    "templates/helpagreements/statement.html",
}


def catalogue() -> polib.POFile:
    return polib.pofile(str(ENGLISH))


def said(entry: polib.POEntry) -> list[str]:
    """What an entry says in English: one sentence, or one for each number."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_sentence_has_an_english_translation_and_none_is_left_over() -> None:
    written = {(entry.msgctxt, entry.msgid): entry for entry in catalogue()}
    assert set(written) == set(messages()), "run `python -m tools.catalogues collect` and translate"
    assert [entry.msgid for entry in written.values() if not entry.translated()] == []
    assert [entry.msgid for entry in written.values() if HAN.search("".join(said(entry)))] == []


def test_translations_keep_the_blanks_that_are_filled_in() -> None:
    for entry in catalogue():
        for words in said(entry):
            assert sorted(BLANK.findall(entry.msgid)) == sorted(BLANK.findall(words)), entry.msgid


def test_no_template_says_anything_that_can_not_be_translated() -> None:
    marked = re.compile(
        r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}|{%.*?%}|{{.*?}}",
        re.DOTALL,
    )
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "templates").rglob("*")
        if path.suffix in (".html", ".txt") and HAN.search(marked.sub("", path.read_text(encoding="utf-8")))
    }
    assert {name for name in found if not name.startswith("templates/home/style_guide")} <= BY_DESIGN


@pytest.mark.django_db
def test_the_interface_answers_in_english(client: Any, portal: Any, person: Callable) -> None:
    compile_all()
    page = client.get("/en/account/login/").content.decode()
    assert re.search(r'<html\s+lang="en"', page)
    assert "Sign in" in page
    client.force_login(person("lin"))
    for address, words in (("/en/feed/", "Post"), ("/en/notifications/", "No notifications yet")):
        assert words in client.get(address).content.decode()
    chinese = client.get("/feed/").content.decode()
    assert re.search(r'<html\s+lang="zh-CN"', chinese)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/en/account/signup/", "/en/account/verification/", "/en/account/profile/"]
)
def test_no_chinese_is_left_on_an_english_form(
    client: Any, portal: Any, person: Callable, address: str
) -> None:
    compile_all()
    if "signup" not in address:
        client.force_login(person("lin", verified="profile" in address))
    page = client.get(address).content.decode()
    body = re.sub(r"<option[^>]*>[^<]*</option>|<a [^>]*lang=\"zh-CN\"[^>]*>[^<]*</a>", "", page)
    shown = re.sub(r"<[^>]+>", " ", body.split("<main", 1)[1].split("</main>", 1)[0])
    names = {"实名lin"}
    assert [word for word in shown.split() if HAN.search(word) and word not in names] == []


def test_the_sources_name_every_folder_of_ours() -> None:
    from tools.catalogues import FOLDERS

    packages = {path.parent.name for path in Path(ROOT).glob("*/apps.py")} | {
        "foundation",
        "site",
        "templates",
    }
    assert packages <= set(FOLDERS)


def test_no_template_puts_a_chinese_colon_between_what_it_shows() -> None:
    """The separator belongs to the sentence, or it stands in the English one too."""
    marked = re.compile(r"{#.*?#}|{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
    found = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "templates").rglob("*.*")
        if re.search(r"[%}]}\s*：|：\s*{[{%]", marked.sub("", path.read_text(encoding="utf-8")))
    ]
    assert [name for name in found if name not in BY_DESIGN] == []


@pytest.mark.django_db
def test_what_is_wrong_with_a_form_is_said_with_an_english_colon(client: Any, portal: Any) -> None:
    compile_all()
    page = client.post("/en/account/login/", {}).content.decode()
    assert 'role="alert"' in page
    assert "：" not in page.split("<main", 1)[1].split("</main>", 1)[0]
