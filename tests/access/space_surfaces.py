"""The same for what a space holds beside statuses: albums, the diary, the guestbook, people. Their routes stand in surfaces.py."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import QuerySet
from django.urls import reverse

from foundation.core.access.scopes import CIRCLE
from foundation.core.files.models import FORMATS, SIZES, StoredFile
from tests.access.scene import (
    FOLLOWING,
    LEVELS,
    SIGNED_OUT,
    Scene,
    gathered,
    leave_suspended,
)
from tests.access.surface import Surface, indexed, marks, sees, text_of

# A diary stands in no circle.
DIARY_LEVELS = tuple(level for level in LEVELS if level != CIRCLE)


@dataclass
class SpaceScene(Scene):
    albums: dict[str, Any]
    entries: dict[str, Any]


@pytest.fixture
def space(person: Callable, places: dict, portal: Any, picture: Callable) -> SpaceScene:
    """The author's albums and diary entries at every level, each with a picture and a comment."""
    from foundation.core.files import pictures
    from foundation.social.domain import albums, comments
    from spaces.domain import diary

    people, tokens = gathered(person, places)
    author, made, written = people["author"], {}, {}
    for level, token in tokens.items():
        made[level] = album = albums.make_album(
            by=author, title=f"相册{level}", text=f"说明{level}", scope=token
        )
        albums.add_photo(album, picture(size=(48, 36)), by=author, caption=f"照片{level}")
        comments.comment(by=author, target=album, text=f"评册{level}")
    for level in DIARY_LEVELS:
        written[level] = entry = diary.write_entry(
            by=author,
            title=f"日志{level}",
            body=f"正文{level}",
            topics=["话题"],
            scope=tokens[level],
            pictures=[picture(size=(48, 36))],
            descriptions=[f"图片{level}"],
            publish=True,
        )
        comments.comment(by=author, target=entry, text=f"评文{level}")
    for stored in StoredFile.objects.filter(owner_id=author.pk):
        pictures.make("", {"id": stored.pk})
    leave_suspended(people)
    return SpaceScene(people, {}, {}, tokens, made, written)


type Found = Callable[[Any, SpaceScene], set[str]]


def _said(answer: Any) -> str:
    return json.dumps(answer.json(), ensure_ascii=False) if answer.status_code == 200 else ""


def _page(name: str, word: str) -> Found:
    return lambda client, space: marks(text_of(client.get(reverse(name, args=["author"]))), word)


def _feed(word: str) -> Found:
    """The feed to its end."""

    def found(client: Any, space: SpaceScene) -> set[str]:
        shown, path = "", reverse("spaces:feed")
        while path:
            answer = client.get(path)
            shown += text_of(answer)
            before = answer.context["page"].before if answer.status_code == 200 else None
            path = f"{reverse('spaces:feed')}?before={before}" if before else ""
        return marks(shown, word)

    return found


def _each(name: str, which: str, word: str) -> Found:
    def found(client: Any, space: SpaceScene) -> set[str]:
        made = getattr(space, which).values()
        pages = [text_of(client.get(reverse(name, args=["author", one.public_id]))) for one in made]
        return marks("".join(pages), word)

    return found


def _files(which: str) -> Callable[[Any], QuerySet]:
    links = {"albums": "photos", "entries": "entry_pictures"}
    return lambda one: getattr(one, links[which]).select_related("file")


def _pictures(which: str) -> Found:
    """The levels whose picture is sent; one that is sent in some sizes only is named so."""

    def found(client: Any, space: SpaceScene) -> set[str]:
        shown = set()
        for level, one in getattr(space, which).items():
            stored, sent = _files(which)(one).get().file, set()
            for size in SIZES:
                for form in FORMATS:
                    answer = client.get(stored.url_of(size, form))
                    if answer.streaming:
                        b"".join(answer.streaming_content)
                    sent.add(answer.status_code)
            if sent != {404}:
                shown.add(level if sent == {200} else f"{level} in some sizes")
        return shown

    return found


def _found(kind: str, word: str) -> Found:
    def found(client: Any, space: SpaceScene) -> set[str]:
        indexed()
        shown = text_of(client.get(reverse("home:search"), {"q": word, "kind": kind}))
        return marks(shown.replace("<mark>", "").replace("</mark>", ""), word)

    return found


def _commenting(kind: str, which: str) -> Found:
    def found(client: Any, space: SpaceScene) -> set[str]:
        return {
            level
            for level, one in getattr(space, which).items()
            if client.post(
                reverse("social:comment", args=[kind, one.public_id]), {"text": "看到了"}
            ).status_code
            in (200, 302, 422)
        }

    return found


def _reporting(kind: str, which: str, word: str) -> Found:
    def found(client: Any, space: SpaceScene) -> set[str]:
        shown = [
            text_of(client.get(reverse("moderation:report", args=[kind, one.public_id])))
            for one in getattr(space, which).values()
        ]
        return marks("".join(shown), word)

    return found


def _in(which: str, expected: Callable[[str], set[str]] = sees) -> Callable[[str], set[str]]:
    """What is expected of albums; of entries the same without the circle, in which there are none."""
    if which == "albums":
        return expected
    return lambda reader: expected(reader) - {CIRCLE}


def _author(reader: str) -> set[str]:
    return set(LEVELS) if reader == "author" else set()


def _following(reader: str) -> set[str]:
    return sees(reader) if reader in FOLLOWING else set()


def _verified(reader: str) -> set[str]:
    return set() if reader in SIGNED_OUT | {"unverified"} else sees(reader)


def _others(reader: str) -> set[str]:
    return set() if reader in SIGNED_OUT | {"author"} else sees(reader)


