"""The centre (S11): like things in one line, page by page, whether there are thirty of them or fifty thousand."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.accounts.models import User
from foundation.messaging.domain import queries, reading
from foundation.messaging.domain.queries import names_in_words
from foundation.messaging.domain.queries.centre import PER_PAGE
from foundation.messaging.models import Notification
from foundation.social.domain import comments, reactions
from foundation.social.domain.follows import follow

pytestmark = [pytest.mark.django_db, pytest.mark.row("S11")]


def sentences(user: Any, **which: Any) -> list[str]:
    return [line.told.sentence for line in queries.page_of(user, **which).lines]


@pytest.mark.parametrize(
    ("names", "number", "words"),
    [
        (["林秋雨"], 1, "林秋雨"),
        (["林秋雨", "周叶"], 2, "林秋雨、周叶"),
        (["林秋雨", "周叶"], 5, "林秋雨、周叶 等 5 人"),
        (["林秋雨", "周叶"], 100, "林秋雨、周叶 等 100 多人"),
    ],
)
def test_people_are_named_and_then_counted(names: list[str], number: int, words: str) -> None:
    assert names_in_words(names, number) == words


def test_likes_of_one_status_are_one_line_and_opening_it_reads_all(
    client: Any, person: Callable, lin: Any, post: Any
) -> None:
    for number in range(5):
        reactions.react(post, by=person(f"p{number}", display=f"邻居{number}"), liked=True)
    assert Notification.objects.count() == 5
    assert sentences(lin) == ["邻居4、邻居3 等 5 人 赞了您的说说"]
    assert queries.unread_count(lin) == 1
    client.force_login(lin)
    line = queries.page_of(lin).lines[0]
    assert client.post(line.row.open_url).url == post.url
    assert not Notification.objects.filter(read_at__isnull=True).exists()
    reactions.react(post, by=person("late", display="来晚的"), liked=True)
    assert sentences(lin, unread=True) == ["来晚的、邻居4 等 6 人 赞了您的说说"]


def test_one_neighbour_who_writes_three_times_is_one_neighbour(lin: Any, zhou: Any, post: Any) -> None:
    for text in "一二三":
        comments.comment(by=zhou, target=post, text=text)
    (line,) = queries.page_of(lin).lines
    assert (line.told.sentence, line.told.title) == ("周叶 评论了您", "三")


def test_follows_are_one_line_though_each_is_about_another_person(lin: Any, person: Callable) -> None:
    for number in range(3):
        follow(lin, by=person(f"p{number}", display=f"邻居{number}"))
    assert sentences(lin) == ["邻居2、邻居1 等 3 人 关注了您"]


def test_filters_by_group_and_by_unread(client: Any, lin: Any, zhou: Any, post: Any) -> None:
    reactions.react(post, by=zhou, liked=True)
    comments.comment(by=zhou, target=post, text="一")
    reading.mark_read(Notification.objects.get(event="liked"), by=lin)
    assert sentences(lin, unread=True) == ["周叶 评论了您"]
    assert sentences(lin, group="people") == ["周叶 评论了您", "周叶 赞了您的说说"]
    assert sentences(lin, group="security") == []
    client.force_login(lin)
    assert "都看过了" not in client.get("/notifications/?show=unread").content.decode()
    assert "还没有通知" in client.get("/notifications/?group=security").content.decode()
    reading.mark_all_read(by=lin)
    assert "都看过了" in client.get("/notifications/?show=unread").content.decode()


def test_days_stand_above_their_lines(client: Any, lin: Any, zhou: Any, post: Any) -> None:
    reactions.react(post, by=zhou, liked=True)
    comments.comment(by=zhou, target=post, text="一")
    Notification.objects.filter(event="liked").update(created_at=timezone.now() - timedelta(days=1))
    client.force_login(lin)
    page = client.get("/notifications/").content.decode()
    assert (
        page.index("今天</h2>")
        < page.index("评论了您")
        < page.index("昨天</h2>")
        < page.index("赞了您的说说")
    )


def test_every_line_stands_on_exactly_one_page(lin: Any, zhou: Any) -> None:
    told(lin, zhou, 2 * PER_PAGE + 7, bundles=2 * PER_PAGE + 7)
    seen, before = [], ""
    for _page in range(3):
        page = queries.page_of(lin, before=before)
        seen += [line.row.bundle for line in page.lines]
        before = page.older
    assert before == ""
    assert len(seen) == len(set(seen)) == 2 * PER_PAGE + 7
    assert queries.page_of(lin, before="99999999999999999999-1").lines == queries.page_of(lin).lines


def test_two_that_were_written_at_once_are_one_line(lin: Any, zhou: Any, person: Callable, post: Any) -> None:
    """Neither saw the other, so neither folded the other."""
    for by in (zhou, person("wu")):
        reactions.react(post, by=by, liked=True)
    Notification.objects.update(folded=False)
    assert len(queries.page_of(lin).lines) == 1
    assert queries.unread_count(lin) == 1


def test_a_line_whose_newest_row_went_comes_back(lin: Any, zhou: Any, person: Callable, post: Any) -> None:
    late = person("wu")
    for by in (zhou, late):
        reactions.react(post, by=by, liked=True)
    Notification.objects.filter(by=late).delete()
    reading.sweep()
    assert sentences(lin) == ["周叶 赞了您的说说"]


def told(user: Any, by: Any, number: int, *, bundles: int) -> None:
    """Write many rows at once, as `emit` would one after the other."""
    now, newest = timezone.now(), number - bundles
    Notification.objects.bulk_create(
        [
            Notification(
                user=user,
                by=by,
                event="liked",
                kind="post",
                object_id=str(row),
                group="people",
                thread=f"post:{row % bundles}",
                bundle=f"post.liked|post:{row % bundles}",
                created_at=now - timedelta(seconds=number - row),
                folded=row < newest,
            )
            for row in range(number)
        ],
        batch_size=2000,
    )


@pytest.mark.parametrize("bundles", [1, 1000], ids=["all of one status", "of a thousand statuses"])
def test_fifty_thousand_rows_ask_what_one_asks(client: Any, lin: Any, zhou: Any, bundles: int) -> None:
    told(lin, zhou, 1, bundles=1)
    client.force_login(lin)
    addresses = ("/notifications/", "/notifications/?show=unread", "/notifications/?group=people")
    few = {}
    for path in addresses:
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        few[path] = len(asked)
    Notification.objects.all().delete()
    told(lin, zhou, 50_000, bundles=bundles)
    for path in addresses:
        # As above: what is looked up once in a while (when she was last seen) is no part of the page.
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        assert len(asked) == few[path], path


def test_a_page_reads_lines_by_the_index_of_lines_and_sorts_nothing(lin: Any, zhou: Any) -> None:
    told(lin, zhou, 20_000, bundles=40)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE messaging_notification")
    with CaptureQueriesContext(connection) as asked:
        queries.page_of(lin)
        queries.unread_count(lin)
    listing = next(query["sql"] for query in asked if "ORDER BY" in query["sql"] and "people" in query["sql"])
    with connection.cursor() as cursor:
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {listing}")
        plan = "\n".join(str(row) for row in cursor.fetchall())
    assert "notification_lines" in plan, plan
    assert "notification_bundle" in plan, plan
    assert "TEMP B-TREE FOR ORDER" not in plan, plan


def test_nobody_elses_rows_are_in_a_line(lin: Any, zhou: Any, post: Any) -> None:
    reactions.react(post, by=zhou, liked=True)
    told(zhou, lin, 3, bundles=1)
    assert sentences(lin) == ["周叶 赞了您的说说"]
    assert User.objects.filter(notifications__user=lin).count() == 1
