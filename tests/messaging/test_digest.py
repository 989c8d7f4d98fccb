"""Digests (S11): what was not delivered yet, once; whoever runs late, early, twice or dies half-way."""

import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.core.access.scopes import Scope
from foundation.core.flow import chores, outbox
from foundation.core.flow.models import OutboxMessage
from foundation.messaging.domain import choices, delivery
from foundation.messaging.models import Delivery, Manner, Notification
from foundation.social.domain import comments, posts, reactions
from foundation.social.domain.follows import follow

pytestmark = [pytest.mark.django_db, pytest.mark.row("S11")]


@pytest.fixture
def beat(drain: Callable) -> Callable[[], int]:
    """What happens every minute: chores, and what they cause."""

    def run() -> int:
        chores.do_all(chores.Rhythm.MINUTE)
        return drain()

    return run


def mailed() -> list[str]:
    """The words of each comment that a letter to 林 named, in the order of the letters."""
    return [
        word
        for letter in mail.outbox
        if "lin@example.org" in letter.to
        for line in letter.body.splitlines()
        for word in line.split("：")
        if word.startswith("评论-")
    ]


def each_post(lin: Any, number: int) -> Any:
    return posts.post_status(by=lin, text=f"说说{number}", scope=Scope("residents"))


def test_thirty_days_miss_nothing_and_repeat_nothing(clock: Any, lin: Any, zhou: Any, beat: Callable) -> None:
    """Events at all hours; the beat comes early, late, twice, and on two days not at all."""
    begin = clock.at("2026-11-01 00:00")
    said, letters = [], []
    for day in range(30):
        for hour in (1, 7, 8, 13, 23):
            clock.now = begin + timedelta(days=day, hours=hour)
            word = f"评论-{day}-{hour}"
            comments.comment(by=zhou, target=each_post(lin, day), text=word)
            said.append(word)
            runs = {0: (59,), 1: (0, 0, 1), 2: (-1, 30)}[day % 3] if day not in (11, 12) else ()
            for minute in runs:
                clock.now = begin + timedelta(days=day, hours=8, minutes=minute)
                if clock.now >= begin + timedelta(days=day, hours=hour):
                    beat()
        letters.append(len(mail.outbox))
    clock.now = begin + timedelta(days=31, hours=9)
    beat()
    assert sorted(mailed()) == sorted(said)
    assert len(set(mailed())) == len(said)
    assert all(later - earlier <= 2 for earlier, later in pairwise(letters))
    assert not Delivery.objects.filter(state="waiting").exists()


def test_a_weekly_digest_comes_every_week(clock: Any, lin: Any, zhou: Any, beat: Callable) -> None:
    choices.choose(preset="custom", digest="weekly", by=lin)
    for week in range(4):
        clock.now = clock.at("2026-11-04 12:00") + timedelta(weeks=week)
        comments.comment(by=zhou, target=each_post(lin, week), text=f"评论-{week}")
        beat()
        assert len(mailed()) == week
        clock.now = clock.at("2026-11-09 08:01") + timedelta(weeks=week)
        beat()
        assert mailed() == [f"评论-{number}" for number in range(week + 1)]


def test_likes_of_one_object_are_one_line_of_the_letter(
    clock: Any, lin: Any, person: Callable, post: Any, beat: Callable
) -> None:
    choices.choose(preset="custom", wanted={("post.liked", "mail"), ("comment.commented", "mail")}, by=lin)
    people = [person(f"p{number}", display=f"邻居{number}") for number in range(5)]
    for one in people:
        reactions.react(post, by=one, liked=True)
    comments.comment(by=people[0], target=post, text="评论-一")
    clock.at("2026-11-26 08:00")
    beat()
    (letter,) = mail.outbox
    assert letter.subject.endswith("：2 条新通知")
    assert letter.body.index("邻居0 评论了您") < letter.body.index("邻居4、邻居3 等 5 人 赞了您的说说")
    assert "/notifications/settings/" in letter.body


@pytest.mark.deny
@pytest.mark.security(4)
def test_what_was_hidden_deleted_or_read_meanwhile_is_in_no_digest(
    clock: Any, lin: Any, zhou: Any, beat: Callable
) -> None:
    follow(lin, by=zhou)
    hidden, gone, read, stays = (
        posts.post_status(by=zhou, text=f"@林秋雨 评论-{word}", scope=Scope("residents"))
        for word in ("藏", "删", "读", "留")
    )
    posts.edit_post(hidden, by=zhou, text="@林秋雨 评论-藏", scope=Scope("only", str(zhou.pk)))
    posts.delete_post(gone, by=zhou)
    Notification.objects.filter(object_id=str(read.pk)).update(read_at=clock.now)
    clock.at("2026-11-26 08:00")
    beat()
    (letter,) = mail.outbox
    assert "评论-留" in letter.body
    assert not any(f"评论-{word}" in letter.body for word in "藏删读")
    states = dict(Delivery.objects.values_list("notification__object_id", "state"))
    assert states[str(stays.pk)] == "sent"
    assert set(states.values()) == {"sent", "dropped"}


