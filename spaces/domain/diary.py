"""Writing, publishing, editing and deleting diary entries (S3)."""

import uuid
from collections.abc import Collection, Sequence
from html import unescape
from typing import Any

import nh3
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.html import linebreaks, strip_tags
from django.utils.translation import gettext as _

from foundation.core.access import scopes
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.access.scopes import Scope
from foundation.core.files import uploads
from foundation.core.files.room import check_room
from foundation.core.flow import audit
from foundation.core.pages.version import taken_back
from foundation.core.text import check, follow_up, stand_in_line
from foundation.social.domain import comments
from foundation.social.domain.newcomers import check_newcomer
from foundation.social.domain.text import written
from foundation.social.models import FeedEntry
from spaces.models import DiaryEntry, DiaryPicture
from spaces.models.diary import MAX_BODY, MAX_PICTURES, MAX_TITLE
from spaces.permissions import SpacePermission

KIND = "diary_entry"
TAGS = {
    "a",
    "b",
    "blockquote",
    "br",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
    "del",
}
MAX_TOPICS = 5
MAX_DESCRIPTION = 120


def cleaned(body: str) -> str:
    """Return a text as it is kept: few harmless tags, links that give no trust; plain text becomes paragraphs."""
    if "<" not in body:
        body = linebreaks(written(body), autoescape=True)
    return nh3.clean(
        body,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="nofollow noopener",
    )


def plain(body: str) -> str:
    """Return the words of a kept text, a line for each block."""
    for tag in ("</p>", "</div>", "</li>", "</h1>", "</h2>", "</h3>", "</blockquote>", "<br>"):
        body = body.replace(tag, f"{tag}\n")
    return written(unescape(strip_tags(body)))


def write_entry(
    *,
    by: Any,
    title: str,
    body: str,
    scope: Scope,
    topics: Sequence[str] = (),
    pictures: Sequence[UploadedFile] = (),
    descriptions: Sequence[str] = (),
    publish: bool,
    once: uuid.UUID | None = None,
) -> DiaryEntry:
    """Keep a new entry, as a draft or published; the same `once` from the same author gives the one that stands already.

    `descriptions` say what is on the pictures, in their order. Raises Refused, TooOften, and ValidationError for what
    says nothing or too much, and for a picture that is none or has no room.
    """
    require(by, SpacePermission.WRITE_DIARY)
    _check_scope(scope)
    title, body = _words(title, body)
    descriptions = _descriptions(pictures, descriptions)
    checked = _looked_at(title, body, descriptions, by=by)
    consume("diary", by, rate=settings.RATES["diary"])
    _check_pictures(pictures, by=by)
    once = once or uuid.uuid4()
    try:
        with transaction.atomic():
            entry = DiaryEntry(author=by, title=title, body=body, once=once)
            entry.scope = scope
            entry.save(force_insert=True)
            entry.topics.set(_topics(topics))
            if publish:
                _publish(entry, by)
            _add_pictures(entry, pictures, descriptions, by=by)
            follow_up(entry, checked)
            audit.append("spaces.write_diary", by=by, obj=entry)
            return entry
    except IntegrityError:
        return DiaryEntry.objects.get(author=by, once=once)


def edit_entry(
    entry: DiaryEntry,
    *,
    by: Any,
    title: str,
    body: str,
    scope: Scope,
    topics: Sequence[str] = (),
    pictures: Sequence[UploadedFile] = (),
    descriptions: Sequence[str] = (),
    without: Collection[str] = (),
    publish: bool,
) -> DiaryEntry:
    """Change the own entry; a narrower scope holds at the next request. What is published stays so.

    New `pictures` follow those that stand there, `without` those whose file has that public id. Raises Refused,
    TooOften, ValidationError as `write_entry`.
    """
    require(by, SpacePermission.WRITE_DIARY)
    _check_scope(scope)
    title, body = _words(title, body)
    descriptions = _descriptions(pictures, descriptions)
    checked = _looked_at(title, body, descriptions, by=by)
    consume("diary", by, rate=settings.RATES["diary"])
    _check_pictures(pictures, by=by)
    with transaction.atomic():
        stand_in_line(entry, checked)
        locked = _own(entry, by)
        if locked.scope.level == scopes.PUBLIC:
            taken_back()
        if scope != locked.scope:
            locked.scope = scope
            comments.rescope(locked, scope)
        if not locked.is_draft and (title, body) != (locked.title, locked.body):
            locked.edited_at = timezone.now()
        locked.title, locked.body = title, body
        locked.save(update_fields=["title", "body", "edited_at", "scope_level", "scope_ref"])
        locked.topics.set(_topics(topics))
        if publish and locked.is_draft:
            _publish(locked, by)
        _take_pictures(locked, without)
        _add_pictures(locked, pictures, descriptions, by=by)
        uploads.rescope(_files(locked), _scope_of_files(locked))
        follow_up(locked, checked)
        audit.append("spaces.edit_diary", by=by, obj=locked)
    return locked


