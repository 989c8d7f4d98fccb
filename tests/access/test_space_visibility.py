"""Albums and diaries, made for some, are seen by them on every surface, and by nobody else (DESIGN §2, S3, S4)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from foundation.core.access.scopes import CIRCLE, ONLY, Scope
from foundation.social.domain import albums
from groups.models import CircleMember
from spaces.domain import diary
from tests.access.scene import EVERYBODY
from tests.access.space_surfaces import DIARY_LEVELS, SPACE_SURFACES, SpaceScene, space

__all__ = ["space"]
pytestmark = [pytest.mark.row("S3", "S4"), pytest.mark.deny, pytest.mark.security(2, 4)]
each_surface = pytest.mark.parametrize("name", SPACE_SURFACES)
STRANGERS = ("visitor", "unverified", "stranger", "follower", "contact", "same_place", "staff")
NOTHING: dict[str, set[str]] = {reader: set() for reader in STRANGERS}


def shown(space: SpaceScene, name: str, readers: tuple[str, ...] = EVERYBODY) -> dict[str, set[str]]:
    """Return reader → levels that come to light on a surface."""
    return {reader: SPACE_SURFACES[name].shown_to(reader, space) for reader in readers}


@each_surface
def test_readers_see_what_was_made_for_them(name: str, space: SpaceScene) -> None:
    expected = {reader: SPACE_SURFACES[name].expected(reader) for reader in EVERYBODY}
    assert shown(space, name) == expected


@each_surface
def test_what_is_made_private_is_gone_at_the_next_request(name: str, space: SpaceScene) -> None:
    """The requests before have filled every cache there is."""
    shown(space, name, STRANGERS)
    only = Scope(ONLY, str(space.author.pk))
    CircleMember.objects.filter(circle_id=space.tokens[CIRCLE].ref).exclude(user=space.author).delete()
    for level in DIARY_LEVELS:
        albums.edit_album(space.albums[level], by=space.author, title=f"相册{level}", text="", scope=only)
        diary.edit_entry(
            space.entries[level],
            by=space.author,
            title=f"日志{level}",
            body=f"正文{level}",
            topics=["话题"],
            scope=only,
            publish=True,
        )
    assert shown(space, name, STRANGERS) == NOTHING


@each_surface
@pytest.mark.row("O2")
def test_what_the_community_hid_is_gone_at_the_next_request(name: str, space: SpaceScene) -> None:
    shown(space, name, STRANGERS)
    for album in space.albums.values():
        albums.hide_album(album, hidden=True, by=None)
    for entry in space.entries.values():
        diary.hide_entry(entry, hidden=True, by=None)
    assert shown(space, name, STRANGERS) == NOTHING


@each_surface
def test_what_somebody_made_is_hidden_while_her_account_is_stopped(name: str, space: SpaceScene) -> None:
    shown(space, name, ("visitor", "contact"))
    space.author.suspended_until = timezone.now() + timedelta(days=1)
    space.author.save(update_fields=["suspended_until"])
    assert shown(space, name, ("visitor", "contact")) == {"visitor": set(), "contact": set()}


@each_surface
def test_what_is_deleted_is_gone_for_everybody(name: str, space: SpaceScene) -> None:
    readers = ("visitor", "contact", "author")
    if name.endswith("pictures"):
        # Of a deleted one nobody knows the files any more; the bytes go: tests/spaces.
        return
    for album in space.albums.values():
        albums.delete_album(album, by=space.author)
    for entry in space.entries.values():
        diary.delete_entry(entry, by=space.author)
    assert shown(space, name, readers) == {reader: set() for reader in readers}