def test_a_parked_message_stops_no_later_digest(
    clock: Any, lin: Any, zhou: Any, post: Any, beat: Callable
) -> None:
    comments.comment(by=zhou, target=post, text="评论-一")
    clock.at("2026-11-26 08:00")
    assert delivery.start_due() == 1
    OutboxMessage.objects.filter(channel="deliver").update(state="dead", done_at=clock.now)
    beat()
    assert mailed() == []
    clock.at("2026-11-27 08:00")
    beat()
    assert mailed() == ["评论-一"]
    outbox.retry()
    beat()
    assert mailed() == ["评论-一"]


def test_a_letter_names_three_hundred_and_counts_the_rest(
    clock: Any, lin: Any, zhou: Any, post: Any, beat: Callable, monkeypatch: Any
) -> None:
    monkeypatch.setattr(delivery, "NAMED", 2)
    for number in range(5):
        comments.comment(by=zhou, target=each_post(lin, number), text=f"评论-{number}")
    clock.at("2026-11-26 08:00")
    beat()
    (letter,) = mail.outbox
    assert "更早的还有 3 条" in letter.body
    assert mailed() == ["评论-4", "评论-3"]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_older_ones_are_told_where_the_newest_were_read_meanwhile(
    clock: Any, lin: Any, zhou: Any, beat: Callable, monkeypatch: Any
) -> None:
    """What a letter names is chosen after asking what is still wanted, and so is what it counts."""
    monkeypatch.setattr(delivery, "NAMED", 2)
    for number in range(7):
        comments.comment(by=zhou, target=each_post(lin, number), text=f"评论-{number}")
    newest = Notification.objects.filter(user=lin).order_by("-pk").values_list("pk", flat=True)
    read = [newest[number] for number in (0, 1, 2, 5)]
    Notification.objects.filter(pk__in=read).update(read_at=clock.now)
    clock.at("2026-11-26 08:00")
    beat()
    (letter,) = mail.outbox
    assert mailed() == ["评论-3", "评论-2"]
    assert letter.subject.endswith("：3 条新通知")
    assert "更早的还有 1 条" in letter.body
    states = dict(Delivery.objects.values_list("notification", "state"))
    assert {pk for pk, state in states.items() if state == "dropped"} == set(read)
    assert set(states.values()) == {"sent", "dropped"}


def test_what_fails_half_way_leaves_everything_waiting(
    clock: Any, lin: Any, zhou: Any, post: Any, beat: Callable, monkeypatch: Any
) -> None:
    comments.comment(by=zhou, target=post, text="评论-一")
    clock.at("2026-11-26 08:00")

    def breaks(parcel: Any) -> bool:
        delivery.by_mail(parcel)
        raise OSError("the worker fell")

    monkeypatch.setitem(delivery.CARRIERS, "mail", breaks)
    beat()
    assert not OutboxMessage.objects.filter(channel="mail").exists()
    assert Delivery.objects.get().state == "waiting"
    monkeypatch.setitem(delivery.CARRIERS, "mail", delivery.by_mail)
    clock.at("2026-11-26 09:00")
    beat()
    assert mailed() == ["评论-一"]


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_send_one_letter(lin: Any, zhou: Any) -> None:
    for number in range(4):
        comments.comment(by=zhou, target=each_post(lin, number), text=f"评论-{number}")
    Delivery.objects.update(due_at=lin.date_joined)
    start, faults = threading.Barrier(4), []

    def work() -> None:
        try:
            start.wait()
            delivery.deliver("x", {"user": lin.pk, "channel": "mail", "until": lin.date_joined.isoformat()})
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == []
    assert OutboxMessage.objects.filter(channel="mail").count() == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), st.just("")),
        st.tuples(st.just("wait"), st.integers(min_value=1, max_value=60)),
        st.tuples(st.just("choose"), st.sampled_from(["daily", "weekly", "at_once", "all", "normal"])),
        st.tuples(st.just("beat"), st.just("")),
    ),
    min_size=3,
    max_size=14,
)


@given(steps=STEPS)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_is_chosen_when_nothing_is_missed_or_repeated(
    clock: Any, lin: Any, zhou: Any, beat: Callable, steps: list
) -> None:
    """Preferences × time × beats in any order: every comment comes by mail exactly once in the end."""
    mail.outbox.clear()
    Notification.objects.all().delete()
    Manner.objects.all().delete()
    OutboxMessage.objects.all().delete()
    clock.at("2026-11-25 12:00")
    said = []
    for act, value in steps:
        clock.now += timedelta(seconds=1)
        if act == "tell":
            said.append(f"评论-{len(said)}")
            comments.comment(by=zhou, target=each_post(lin, len(said)), text=said[-1])
        elif act == "wait":
            clock.now += timedelta(hours=value)
        elif act == "choose":
            preset, digest = (value, "daily") if value in ("all", "normal") else ("custom", value)
            choices.choose(preset=preset, digest=digest, by=lin)
        else:
            beat()
        assert len(mailed()) == len(set(mailed()))
        early = Delivery.objects.filter(state="sent", due_at__gt=clock.now)
        assert not early.exists()
    clock.now += timedelta(days=9)
    beat()
    assert sorted(mailed()) == sorted(said)
