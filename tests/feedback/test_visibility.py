"""Who reads an idea: everybody what is public, staff of the place what is theirs, its author her own (O3)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from feedback.domain import answering, showing
from feedback.models import Idea
from foundation.accounts.models import User
from foundation.moderation.models import ReviewItem
from foundation.social.domain import blocks
from tests.access.surface import indexed
from tests.api.device import Device, device_of
from tests.feedback.conftest import browser, told

pytestmark = [pytest.mark.django_db, pytest.mark.row("O3")]
PAGES = ("/feedback/", "/feedback/roadmap/", "/feedback/roadmap/rss/", "/feedback/similar/?title=TITLE")
OPERATIONS = ("/feedback?limit=100", "/feedback/roadmap", "/feedback/similar?title=TITLE")


def found(idea: Idea, who: User | None) -> set[str]:
    """Where somebody finds an idea: its page, a list, the search, the API."""
    client: Client = browser(who)
    device = Device() if who is None else device_of(who)
    where = {
        path for path in PAGES if idea.title in client.get(path.replace("TITLE", idea.title)).content.decode()
    }
    if client.get(idea.url).status_code == 200:
        where.add("page")
    indexed()
    hits = client.get("/search/", {"q": idea.title}).context["found"].hits
    if any(hit.kind == "idea" for hit in hits):
        where.add("search")
    for path in OPERATIONS:
        said = device.get(path.replace("TITLE", idea.title)).json()
        rows = said if isinstance(said, list) else said["items"]
        if idea.public_id in {one["id"] for one in rows}:
            where.add(path)
    if device.get(f"/feedback/{idea.public_id}").status_code == 200:
        where.add("api page")
    return where


@pytest.fixture
def planned(idea: Callable, clerk: User) -> Callable[..., Idea]:
    """An idea on the road map."""

    def make(title: str, **how: Any) -> Idea:
        made = idea(title, **how)
        answering.answer_idea(made, by=clerk, step="plan")
        made.refresh_from_db()
        return made

    return make


def test_what_is_public_everybody_finds_everywhere(planned: Callable, zhou: User, portal: Any) -> None:
    made = planned("树下放长椅")
    for who in (None, zhou):
        seen = found(made, who)
        assert {*PAGES, *OPERATIONS, "page", "search", "api page"} <= seen


@pytest.mark.deny
def test_what_is_for_staff_only_they_and_its_author_read(
    planned: Callable, author: User, zhou: User, clerk: User, person: Callable, portal: Any
) -> None:
    made = planned("楼上太吵了", private=True)
    for who in (
        None,
        zhou,
        person("bridge", roles=("staff",), place="bridge"),
        person("boss", roles=("administrator",)),
    ):
        assert found(made, who) == set(), who
    for who in (author, clerk):
        seen = found(made, who)
        assert {"page", "api page", "/feedback/"} <= seen
        # The road map and what is similar are everybody's, whoever looks.
        assert not seen & {"/feedback/roadmap/", "/feedback/roadmap/rss/", "/feedback/roadmap"}


@pytest.mark.deny
@pytest.mark.row("O2")
def test_what_was_hidden_only_its_author_and_its_office_read(
    planned: Callable, author: User, zhou: User, clerk: User, picture: Callable, portal: Any
) -> None:
    made = planned("某某家太脏", pictures=[picture("a.jpg", (64, 48))])
    showing.hide_idea(made, hidden=True, by=clerk)
    for who in (None, zhou):
        assert found(made, who) == set()
    assert "page" in found(made, author)
    assert "page" in found(made, clerk)
    assert made.idea_pictures.get().file.scope_level == "only"
    showing.hide_idea(made, hidden=False, by=clerk)
    assert "page" in found(made, None)
    assert made.idea_pictures.get().file.scope_level == "public"


@pytest.mark.deny
@pytest.mark.row("S6")
def test_who_keeps_apart_reads_nothing_of_the_other(
    planned: Callable, author: User, zhou: User, portal: Any
) -> None:
    made = planned("树下放长椅")
    blocks.block(zhou, by=author)
    assert "page" not in found(made, zhou)
    assert "page" in found(made, None)


@pytest.mark.row("O1")
def test_where_the_office_looks_first_nobody_sees_it_before(
    idea: Callable, author: User, zhou: User, clerk: User, monkeypatch: Any, portal: Any, drain: Callable
) -> None:
    from foundation.core import reviews
    from foundation.core.facets import ReviewTiming
    from foundation.moderation.domain import inbox

    monkeypatch.setattr(reviews, "timing", lambda key: ReviewTiming.BEFORE)
    first, second = idea("先看看"), idea("也先看看")
    assert found(first, zhou) == set()
    assert not told(clerk, "idea_written")
    items = {one.object_id: one for one in ReviewItem.objects.open().filter(kind="idea")}
    inbox.decide(items[str(first.pk)], approved=True, reason="", by=clerk)
    inbox.decide(items[str(second.pk)], approved=False, reason="请写清楚是哪里。", by=clerk)
    drain()
    assert "page" in found(first, zhou)
    assert told(author, "idea_shown")
    assert told(clerk, "idea_written")
    assert found(second, zhou) == set()
    assert told(author, "idea_refused")
    assert "请写清楚是哪里。" in browser(author).get(second.url).content.decode()


@pytest.mark.deny
def test_the_office_answers_only_what_was_looked_at(idea: Callable, clerk: User) -> None:
    from foundation.core.flow.workflow import GuardFails

    made = idea()
    Idea.objects.filter(pk=made.pk).update(waiting=True)
    for act in ({"text": "好"}, {"step": "plan"}):
        with pytest.raises(GuardFails):
            answering.answer_idea(made, by=clerk, **act)
    assert not made.answers.exists()


@pytest.mark.row("O2")
def test_an_idea_can_be_reported_and_is_kept_as_it_stood(
    idea: Callable, zhou: User, picture: Callable, portal: Any
) -> None:
    made = idea(text="说明", pictures=[picture("a.jpg", (64, 48))], descriptions=["门牌"])
    page = browser(zhou)
    assert page.get(f"/report/idea/{made.public_id}/").status_code == 200
    from foundation.core import kinds

    evidence = kinds.of(made).report.evidence(made)  # type: ignore[union-attr]
    assert {"广场装长椅", "说明", "门牌"} == set(evidence.values())


@pytest.mark.row("S2")
def test_neighbours_talk_below_it_but_not_below_what_staff_read(
    idea: Callable, zhou: User, clerk: User, author: User
) -> None:
    made, private = idea(), idea("不公开", private=True)
    sent = browser(zhou).post(f"/social/comments/idea/{made.public_id}/", {"text": "同意"})
    assert sent.status_code == 302
    made.refresh_from_db()
    assert made.comment_count == 1
    assert "同意" in browser(None).get(made.url).content.decode()
    closed = browser(clerk).post(f"/social/comments/idea/{private.public_id}/", {"text": "内部意见"})
    assert closed.status_code == 422
