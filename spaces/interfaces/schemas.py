"""How the API shows albums, diaries, guestbooks and people: what the pages show, not a word more."""

from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from foundation.accounts.interfaces.schemas import PersonOut, person_out
from foundation.core.api.schemas import Moment, PictureOut, picture_out
from foundation.core.files.models import StoredFile
from foundation.social.interfaces.schemas import StatusOut
from foundation.social.models import Album, Photo
from spaces.domain.queries.diary import excerpt, pictures_of, shown_body
from spaces.models import AddressEntry, AddressGroup, DiaryEntry, GuestbookEntry
from spaces.models.guestbook import Who

NEXT = "`cursor` of the next page; null on the last."
WhoMayWrite = Literal[*Who.values]  # type: ignore[valid-type]


def _picture(stored: StoredFile | None) -> PictureOut | None:
    return picture_out(stored) if stored is not None else None


class AlbumOut(Schema):
    id: str
    author: PersonOut
    title: str
    text: str
    cover: PictureOut | None
    photos: int
    level: str
    created_at: Moment
    comments: int
    hidden: bool = Field(description="The community hid it: only its author sees it.")
    can_edit: bool
    address: str = Field(description="Of its page.")


def album_out(album: Album, user: Any) -> AlbumOut:
    """Put an album that the reader may see into the answer."""
    return AlbumOut(
        id=album.public_id,
        author=person_out(album.author),
        title=album.title,
        text=album.text,
        cover=_picture(album.cover.file if album.cover else None),
        photos=album.photo_count,
        level=album.scope_level,
        created_at=album.created_at,
        comments=album.comment_count,
        hidden=album.hidden_at is not None,
        can_edit=album.author_id == user.pk,
        address=album.url,
    )


class AlbumPage(Schema):
    items: list[AlbumOut]
    next: str | None = Field(description=NEXT)


class PhotoOut(Schema):
    id: str
    caption: str
    is_cover: bool
    picture: PictureOut


def photo_out(photo: Photo, album: Album) -> PhotoOut:
    """Put a photo of an album that the reader may see into the answer."""
    return PhotoOut(
        id=photo.public_id,
        caption=photo.caption,
        is_cover=album.cover_id == photo.pk,
        picture=picture_out(photo.file),
    )


class PhotoPage(Schema):
    items: list[PhotoOut]
    next: str | None = Field(description=NEXT)


class EntryBrief(Schema):
    """A diary entry in a list: its beginning in plain words."""

    id: str
    author: PersonOut
    title: str
    beginning: str
    level: str
    published_at: Moment | None = Field(description="Null: a draft, which only its author sees.")
    comments: int
    hidden: bool = Field(description="The community hid it: only its author sees it.")
    address: str = Field(description="Of its page.")


class EntryOut(EntryBrief):
    body: str = Field(description="HTML of few harmless tags.")
    topics: list[str]
    pictures: list[PictureOut]
    created_at: Moment
    edited_at: Moment | None
    can_edit: bool


def entry_brief(entry: DiaryEntry) -> EntryBrief:
    """Put an entry that the reader may see into a list."""
    return EntryBrief(
        id=entry.public_id,
        author=person_out(entry.author),
        title=entry.title,
        beginning=excerpt(entry),
        level=entry.scope_level,
        published_at=entry.published_at,
        comments=entry.comment_count,
        hidden=entry.hidden_at is not None,
        address=entry.url,
    )


def entry_out(entry: DiaryEntry, user: Any) -> EntryOut:
    """Put an entry that the reader may see into the answer, whole."""
    return EntryOut(
        **entry_brief(entry).model_dump(),
        body=shown_body(entry),
        topics=[topic.name for topic in entry.topics.all()],
        pictures=[picture_out(file) for file in pictures_of(entry)],
        created_at=entry.created_at,
        edited_at=entry.edited_at,
        can_edit=entry.author_id == user.pk,
    )


class EntryPage(Schema):
    items: list[EntryBrief]
    next: str | None = Field(description=NEXT)


class MessageLeft(Schema):
    """A message in a guestbook."""

    id: str
    author: PersonOut
    text: str
    created_at: Moment
    shown: bool = Field(description="False: only its writer and whose guestbook it is see it.")
    answer: str = Field(description="Of whose guestbook it is; empty: none.")
    answered_at: Moment | None
    hidden: bool = Field(description="The community hid it: only its writer sees it.")
    can_answer: bool
    can_delete: bool


def message_left(entry: GuestbookEntry, user: Any) -> MessageLeft:
    """Put a message that the reader may see into the answer."""
    return MessageLeft(
        id=entry.public_id,
        author=person_out(entry.author),
        text=entry.text,
        created_at=entry.created_at,
        shown=entry.shown,
        answer=entry.answer,
        answered_at=entry.answered_at,
        hidden=entry.hidden_at is not None,
        can_answer=entry.owner_id == user.pk,
        can_delete=user.pk in (entry.owner_id, entry.author_id),
    )


class GuestbookPage(Schema):
    items: list[MessageLeft]
    next: str | None = Field(description=NEXT)
    can_write: bool = Field(description="The owner's rule lets the reader leave a message.")


class FoundOut(PersonOut):
    """A neighbour in a list, with how the reader stands to her."""

    is_followed: bool
    is_secret: bool
    is_contact: bool
    common: int = Field(description="How many contacts both have.")
    filed: bool = Field(description="She stands in the reader's address book.")
    address: str


def found_out(person: Any, filed: set[int]) -> FoundOut:
    """Put somebody of `found_by` or `own_people_of` into the answer."""
    return FoundOut(
        **person_out(person).model_dump(),
        is_followed=person.is_followed,
        is_secret=person.is_secret,
        is_contact=person.is_contact,
        common=getattr(person, "common", 0),
        filed=person.pk in filed,
        address=person.space_url,
    )


class FoundPage(Schema):
    items: list[FoundOut]
    next: str | None = Field(description=NEXT)


class GroupOut(Schema):
    id: str
    name: str


def group_out(group: AddressGroup) -> GroupOut:
    """Put an own group into the answer."""
    return GroupOut(id=group.public_id, name=group.name)


class FiledOut(Schema):
    """A neighbour in the own address book; who she is she shows herself, the remarks are the owner's."""

    person: PersonOut
    remark: str
    note: str
    group: GroupOut | None
    shown: dict[str, str] = Field(description="What she shows the owner of herself, by field.")
    address: str


def filed_out(entry: AddressEntry, shown: dict[str, str]) -> FiledOut:
    """Put an entry of the own address book into the answer, with what `shown_of` gave for it."""
    return FiledOut(
        person=person_out(entry.person),
        remark=entry.remark,
        note=entry.note,
        group=group_out(entry.group) if entry.group else None,
        shown=shown,
        address=entry.person.space_url,
    )


class FiledPage(Schema):
    items: list[FiledOut]
    next: str | None = Field(description=NEXT)


class FeedStatus(StatusOut):
    kind: Literal["post"]


class FeedAlbum(AlbumOut):
    kind: Literal["album"]


class FeedDiary(EntryBrief):
    kind: Literal["diary_entry"]


class FeedPageOut(Schema):
    """What those did whom the reader follows; `kind` says what each item is."""

    items: list[FeedStatus | FeedAlbum | FeedDiary]
    next: str | None = Field(description=NEXT)