def _of(which: str, kind: str, word: str, listed: str, one: str, edit: str) -> dict[str, Surface]:
    """Every surface that albums and entries have alike."""
    remark = {"albums": "评册", "entries": "评文"}[which]
    described = {"albums": "照片", "entries": "图片"}[which]
    own = _author if which == "albums" else lambda reader: _author(reader) - {CIRCLE}
    # A circle's album is not listed in its author's space.
    in_list = _in("entries")
    return {
        f"{which}: list": Surface((listed,), _page(listed, word), in_list),
        f"{which}: one": Surface((one,), _each(one, which, word), _in(which)),
        f"{which}: comments": Surface((one,), _each(one, which, remark), _in(which)),
        f"{which}: alternative texts": Surface((one,), _each(one, which, described), _in(which)),
        f"{which}: edit form": Surface((edit,), _each(edit, which, word), own),
        f"{which}: pictures": Surface(("file",), _pictures(which), _in(which)),
        f"{which}: feed": Surface(("spaces:feed",), _feed(word), _in(which, _following)),
        f"{which}: search": Surface(("home:search",), _found(kind, word), _in(which)),
        f"{which}: commenting": Surface(("social:comment",), _commenting(kind, which), _in(which, _verified)),
        f"{which}: reporting": Surface(
            ("moderation:report",), _reporting(kind, which, word), _in(which, _others)
        ),
    }


PAGES: dict[str, Surface] = {
    **_of("albums", "album", "相册", "spaces:albums", "spaces:album", "spaces:edit_album"),
    **_of("entries", "diary_entry", "日志", "spaces:diary", "spaces:entry", "spaces:edit_entry"),
    "entries: topic": Surface(
        ("spaces:topic",),
        lambda client, space: marks(text_of(client.get(reverse("spaces:topic", args=["话题"]))), "日志"),
        _in("entries"),
    ),
}


def heard(reader: str) -> set[str]:
    """Who is suspended has no token any more: she is no visitor either, but somebody who has to sign in."""
    return set() if reader == "suspended" else sees(reader)


@dataclass(frozen=True)
class ApiSurface(Surface):
    expected: Callable[[str], set[str]] = heard

    def shown_to(self, reader: str, scene: Scene) -> set[str]:
        return self.found(scene.device(reader), scene)


def _list(path: str, word: str) -> Found:
    return lambda device, space: marks(_said(device.get(f"{path}?limit=100")), word)


def _told(path: str, which: str, word: str) -> Found:
    def found(device: Any, space: SpaceScene) -> set[str]:
        made = getattr(space, which).values()
        return marks("".join(_said(device.get(path.format(id=one.public_id))) for one in made), word)

    return found


def _told_feed(word: str) -> Found:
    def found(device: Any, space: SpaceScene) -> set[str]:
        shown, path = "", "/feed"
        while path:
            answer = device.get(path)
            shown += _said(answer)
            following = answer.json().get("next") if answer.status_code == 200 else None
            path = f"/feed?cursor={following}" if following else ""
        return marks(shown, word)

    return found


API: dict[str, Surface] = {
    "api: albums": ApiSurface(
        ("api:people-name-albums",), _list("/people/author/albums", "相册"), _in("entries", heard)
    ),
    "api: album": ApiSurface(("api:albums-id",), _told("/albums/{id}", "albums", "相册")),
    "api: photos": ApiSurface(("api:albums-id-photos",), _told("/albums/{id}/photos", "albums", "照片")),
    "api: diary": ApiSurface(
        ("api:people-name-diary",), _list("/people/author/diary", "日志"), _in("entries", heard)
    ),
    "api: entry": ApiSurface(
        ("api:diary-id",), _told("/diary/{id}", "entries", "正文"), _in("entries", heard)
    ),
    "api: diary of a topic": ApiSurface(
        ("api:topics-name-diary",),
        lambda device, space: marks(_said(device.get("/topics/话题/diary")), "日志"),
        _in("entries", heard),
    ),
    "api: albums in the feed": ApiSurface(("api:feed",), _told_feed("相册"), _following),
    "api: diary in the feed": ApiSurface(("api:feed",), _told_feed("日志"), _in("entries", _following)),
}
SPACE_SURFACES = PAGES | API

# Routes that show nothing that carries a level, each with the test that looks at it.
OWN_ALONE = {
    "spaces:make_album": "a form of one's own",
    "spaces:write_entry": "the own draft",
    "spaces:guestbook": "what was left, for neighbours: tests/spaces/test_guestbook.py",
    "spaces:people": "people by what they show the reader: tests/spaces/test_people.py",
    "spaces:own_people": "the own lists: tests/spaces/test_people.py",
    "spaces:address_book": "the own address book: tests/spaces/test_people.py",
    "spaces:export_book": "the own address book: tests/spaces/test_people.py",
    "spaces:note": "the own remarks: tests/spaces/test_people.py",
    "social:rules": "the own choice, and whom one blocked: tests/social/test_relations.py",
    "api:me-blocks": "whom one blocked: tests/social/test_relations.py",
    "api:me-follow-rule": "the own choice: tests/social/test_relations.py",
    "api:me-diary-drafts": "the own drafts: tests/spaces/test_api.py",
    "api:people-name-guestbook": "what was left, for neighbours: tests/spaces/test_api.py",
    "api:me-guestbook-rule": "the own choice: tests/spaces/test_api.py",
    "api:people": "people by what they show the reader: tests/spaces/test_api.py",
    "api:me-following": "the own list: tests/spaces/test_api.py",
    "api:me-followers": "the own list: tests/spaces/test_api.py",
    "api:me-address-book": "the own address book: tests/spaces/test_api.py",
    "api:me-address-book-export-form": "the own address book: tests/spaces/test_api.py",
    "api:me-address-groups": "the own groups: tests/spaces/test_api.py",
}
