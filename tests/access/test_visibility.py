"""What somebody wrote for some is seen by them, on every surface, and by nobody else (DESIGN §2, S1, S2, S9)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import get_page_models

from foundation.core.access import scopes
from foundation.core.access.scopes import CIRCLE, ONLY, Scope
from foundation.social.domain import posts
from groups.models import CircleMember
from tests.access.resolver import api_cases, cases
from tests.access.scene import EVERYBODY, FIELD_AT, LEVELS, Scene, may_see
from tests.access.surfaces import SHOWS_NO_STATUS, SURFACES, marks, text_of

pytestmark = [pytest.mark.row("S1", "S2", "S9"), pytest.mark.deny, pytest.mark.security(2, 4)]
each_surface = pytest.mark.parametrize("name", SURFACES)


def shown(scene: Scene, name: str, readers: tuple[str, ...] = EVERYBODY) -> dict[str, set[str]]:
    """Return reader → levels that come to light on a surface."""
    return {reader: SURFACES[name].shown_to(reader, scene) for reader in readers}


def test_every_level_is_walked() -> None:
    assert set(scopes.levels()) == set(LEVELS), "a new scope needs a status in scene.py and a line in may_see"


def test_every_route_and_page_that_can_show_something_is_a_surface() -> None:
    shows = {case.route for case in (*cases(), *api_cases()) if case.method in ("GET", "HEAD")}
    for model in get_page_models():
        if model.__module__.startswith(("home", "news", "foundation", "spaces")):
            shows.add(f"page {model._meta.label}")
            if issubclass(model, RoutablePageMixin):
                shows |= {f"page {model._meta.label} {path.name}" for path in model.get_subpage_urls()}
    known = {route for surface in SURFACES.values() for route in surface.routes} | set(SHOWS_NO_STATUS)
    assert shows - known == set(), "routes that are neither a surface nor said to show no status"


@each_surface
def test_readers_see_what_was_written_for_them(name: str, scene: Scene) -> None:
    expected = {reader: SURFACES[name].expected(reader) for reader in EVERYBODY}
    assert shown(scene, name) == expected


STRANGERS = ("visitor", "unverified", "stranger", "follower", "contact", "same_place", "staff")


@each_surface
def test_what_is_made_private_is_gone_at_the_next_request(name: str, scene: Scene) -> None:
    """Every status becomes the author's own; the requests before have filled every cache there is."""
    shown(scene, name, STRANGERS)
    # What stands in a circle stays there; but its people can be put out.
    CircleMember.objects.filter(circle_id=scene.tokens[CIRCLE].ref).exclude(user=scene.author).delete()
    for level in set(LEVELS) - {CIRCLE}:
        posts.edit_post(
            scene.posts[level],
            by=scene.author,
            text=f"正文{level} #话题#",
            scope=Scope(ONLY, str(scene.author.pk)),
        )
    assert shown(scene, name, STRANGERS) == {reader: set() for reader in STRANGERS}


@each_surface
@pytest.mark.row("O2")
def test_what_the_community_hid_is_gone_at_the_next_request(name: str, scene: Scene) -> None:
    shown(scene, name, STRANGERS)
    for level in LEVELS:
        posts.hide_post(scene.posts[level], hidden=True, by=None)
    assert shown(scene, name, STRANGERS) == {reader: set() for reader in STRANGERS}


@each_surface
@pytest.mark.row("O2")
def test_what_somebody_wrote_is_hidden_while_her_account_is_stopped(name: str, scene: Scene) -> None:
    """And comes back by itself: nothing but the clock says so."""
    shown(scene, name, ("visitor", "contact"))
    scene.author.suspended_until = timezone.now() + timedelta(days=1)
    scene.author.save(update_fields=["suspended_until"])
    if name == "number of statuses":
        assert scene.client("contact").get(scene.author.space_url).status_code == 404
        return
    assert shown(scene, name, ("visitor", "contact")) == {"visitor": set(), "contact": set()}


@each_surface
def test_what_is_deleted_is_gone_for_everybody(name: str, scene: Scene) -> None:
    readers = ("visitor", "contact", "author")
    for level in LEVELS:
        posts.delete_post(scene.posts[level], by=scene.author)
    assert shown(scene, name, readers) == {reader: set() for reader in readers}


@each_surface
def test_what_a_suspended_person_wrote_is_gone(name: str, scene: Scene) -> None:
    scene.author.is_active = False
    scene.author.save(update_fields=["is_active"])
    readers = ("visitor", "follower", "contact", "same_place")
    if name == "number of statuses":
        assert scene.client("contact").get(scene.author.space_url).status_code == 404
        return
    assert shown(scene, name, readers) == {reader: set() for reader in readers}


def test_a_note_to_oneself_that_becomes_public_does_not_publish_its_beginnings(scene: Scene) -> None:
    """Each version keeps who could read it then."""
    post = scene.posts[ONLY]
    posts.edit_post(post, by=scene.author, text="正文only，给大家", scope=scene.tokens["public"])
    address = reverse("spaces:history", args=[scene.author.username, post.public_id])
    for reader in STRANGERS:
        page = text_of(scene.client(reader).get(address))
        assert "给大家" in page
        assert "旧文only" not in page, reader
    assert "旧文only" in text_of(scene.client("author").get(address))


@pytest.mark.parametrize("reader", EVERYBODY)
def test_each_field_of_a_profile_is_seen_by_those_it_is_for(reader: str, scene: Scene) -> None:
    page = text_of(scene.client(reader).get(scene.author.space_url))
    expected = {level for level in FIELD_AT.values() if may_see(reader, level)}
    assert marks(page, "资料") == expected


@pytest.mark.parametrize(
    ("chosen", "reader"), [("public", "visitor"), ("residents", "stranger"), ("contacts", "contact")]
)
def test_as_others_see_it_is_what_they_see(chosen: str, reader: str, scene: Scene) -> None:
    own = text_of(scene.client("author").get(f"{scene.author.space_url}?as={chosen}"))
    theirs = text_of(scene.client(reader).get(scene.author.space_url))
    for word in ("正文", "资料", "转发"):
        assert marks(own, word) == marks(theirs, word)


def test_nobody_else_can_choose_how_a_space_is_seen(scene: Scene) -> None:
    for reader in ("visitor", "stranger", "follower"):
        client = scene.client(reader)
        plain: Any = marks(text_of(client.get(scene.author.space_url)))
        assert marks(text_of(client.get(f"{scene.author.space_url}?as=contacts"))) == plain
