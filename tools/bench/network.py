"""What a large network's pages cost, timed in a process like a web node's; prints {"feed.first_page": [ms, …], …}.

    python -m tools.bench.network 1000000

The database is what `tools.bench.neighbours` made. Everybody is asked once: nothing is warm but the server.
"""

import json
import random
import sys
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from tools.bench.neighbours import HEAVY, READER

ASKED, WARM = 200, 20
WORDS = ["王", "王伟", "秀英", "liwei", "zhang", "陈国", "李梅芳", "叶", "若溪", "wangw"]
HOST: dict[str, Any] = {
    "SERVER_NAME": "127.0.0.1",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_FOR": "127.0.0.1",
}


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Return milliseconds and what came of it."""
    begun = time.perf_counter()
    found = act()
    return (time.perf_counter() - begun) * 1000, found


def signed_in(person: Any) -> Client:
    """Return somebody's browser."""
    client = Client(**HOST)
    client.force_login(person)
    return client


def statements(readers: Iterable[Any]) -> list[float]:
    """Time the one statement by which a feed is read."""
    from foundation.social.domain.queries import feed  # noqa: PLC0415 - Django is set up by now

    times = []
    with connection.cursor() as cursor:
        for reader in readers:
            asked = feed._laterally(reader, feed.NEWEST)
            times.append(timed(lambda asked=asked: (cursor.execute(*asked), cursor.fetchall()))[0])  # type: ignore[misc]
    return times[WARM:]


def pages(readers: Iterable[Any], address: Callable[[Client], str]) -> list[float]:
    """Time a page as its reader's browser asks for it; what makes the address known is not timed."""
    times = []
    for reader in readers:
        client = signed_in(reader)
        path = address(client)
        took, answer = timed(lambda client=client, path=path: client.get(path, secure=True))  # type: ignore[misc]
        if answer.status_code != 200:
            raise SystemExit(f"network: {path} answers {answer.status_code}")
        times.append(took)
    return times[WARM:]


def older(client: Client) -> str:
    """Return the address of the second page of the feed."""
    page = client.get("/feed/", secure=True).content.decode()
    return "/feed/?before=" + page.partition("?before=")[2].partition('"')[0].partition("&")[0]


def published(author: Any, times: int) -> list[float]:
    """Time a status of somebody whom very many follow."""
    client = signed_in(author)

    def post() -> None:
        form = {"text": "今天银杏大道很好看。", "scope": "residents", "once": str(uuid.uuid4())}
        if client.post("/feed/post/", form, secure=True).status_code != 302:
            raise SystemExit("network: the status was not posted")

    return [timed(post)[0] for _number in range(times)][WARM:]


def measure(count: int) -> dict[str, list[float]]:
    """Ask everything."""
    people, chance = get_user_model().objects.get_queryset(), random.Random(7)
    some = list(people.filter(pk__in=chance.sample(range(1, count), (ASKED + WARM) * 2)))
    typical = [person for person in some if person.pk % HEAVY][: ASKED + WARM]
    heavy = list(people.filter(pk__in=[number * HEAVY for number in range(1, count // HEAVY + 1)]))[
        : ASKED + WARM
    ]
    words = iter(WORDS * ASKED)
    author, reader = people.get(pk=1), people.get(pk=READER)
    return {
        "feed.sql_p95": statements(typical),
        "feed.sql_heavy_p95": statements(heavy),
        "feed.first_page": pages(typical, lambda _client: "/feed/"),
        "feed.next_page": pages(typical, older),
        "feed.publish": published(author, 60),
        "people.search": pages(typical, lambda _client: f"/people/?q={next(words)}"),
        "notifications.list": pages([reader] * 60, lambda _client: "/notifications/"),
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))