def _publish(entry: DiaryEntry, by: Any) -> None:
    entry.published_at = timezone.now()
    entry.save(update_fields=["published_at"])
    FeedEntry.objects.create(actor=by, kind=KIND, object_id=entry.pk)


@transaction.atomic
def delete_entry(entry: DiaryEntry, *, by: Any) -> None:
    """Take the own entry away with all that was said under it; again changes nothing. Raises Refused."""
    found = DiaryEntry.objects.select_for_update(of=("self",)).filter(pk=entry.pk).first()
    if found is None:
        return
    if found.author_id != by.pk:
        raise Refused(Refusal.FORBIDDEN)
    uploads.drop(_files(found))
    comments.remove_all(found)
    FeedEntry.objects.filter(kind=KIND, object_id=found.pk).delete()
    audit.append("spaces.delete_diary", by=by, obj=found)
    found.delete()
    taken_back()


@transaction.atomic
def hide_entry(entry: DiaryEntry, *, hidden: bool, by: Any) -> None:
    """Take an entry from everybody's eyes but its author's, or give it back (O2)."""
    locked = DiaryEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if (locked.hidden_at is not None) == hidden:
        return
    locked.hidden_at = timezone.now() if hidden else None
    locked.save(update_fields=["hidden_at"])
    uploads.rescope(_files(locked), _scope_of_files(locked))
    taken_back()


def _own(entry: DiaryEntry, by: Any) -> DiaryEntry:
    locked = DiaryEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if locked.author_id != by.pk:
        raise Refused(Refusal.FORBIDDEN)
    return locked


def _words(title: str, body: str) -> tuple[str, str]:
    title, body = written(title), cleaned(body)
    if not title or not plain(body):
        raise ValidationError(_("请写标题和正文。"), code="empty")
    if len(title) > MAX_TITLE or len(body) > MAX_BODY:
        raise ValidationError(_("标题最多 60 个字，正文最多约 2 万个字。"), code="too_long")
    return title, body


def _looked_at(title: str, body: str, descriptions: Sequence[str], *, by: Any) -> Any:
    words = plain(body)
    check_newcomer(f"{title}\n{words}", descriptions=descriptions, by=by)
    return check(title, words, *descriptions)


def _check_scope(scope: Scope) -> None:
    """A diary is its author's own: it stands in no circle. Raises Refused."""
    if scopes.is_place(scope):
        raise Refused(Refusal.FORBIDDEN)


def _descriptions(pictures: Sequence[UploadedFile], said: Sequence[str]) -> list[str]:
    """Return what each picture is said to show, empty where nobody said it."""
    told = [one[:MAX_DESCRIPTION] for one in said[: len(pictures)]]
    return told + [""] * (len(pictures) - len(told))


def _check_pictures(pictures: Sequence[UploadedFile], *, by: Any) -> None:
    if len(pictures) > MAX_PICTURES:
        raise ValidationError(_("一次最多 9 张照片。"), code="too_many")
    for upload in pictures:
        # All are looked at before the first is kept: a refused form leaves nothing behind.
        uploads.check_picture(upload)
    if pictures:
        check_room(by, sum(upload.size or 0 for upload in pictures))


def _scope_of_files(entry: DiaryEntry) -> Scope:
    """Return who sees the pictures: whoever reads the entry, its author alone while nobody else does."""
    if entry.is_draft or entry.hidden_at is not None:
        return Scope(scopes.ONLY, str(entry.author_id))
    return entry.scope


def _files(entry: DiaryEntry) -> list[int]:
    return list(entry.entry_pictures.values_list("file_id", flat=True))


def _take_pictures(entry: DiaryEntry, without: Collection[str]) -> None:
    gone = entry.entry_pictures.filter(file__public_id__in=without)
    uploads.drop(list(gone.values_list("file_id", flat=True)))
    gone.delete()
    # Those behind move up, one after the other: a place is free when it is taken.
    for position, kept in enumerate(entry.entry_pictures.all()):
        entry.entry_pictures.filter(pk=kept.pk).update(position=position)


def _add_pictures(
    entry: DiaryEntry, pictures: Sequence[UploadedFile], descriptions: Sequence[str], *, by: Any
) -> None:
    there = entry.entry_pictures.count()
    if there + len(pictures) > MAX_PICTURES:
        raise ValidationError(_("一篇日志最多 9 张照片。"), code="too_many")
    scope = _scope_of_files(entry)
    for position, (upload, told) in enumerate(zip(pictures, descriptions, strict=True), there):
        stored = uploads.store_picture(upload, owner=by, description=told, scope=scope)
        DiaryPicture.objects.create(entry=entry, file=stored, position=position)


def _topics(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name for one in names if (name := written(one).strip("#")[:30])))[:MAX_TOPICS]
