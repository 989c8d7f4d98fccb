"""An author with one status at every scope, and everybody who could read her: the stage of the visibility tests."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from foundation.core.access.scopes import (
    CIRCLE,
    CONTACTS,
    MANAGERS,
    ONLY,
    PLACE,
    PUBLIC,
    RESIDENTS,
    ROLE,
    Scope,
)
from tests.api.device import Device, device_of

# Whoever could read: verified or not, where at home, in which role.
READERS: dict[str, dict[str, Any]] = {
    "unverified": {"verified": False},
    "stranger": {"place": "bridge"},
    "follower": {"place": "bridge"},
    "contact": {"place": "bridge"},
    "same_place": {"place": "ginkgo"},
    "same_building": {"place": "ginkgo-3"},
    "author": {"place": "ginkgo"},
    "secret_follower": {"place": "bridge"},
    "blocked": {"place": "ginkgo"},
    "blocker": {"place": "ginkgo"},
    "staff": {"place": "bridge", "roles": ("staff",)},
    "suspended": {"place": "ginkgo"},
}
EVERYBODY = ("visitor", *READERS)
FOLLOWING = {"follower", "secret_follower", "contact", "author"}
# One of the two blocked the other: nothing of each other is left (S6).
APART = {"blocked", "blocker"}
SIGNED_OUT = {"visitor", "suspended"}
# Who is in the circle that the author writes for.
IN_CIRCLE = {"author", "contact", "suspended"}
LEVELS = (PUBLIC, RESIDENTS, PLACE, CONTACTS, CIRCLE, ROLE, MANAGERS, ONLY)
FIELD_AT = {"bio": PUBLIC, "location": RESIDENTS, "occupation": CONTACTS, "hobbies": ONLY}


def may_see(reader: str, level: str) -> bool:
    """The oracle: who may see what the author wrote for `level`."""
    if reader in APART:
        return False
    if level == PUBLIC or reader == "author":
        return True
    if reader in SIGNED_OUT | {"unverified"}:
        return False
    allowed = {
        RESIDENTS: True,
        PLACE: reader in {"same_place", "same_building"},
        CONTACTS: reader == "contact",
        ROLE: reader == "staff",
        MANAGERS: reader == "staff",
        CIRCLE: reader in IN_CIRCLE,
    }
    return allowed.get(level, False)


@dataclass
class Scene:
    people: dict[str, Any]
    posts: dict[str, Any]
    shares: dict[str, Any]
    tokens: dict[str, Scope]

    @property
    def author(self) -> Any:
        return self.people["author"]

    def client(self, reader: str) -> Client:
        """Return the browser of a reader; the suspended one was signed in before."""
        client = Client()
        if reader != "visitor":
            user = self.people[reader]
            was_active, user.is_active = user.is_active, True
            user.save(update_fields=["is_active"])
            client.force_login(user)
            user.is_active = was_active
            user.save(update_fields=["is_active"])
        return client

    def device(self, reader: str) -> Device:
        """Return the device of a reader; the suspended one was signed in before."""
        if reader == "visitor":
            return Device()
        user = self.people[reader]
        was_active, user.is_active = user.is_active, True
        user.save(update_fields=["is_active"])
        made = device_of(user)
        user.is_active = was_active
        user.save(update_fields=["is_active"])
        return made


def circle_of(owner: Any, others: list[Any], place: Any) -> Scope:
    """Let the author have a circle that staff approved, with others in it; return its token."""
    from django.db import transaction
    from django.utils import timezone

    from groups.domain import circles, joining

    said = {"name": "棋友会", "purpose": "一起下棋", "joining": "request"}
    made = circles.found_circle(by=owner, place=place, values=said)
    circles.FLOW.apply(made, "approve", by=None, decided_at=timezone.now())
    with transaction.atomic():
        for one in others:
            joining.enter(made, one, by=one)
    return made.scope


def gathered(person: Callable, places: dict) -> tuple[dict[str, Any], dict[str, Scope]]:
    """Return everybody, as they stand to the author, and a token of hers for each level."""
    from foundation.social.domain import blocks, follows

    people = {
        name: person(name.replace("_", "-"), display=f"读者{name}", **how) for name, how in READERS.items()
    }
    author = people["author"]
    for fan in ("follower", "contact", "suspended"):
        follows.follow(author, by=people[fan])
    for friend in ("contact", "suspended"):
        follows.follow(people[friend], by=author)
    follows.follow(author, by=people["secret_follower"], secret=True)
    blocks.block(people["blocked"], by=author)
    blocks.block(author, by=people["blocker"])
    tokens = {
        PUBLIC: Scope(PUBLIC),
        RESIDENTS: Scope(RESIDENTS),
        PLACE: Scope(PLACE, places["ginkgo"].path),
        CONTACTS: Scope(CONTACTS, str(author.pk)),
        ROLE: Scope(ROLE, "staff"),
        # For who works where the one member of staff does.
        MANAGERS: Scope(MANAGERS, places["bridge"].path),
        CIRCLE: circle_of(
            author, [people[name] for name in sorted(IN_CIRCLE - {"author"})], places["ginkgo"]
        ),
        ONLY: Scope(ONLY, str(author.pk)),
    }
    return people, tokens


def leave_suspended(people: dict[str, Any]) -> None:
    """Suspend the one who is so named, once everything of hers is there."""
    people["suspended"].is_active = False
    people["suspended"].save(update_fields=["is_active"])


@pytest.fixture
def scene(person: Callable, places: dict, portal: Any, picture: Callable) -> Scene:
    """The author's statuses, each with a picture, a comment, a history and a public share of it."""
    from foundation.accounts.domain.profile import change_profile
    from foundation.accounts.models.profile import default_levels
    from foundation.core.files import pictures
    from foundation.social.domain import comments, posts

    people, tokens = gathered(person, places)
    author = people["author"]
    change_profile(
        author,
        by=author,
        display_name="作者",
        values={field: f"资料{level}" for field, level in FIELD_AT.items()},
        levels={**default_levels(), **FIELD_AT},
    )
    written, shared = {}, {}
    for level, token in tokens.items():
        post = posts.post_status(
            by=author,
            text=f"旧文{level}",
            scope=token,
            pictures=[picture(size=(48, 36))],
            descriptions=[f"图片{level}"],
        )
        pictures.make("", {"id": post.post_pictures.get().file_id})
        written[level] = posts.edit_post(post, by=author, text=f"正文{level} #话题#", scope=token)
        comments.comment(by=author, target=post, text=f"评论{level}")
    for level, post in written.items():
        shared[level] = posts.post_status(by=author, text=f"转发{level}", scope=Scope(PUBLIC), share_of=post)
    portal.home.body = [("neighbours", {"title": "邻居们在说", "count": 12})]
    portal.home.save()
    leave_suspended(people)
    return Scene(people, written, shared, tokens)
