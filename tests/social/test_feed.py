"""The feed (S9): pulled, by keyset, and never what its author hid from the reader."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from foundation.core.access.scopes import Scope
from foundation.social.domain import posts
from foundation.social.domain.follows import follow
from foundation.social.domain.queries import feed
from foundation.social.domain.queries.feed import feed_page
from foundation.social.models import FeedEntry, Post

pytestmark = [pytest.mark.django_db, pytest.mark.row("S9")]
RESIDENTS = Scope("residents")


@pytest.fixture
def people(person: Callable) -> dict[str, Any]:
    made = {name: person(name) for name in ("lin", "zhou", "chen", "wang")}
    follow(made["zhou"], by=made["lin"])
    follow(made["chen"], by=made["lin"])
    return made


def write(by: Any, text: str, scope: Scope = RESIDENTS) -> Post:
    return posts.post_status(by=by, text=text, scope=scope)


def texts(user: Any, before: int | None = None) -> list[str]:
    return [item.obj.text for item in feed_page(user, before=before).items]


def test_it_holds_the_followed_and_the_own_newest_first(people: dict) -> None:
    for who in ("zhou", "wang", "chen", "lin"):
        write(people[who], who)
    assert texts(people["lin"]) == ["lin", "chen", "zhou"]
    assert texts(people["wang"]) == ["wang"]


@pytest.mark.deny
@pytest.mark.security(4)
def test_what_an_author_keeps_from_the_reader_is_not_in_it(people: dict) -> None:
    write(people["zhou"], "给互相关注的人", Scope("contacts", str(people["zhou"].pk)))
    write(people["zhou"], "只给自己", Scope("only", str(people["zhou"].pk)))
    write(people["zhou"], "给邻居")
    assert texts(people["lin"]) == ["给邻居"]
    follow(people["lin"], by=people["zhou"])
    assert texts(people["lin"]) == ["给邻居", "给互相关注的人"]


def test_pages_follow_each_other_without_gap_or_double(people: dict) -> None:
    for number in range(45):
        write(people["zhou"] if number % 2 else people["chen"], str(number))
    seen, before = [], None
    for _page in range(4):
        page = feed_page(people["lin"], before=before)
        seen += [item.obj.text for item in page.items]
        before = page.before
        if before is None:
            break
    assert seen == [str(number) for number in reversed(range(45))]


def test_a_page_is_filled_over_what_is_hidden(people: dict) -> None:
    for number in range(5):
        write(people["zhou"], str(number))
    for _number in range(60):
        write(people["zhou"], "x", Scope("only", str(people["zhou"].pk)))
    assert texts(people["lin"]) == ["4", "3", "2", "1", "0"]


def test_the_search_for_visible_ones_ends(people: dict, monkeypatch: Any) -> None:
    monkeypatch.setattr(feed, "OVERFETCH", 4)
    monkeypatch.setattr(feed, "ROUNDS", 2)
    first = write(people["zhou"], "first")
    hidden = [write(people["zhou"], "x", Scope("only", str(people["zhou"].pk))) for _n in range(20)]
    page = feed_page(people["lin"])
    assert page.items == []
    assert page.before == hidden[12].pk
    assert first.pk < page.before


def test_an_entry_whose_object_is_gone_is_left_out(people: dict) -> None:
    FeedEntry.objects.create(actor=people["zhou"], kind="post", object_id=1)
    FeedEntry.objects.create(actor=people["zhou"], kind="comment", object_id=2)
    write(people["zhou"], "noch da")
    assert texts(people["lin"]) == ["noch da"]


def test_more_followed_than_one_statement_takes(people: dict, monkeypatch: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads them in one statement")
    monkeypatch.setattr(feed, "CHUNK", 1)
    write(people["zhou"], "zhou")
    write(people["chen"], "chen")
    assert texts(people["lin"]) == ["chen", "zhou"]


class TestThePage:
    def test_it_shows_the_feed_and_goes_on_by_key(self, client: Any, people: dict, portal: Any) -> None:
        for number in range(25):
            write(people["zhou"], f"第{number}条")
        client.force_login(people["lin"])
        page = client.get("/feed/")
        assert "第24条" in page.content.decode()
        before = page.context["page"].before
        rest = client.get(f"/feed/?before={before}", headers={"HX-Request": "true"}).content.decode()
        assert "第4条" in rest
        assert "<html" not in rest
        assert client.get("/feed/?before=x").status_code == 200
        assert client.get("/feed/?before=" + "9" * 30).status_code == 200

    @pytest.mark.deny
    def test_visitors_are_shown_the_way_in(self, client: Any, portal: Any) -> None:
        assert client.get("/feed/").url == "/account/login/?next=/feed/"
