"""What a space holds beside statuses, and the lists of one's people, as lists that grow."""

from typing import Any

from chat.domain import sending
from foundation.accounts.models import Profile
from foundation.accounts.models.profile import DEFAULT_LEVELS
from foundation.core.access.scopes import PUBLIC, RESIDENTS, Scope
from foundation.core.models import StoredFile
from foundation.social.domain import albums, blocks, comments, follows
from foundation.social.models import Album
from spaces.domain import address_book, diary, guestbook
from spaces.models import DiaryEntry

TOPIC = "秋天"


def _ready() -> None:
    # The sizes need not be cut: no page reads a picture's bytes.
    StoredFile.objects.update(state=StoredFile.State.READY)


def album_of(scene: Any, by: Any, number: int) -> Album:
    made = albums.make_album(by=by, title=f"第{number}本", scope=Scope(PUBLIC))
    albums.add_photo(made, scene.picture(f"{number}.jpg", (64, 48)), by=by, caption=f"照片{number}")
    _ready()
    return made


def entry_of(scene: Any, by: Any, number: int) -> DiaryEntry:
    made = diary.write_entry(
        by=by,
        title=f"第{number}篇",
        body="去看了银杏",
        topics=[TOPIC, f"标签{number}"],
        pictures=[scene.picture(f"{number}.jpg", (64, 48))],
        scope=Scope(PUBLIC),
        publish=True,
    )
    _ready()
    return made


def own_shelf(scene: Any, number: int) -> None:
    """One more album, entry and draft of the owner's, and one more message in her guestbook, answered."""
    album_of(scene, scene.owner, number)
    entry_of(scene, scene.owner, number)
    diary.write_entry(
        by=scene.owner, title=f"草稿{number}", body="没写完", scope=Scope(RESIDENTS), publish=False
    )
    left = guestbook.leave_message(scene.owner, by=scene.somebody(number), text=f"留言{number}")
    guestbook.answer(left, "欢迎", by=scene.owner)


def own_album(scene: Any) -> Album:
    found = Album.objects.filter(author=scene.owner).first()
    return found or album_of(scene, scene.owner, 0)


def part_of_album(scene: Any, number: int) -> None:
    """One more photo in the owner's album, and one more comment under it."""
    album = own_album(scene)
    albums.add_photo(
        album, scene.picture(f"p{number}.jpg", (64, 48)), by=scene.owner, caption=f"照片{number}"
    )
    comments.comment(by=scene.somebody(number), target=album, text=f"评论{number}")
    _ready()


def own_entry(scene: Any) -> DiaryEntry:
    found = DiaryEntry.objects.filter(author=scene.owner).first()
    return found or entry_of(scene, scene.owner, 0)


def under_entry(scene: Any, number: int) -> None:
    comments.comment(by=scene.somebody(number), target=own_entry(scene), text=f"评论{number}")


def in_feed(scene: Any, number: int) -> None:
    """Somebody whom the owner follows makes an album and writes an entry."""
    by = scene.somebody(1000 + number)
    follows.follow(by, by=scene.owner)
    album_of(scene, by, number)
    entry_of(scene, by, number)


def own_people(scene: Any, number: int) -> None:
    """A neighbour who shows something to her contacts is followed, follows back, and stands in the owner's book."""
    person = scene.somebody(number)
    levels = dict.fromkeys(DEFAULT_LEVELS, "contacts")
    Profile.objects.create(user=person, occupation="裁缝", location="3 号楼", levels=levels)
    follows.follow(person, by=scene.owner)
    follows.follow(scene.owner, by=person)
    entry = address_book.file_person(person, by=scene.owner)
    group = address_book.make_group(f"分组{number % 3}", by=scene.owner)
    address_book.note_down(entry, remark=f"备注{number}", note="", group=group, by=scene.owner)


def blocked(scene: Any, number: int) -> None:
    blocks.block(scene.somebody(number), by=scene.owner)


def written_to_officer(scene: Any, number: int) -> dict[str, Any]:
    """A private message to the officer, and one in her guestbook."""
    by = scene.somebody(number)
    return {
        "guestbook_entry": guestbook.leave_message(scene.officer, by=by, text=f"留言{number}"),
        "conversation": sending.write_to(scene.officer, by=by, text="您好").conversation,
    }
