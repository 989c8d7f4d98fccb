"""The same for the API: every operation that could bring a status to light, asked with the token of each reader."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from foundation.core.access import scopes
from foundation.core.access.scopes import CIRCLE
from foundation.core.files.models import FORMATS, SIZES
from tests.access.scene import FOLLOWING, SIGNED_OUT, Scene
from tests.access.surface import Surface, indexed, marks, sees
from tests.api.device import Device

type Found = Callable[[Device, Scene], set[str]]


def heard(reader: str) -> set[str]:
    """Who is suspended has no token any more: she is no visitor either, but somebody who has to sign in."""
    return set() if reader == "suspended" else sees(reader)


@dataclass(frozen=True)
class ApiSurface(Surface):
    expected: Callable[[str], set[str]] = heard

    def shown_to(self, reader: str, scene: Scene) -> set[str]:
        return self.found(scene.device(reader), scene)


def _said(answer: Any) -> str:
    return json.dumps(answer.json(), ensure_ascii=False) if answer.status_code == 200 else ""


def _list(path: str, word: str = "正文") -> Found:
    return lambda device, scene: marks(
        _said(device.get(path.format(author=scene.author.username) + "?limit=100")), word
    )


def _each(path: str, word: str = "正文", which: str = "posts") -> Found:
    def found(device: Device, scene: Scene) -> set[str]:
        posts = getattr(scene, which).values()
        return marks("".join(_said(device.get(path.format(id=post.public_id))) for post in posts), word)

    return found


def _pictures(device: Device, scene: Scene) -> set[str]:
    """Return the levels whose picture is sent; one that is sent in some sizes only is named so."""
    found = set()
    for level, post in scene.posts.items():
        name, sent = post.post_pictures.get().file.public_id, set()
        for size in SIZES:
            for form in FORMATS:
                answer = device.get(f"/files/{name}/{size}/{form}")
                if answer.streaming:
                    b"".join(answer.streaming_content)
                sent.add(answer.status_code)
        if 200 in sent:
            found.add(level if sent == {200} else f"{level} in some sizes")
    return found


def _acting(method: str, path: str, body: Any = None, **named: str) -> Found:
    """Return the levels whose status could be acted on: anything but a refusal says that it is there."""

    def found(device: Device, scene: Scene) -> set[str]:
        done = set()
        for level, post in scene.posts.items():
            sent = body | dict.fromkeys(named, post.public_id) if body is not None else None
            answer = device.call(method, path.format(id=post.public_id), sent)
            if answer.status_code in (200, 201, 204, 409, 422):
                done.add(level)
        return done

    return found


def _verified(reader: str) -> set[str]:
    return set() if reader in SIGNED_OUT | {"unverified"} else sees(reader)


def _found(device: Device, scene: Scene) -> set[str]:
    indexed()
    return marks(_said(device.get("/search?q=正文&limit=100")))


def _saving(device: Device, scene: Scene) -> set[str]:
    """What can be saved, which the own list then shows."""
    done = _acting("PUT", "/me/saved/post/{id}")(device, scene)
    assert done == marks(_said(device.get("/me/saved?limit=100"))) or not done
    return done


API_SURFACES: dict[str, Surface] = {
    "api: search": ApiSurface(("api:search",), _found),
    "api: statuses of a space": ApiSurface(("api:people-name-statuses",), _list("/people/{author}/statuses")),
    "api: topic": ApiSurface(("api:topics-name-statuses",), _list("/topics/话题/statuses")),
    "api: feed": ApiSurface(
        ("api:feed",), _list("/feed"), lambda reader: sees(reader) if reader in FOLLOWING else set()
    ),
    "api: status": ApiSurface(("api:statuses-id",), _each("/statuses/{id}")),
    "api: alternative texts": ApiSurface(("api:statuses-id",), _each("/statuses/{id}", "图片")),
    "api: shared original": ApiSurface(("api:statuses-id",), _each("/statuses/{id}", which="shares")),
    "api: history": ApiSurface(("api:statuses-id-history",), _each("/statuses/{id}/history", "旧文")),
    "api: comments": ApiSurface(("api:comments-kind-id",), _each("/comments/post/{id}", "评论")),
    "api: pictures": ApiSurface(("api:files-id-size-form",), _pictures),
    "api: liking": ApiSurface((), _acting("PUT", "/statuses/{id}/like"), _verified),
    "api: reacting": ApiSurface((), _acting("PUT", "/statuses/{id}/reaction", {"kind": "cheer"}), _verified),
    "api: unliking": ApiSurface((), _acting("DELETE", "/statuses/{id}/like"), _verified),
    "api: saving": ApiSurface(
        ("api:me-saved",),
        _saving,
        lambda reader: set() if reader in SIGNED_OUT else sees(reader),
    ),
    "api: sharing": ApiSurface((), _acting("POST", "/statuses/{id}/shares", {"text": "看"}), _verified),
    "api: commenting": ApiSurface((), _acting("POST", "/comments/post/{id}", {"text": "看"}), _verified),
    "api: reporting": ApiSurface(
        (),
        _acting("POST", "/reports", {"kind": "post", "reason": "advert"}, id="public_id"),
        lambda reader: set() if reader in SIGNED_OUT | {"author"} else sees(reader),
    ),
}

API_SURFACES["api: statuses of a circle"] = ApiSurface(
    ("api:circles-id-statuses",),
    lambda device, scene: marks(
        _said(device.get(f"/circles/{scopes.url(scene.tokens[CIRCLE]).split('/')[2]}/statuses?limit=100"))
    ),
    lambda reader: {CIRCLE} & heard(reader),
)

API_SHOWS_NO_STATUS = {
    "api:circles": "circles that the reader may know of: tests/groups/test_circle_posts.py",
    "api:circles-id": "what a circle is: tests/groups/test_circle_posts.py",
    "api:circles-id-members": "names of those in one circle: tests/groups/test_circle_posts.py",
    "api:circles-id-requests": "who asked to join the own circle: tests/groups/test_api.py",
    "api:circles-id-invitations": "who was invited into the own circle: tests/groups/test_api.py",
    "api:circles-invitations-invitation": "what one was invited to: tests/groups/test_api.py",
    "api:circles-id-files": "files of the own circle: tests/groups/test_circle_posts.py",
    "api:feedback": "ideas, each by its own scope: tests/feedback/test_visibility.py",
    "api:feedback-roadmap": "public ideas: tests/feedback/test_visibility.py",
    "api:feedback-similar": "titles of public ideas: tests/feedback/test_visibility.py",
    "api:feedback-categories": "the office's list of categories",
    "api:feedback-id": "an idea by its own scope: tests/feedback/test_visibility.py",
    "api:groups": "groups by their own visibility: tests/groups/test_visibility.py",
    "api:groups-id": "a group by its own visibility: tests/groups/test_visibility.py",
    "api:groups-id-members": "names of those in a group that one may see: tests/groups/test_api.py",
    "api:site": "the community's own numbers",
    "api:tokens": "the own devices: tests/api/test_tokens.py",
    "api:devices": "the own browsers: tests/api/test_tokens.py",
    "api:family": "names of the own relatives: tests/api/test_family.py",
    "api:me": "who is signed in: tests/api/test_tokens.py",
    "api:me-profile": "the own profile: tests/api/test_statuses.py",
    "api:mentionable": "names of neighbours: tests/social/test_mentionable.py",
    "api:me-tiles": "names of the own tiles: tests/spaces/test_tiles.py",
    "api:people-name-tiles": "each tile by its own kind: tests/spaces/test_tiles.py",
    "api:me-verification": "the own claim: tests/api/test_own_account.py",
    "api:me-data": "where the copy of the own data stands: tests/api/test_own_account.py",
    "api:me-data-id-archive": "the own data: tests/api/test_own_account.py",
    "api:me-leaving": "when the own account is closed: tests/api/test_own_account.py",
    "api:communities": "names of committees",
    "api:communities-id": "a published page: tests/home/test_communities.py",
    "api:uploads-id": "how much of the own picture is there: tests/api/test_uploads.py",
    "api:people-name": "fields of a profile, each by its level: tests/api/test_parity.py",
    "api:drafts-key": "the own draft",
    "api:days-date": "a day and what it brings: tests/daily/test_api.py",
    "api:weather": "the weather",
    "api:flags": "times of the day",
    "api:plates": "the city's rules",
    "api:news": "tests/api/test_parity.py",
    "api:news-channels": "names of channels",
    "api:news-id": "tests/api/test_news.py",
    "api:notices": "tests/api/test_parity.py",
    "api:notices-id": "tests/api/test_news.py",
    "api:conversations": "the own messages: tests/chat/test_api.py",
    "api:conversations-id": "messages, for their people: tests/chat/test_api.py",
    "api:conversations-id-messages": "messages, for their people: tests/chat/test_api.py",
    "api:conversations-id-people": "names of those who are in a group: tests/chat/test_api.py",
    "api:me-messages": "the own choice: tests/chat/test_api.py",
    "api:notifications": "tests/api/test_parity.py",
    "api:notifications-unread": "a number of the own notifications",
    "api:notifications-settings": "the own choice",
    "api:notifications-mutes": "what the reader herself muted: tests/api/test_notifications.py",
    "api:push": "the own devices: tests/api/test_notifications.py",
    "api:reports": "what the reader reported, by its kind: tests/api/test_standing.py",
    "api:agreements": "public cards: tests/helpagreements/test_api.py",
    "api:agreements-id": "a card: tests/helpagreements/test_api.py",
    "api:me-agreements": "agreements of the own side: tests/helpagreements/test_api.py",
    "api:institutions": "institutions: tests/organisations/test_api.py",
    "api:institutions-id": "an institution's own words: tests/organisations/test_api.py",
    "api:me-institutions": "where the reader belongs: tests/organisations/test_api.py",
    "api:standing": "what was decided about the reader: tests/api/test_standing.py",
    "api:standing-id": "what was decided about the reader: tests/api/test_standing.py",
}
