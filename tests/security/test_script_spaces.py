"""The same for what a space holds beside statuses: albums, the diary, the guestbook, the address book (S3–S7)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.models import StoredFile
from foundation.social.domain import albums
from spaces.domain import address_book, diary, guestbook
from tests.security.test_script import check

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.row("S3", "S4", "S5", "S7"),
    pytest.mark.security(11),
    pytest.mark.deny,
]


def one_line(payload: str, most: int) -> str:
    return " ".join(payload.split())[:most] or "题"


def test_diaries(person: Callable, portal: Any, payloads: list[str], picture: Callable) -> None:
    """Their text is HTML: what is kept and shown has nothing left that runs."""
    lin, reader, mine = person("lin"), Client(), Client()
    reader.force_login(person("reader"))
    mine.force_login(lin)
    kept = 0
    for payload in payloads:
        for body in (f"看{payload}", f"<div>看{payload}</div>", f'<a href="{payload}">看</a>'):
            try:
                entry = diary.write_entry(
                    by=lin,
                    title=one_line(payload, 60),
                    body=body,
                    topics=[payload],
                    pictures=[picture(size=(16, 12))] if kept % 9 == 0 else [],
                    descriptions=[payload],
                    scope=Scope(PUBLIC),
                    publish=True,
                )
            except ValidationError:
                # Signs that nobody sees make no title.
                continue
            kept += 1
            StoredFile.objects.update(state="ready")
            check(reader.get(entry.url).content.decode(), holds="看")
            if kept % 9 == 0:
                check(mine.get(f"{entry.url}edit/").content.decode())
    assert kept > len(payloads)
    for path in ("/u/lin/diary/", "/feed/"):
        check(mine.get(path).content.decode())


def test_albums_and_captions(person: Callable, portal: Any, payloads: list[str], picture: Callable) -> None:
    lin, client = person("lin"), Client()
    client.force_login(lin)
    for start in range(0, len(payloads), 9):
        some = payloads[start : start + 9]
        try:
            album = albums.make_album(
                by=lin, title=one_line(some[0], 40), text=some[0][:300], scope=Scope(PUBLIC)
            )
        except ValidationError:
            album = albums.make_album(by=lin, title="题", text=some[0][:300], scope=Scope(PUBLIC))
        for payload in some:
            albums.add_photo(album, picture(size=(16, 12)), by=lin, caption=payload)
        StoredFile.objects.update(state="ready")
        for path in (album.url, f"{album.url}edit/", "/u/lin/albums/"):
            check(client.get(path).content.decode())


def test_guestbooks_and_remarks(person: Callable, portal: Any, payloads: list[str], settings: Any) -> None:
    settings.RATES = {**settings.RATES, "guestbook": "1000/h"}
    lin, zhou, client = person("lin"), person("zhou"), Client()
    client.force_login(lin)
    entry = address_book.file_person(zhou, by=lin)
    for payload in payloads:
        left = guestbook.leave_message(lin, by=zhou, text=payload)
        guestbook.answer(left, payload, by=lin)
        group = address_book.make_group(payload, by=lin)
        address_book.note_down(entry, remark=payload[:20], note=payload[:200], group=group, by=lin)
        check(client.get("/people/book/").content.decode())
        check(client.get("/people/book/zhou/").content.decode())
        address_book.drop_group(group, by=lin)
    for number in (1, 2, 3):
        check(client.get("/u/lin/guestbook/", {"page": number}).content.decode())
