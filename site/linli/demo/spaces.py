"""The demo's albums, diaries, guestbooks and one address book (S3, S4, S5, S7)."""

from datetime import datetime
from typing import Any

from foundation.accounts.models import User
from foundation.core.access.scopes import CONTACTS, ONLY, Scope
from foundation.core.files import pictures
from foundation.core.ids import time_ordered_id
from foundation.social.domain import albums, comments
from foundation.social.models import Album, Comment, FeedEntry
from linli.demo.content import ago, picture, read
from spaces.domain import address_book, diary, guestbook
from spaces.models import DiaryEntry, GuestbookEntry


def make_spaces(people: dict[str, User]) -> None:
    """Let some keep albums and a diary, leave each other words, and one file the people she needs."""
    content = read("spaces")
    for row in content["albums"]:
        _album(row, people)
    for row in content["diary"]:
        _entry(row, people)
    for row in content["guestbooks"]:
        _message(row, people)
    for name, book in content["books"].items():
        _book(book, people[name], people)


def _scope(row: dict[str, Any], author: User) -> Scope:
    return Scope(row["scope"], str(author.pk) if row["scope"] in (CONTACTS, ONLY) else "")


def _talk(target: Any, row: dict[str, Any], people: dict[str, User]) -> None:
    for name, words in row["comments"]:
        said = comments.comment(by=people[name], target=target, text=words)
        Comment.objects.filter(pk=said.pk).update(submit_date=ago(row["days_ago"] * 0.8))


def _in_feed(kind: str, obj: Any, moment: datetime) -> None:
    """Let it stand in the feed where its time puts it: the key carries the time."""
    entry = FeedEntry.objects.filter(kind=kind, object_id=obj.pk)
    entry.update(id=time_ordered_id(moment.timestamp()))


def _album(row: dict[str, Any], people: dict[str, User]) -> None:
    author, moment = people[row["author"]], ago(row["days_ago"])
    made = albums.make_album(by=author, title=row["title"], text=row["text"], scope=_scope(row, author))
    photos = [
        albums.add_photo(made, picture(name), by=author, caption=caption) for name, caption in row["photos"]
    ]
    albums.choose_cover(photos[row["cover"]], by=author)
    for photo in photos:
        pictures.make("", {"id": photo.file_id})
    Album.objects.filter(pk=made.pk).update(created_at=moment)
    _in_feed("album", made, moment)
    _talk(made, row, people)


def _entry(row: dict[str, Any], people: dict[str, User]) -> None:
    author, moment = people[row["author"]], ago(row["days_ago"])
    made = diary.write_entry(
        by=author,
        title=row["title"],
        body=row["body"],
        topics=row["topics"],
        scope=_scope(row, author),
        pictures=[picture(name) for name, _told in row["pictures"]],
        descriptions=[told for _name, told in row["pictures"]],
        publish=True,
    )
    for shown in made.entry_pictures.all():
        pictures.make("", {"id": shown.file_id})
    DiaryEntry.objects.filter(pk=made.pk).update(created_at=moment, published_at=moment)
    _in_feed("diary_entry", made, moment)
    _talk(made, row, people)


def _message(row: dict[str, Any], people: dict[str, User]) -> None:
    owner, moment = people[row["owner"]], ago(row["days_ago"])
    made = guestbook.leave_message(owner, by=people[row["by"]], text=row["text"])
    changed: dict[str, Any] = {"created_at": moment}
    if row["answer"]:
        guestbook.answer(made, row["answer"], by=owner)
        changed["answered_at"] = ago(row["days_ago"] * 0.9)
    GuestbookEntry.objects.filter(pk=made.pk).update(**changed)


def _book(book: dict[str, Any], owner: User, people: dict[str, User]) -> None:
    filed = [(address_book.make_group(name, by=owner), some) for name, some in book["groups"].items()]
    for group, some in [*filed, (None, book["none"])]:
        for name, remark, note in some:
            entry = address_book.file_person(people[name], by=owner)
            address_book.note_down(entry, remark=remark, note=note, group=group, by=owner)
