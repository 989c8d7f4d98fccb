"""Who works here hears of work (S11): one line of what waits, nothing of what is decided; others see no work at all."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from foundation.messaging.domain import muting, queries
from foundation.messaging.models import Manner, Mute, Notification, Preference
from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem
from foundation.social.domain import reactions

pytestmark = [pytest.mark.django_db, pytest.mark.row("S11")]


@pytest.fixture
def waiting(person: Callable, portal: Any, article: Callable) -> list[ReviewItem]:
    """Three articles that wait for a reviewer."""
    editor = person("editor", roles=("editor",))
    for number in range(3):
        page = article(f"第{number}篇", live=False, owner=editor)
        page.save_revision(user=editor)
        page.get_workflow().start(page, editor)
    return list(ReviewItem.objects.order_by("pk"))


@pytest.fixture
def reviewer(person: Callable) -> Any:
    return person("reviewer", roles=("reviewer",))


def lines(user: Any) -> list[str]:
    return [line.told.sentence for line in queries.page_of(user, group="work").lines]


def test_what_waits_is_one_line_that_counts_only_what_is_not_decided(
    reviewer: Any, waiting: list[ReviewItem], client: Any, drain: Callable
) -> None:
    assert lines(reviewer) == ["3 项内容等您审核"]
    assert queries.unread_count(reviewer) == 1
    inbox.decide(waiting[-1], approved=True, by=reviewer)
    drain()
    assert lines(reviewer) == ["2 项内容等您审核"], "the newest was decided, the others still wait"
    client.force_login(reviewer)
    (line,) = queries.page_of(reviewer).lines
    assert client.post(line.row.open_url).url == reverse("reviews:list")
    inbox.decide(waiting[0], approved=False, reason="请补充", by=reviewer)
    drain()
    assert lines(reviewer) == ["有新的内容等您审核"]
    (line,) = queries.page_of(reviewer).lines
    assert client.post(line.row.open_url).url == waiting[1].get_absolute_url()
    inbox.decide(waiting[1], approved=True, by=reviewer)
    drain()
    assert lines(reviewer) == []


@pytest.mark.deny
def test_residents_see_nothing_of_work(client: Any, lin: Any, reviewer: Any) -> None:
    for user, shown in ((lin, False), (reviewer, True)):
        client.force_login(user)
        assert ("?group=work" in client.get("/notifications/").content.decode()) is shown
        assert ("等您审核" in client.get(reverse("messaging:settings")).content.decode()) is shown


def test_what_a_resident_is_not_shown_stays_as_it_is(client: Any, lin: Any) -> None:
    Manner.objects.create(user=lin, preset="custom")
    Preference.objects.create(user=lin, event="review.submitted", channel="mail", wanted=False)
    client.force_login(lin)
    client.post(
        reverse("messaging:settings"), {"preset": "custom", "digest": "daily", "wanted": ["post.liked:site"]}
    )
    assert not Preference.objects.get(user=lin, event="review.submitted", channel="mail").wanted
    assert not Preference.objects.filter(user=lin, event="review.handed").exists()


def test_a_group_with_nothing_in_it_says_so(client: Any, lin: Any) -> None:
    client.force_login(lin)
    page = client.get("/notifications/?group=own").content.decode()
    assert "这一类还没有通知" in page
    assert "发一条说说" not in page


def test_of_several_people_each_can_be_muted_and_taken_back_at_once(
    client: Any, lin: Any, post: Any, person: Callable
) -> None:
    people = [person(f"p{number}", display=f"邻居{number}") for number in range(3)]
    for one in people:
        reactions.react(post, by=one, liked=True)
    client.force_login(lin)
    page = client.get("/notifications/").content.decode()
    for number in range(3):
        assert f"不再提醒邻居{number}的事" in page
    row = Notification.objects.get(user=lin, by=people[2])
    page = client.post(
        reverse("messaging:mute", args=[row.public_id, "person"]), {"who": "p0"}, follow=True
    ).content.decode()
    mute = Mute.objects.get()
    assert mute.person == people[0]
    assert "<b>邻居0</b>" in page
    assert reverse("messaging:unmute", args=[mute.pk]) in page


@pytest.mark.deny
def test_whoever_is_not_in_the_line_is_not_muted_by_it(
    lin: Any, zhou: Any, post: Any, person: Callable
) -> None:
    person("stranger")
    reactions.react(post, by=zhou, liked=True)
    row = Notification.objects.get(user=lin)
    assert muting.mute_person(row, who="stranger", by=lin) is None
    assert not Mute.objects.exists()


@pytest.mark.deny
@pytest.mark.parametrize("named", ["0", "x", "٣", "999999"])
def test_a_mute_that_is_none_of_hers_is_not_told(client: Any, lin: Any, named: str) -> None:
    client.force_login(lin)
    assert client.get(f"/notifications/?muted={named}").context["muted"] is None
