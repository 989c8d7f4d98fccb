"""However much was said, a page asks the database the same number of times and reads by key (S10)."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.domain import groups, sending
from chat.domain.queries import conversations as listed
from chat.domain.queries import messages as said
from chat.models import Attachment, Conversation, Message, Participant
from foundation.core.ids import time_ordered_id
from foundation.core.models import StoredFile
from foundation.core.pages import version
from foundation.social.domain.follows import follow
from tests.api.device import device_of
from tests.lists.test_query_counts import _without_values

pytestmark = [pytest.mark.row("S10"), pytest.mark.django_db]
MANY = 30


def statements(get: Callable[[], Any]) -> Counter[str]:
    """Return the statements of a page with empty caches, by their words."""
    get()
    for cache in caches.all(initialized_only=True):
        cache.clear()
    version.forget()
    with CaptureQueriesContext(connection) as asked:
        assert get().status_code == 200
    return Counter(_without_values(query["sql"]) for query in asked)


def _talk(lin: Any, other: Any, number: int) -> None:
    made = sending.write_to(lin, by=other, text=f"第{number}句")
    stored = StoredFile.objects.create(owner_id=other.pk, state="ready", width=4, height=3)
    Attachment.objects.create(message=made, file=stored, position=0)


def test_lists_ask_as_often_for_thirty_as_for_one(lin: Any, person: Callable, settings: Any) -> None:
    settings.RATES = dict.fromkeys(settings.RATES, "100000/h")
    client, device = Client(), device_of(lin)
    client.force_login(lin)
    first = person("p0")
    follow(first, by=lin)
    _talk(lin, first, 0)
    group = groups.start_group("太极队", [first], by=lin)
    pair = Conversation.objects.get(pair_key__isnull=False)
    pages = {
        "/messages/": lambda: client.get("/messages/"),
        "requests": lambda: client.get("/messages/?show=requests"),
        "search": lambda: client.get("/messages/?q=p"),
        "pair": lambda: client.get(pair.url),
        "newer": lambda: client.get(f"{pair.url}newer/"),
        "people": lambda: client.get(f"{group.url}people/"),
        "new": lambda: client.get("/messages/new/"),
        "api list": lambda: device.get("/conversations?limit=100"),
        "api messages": lambda: device.get(f"/conversations/{pair.public_id}/messages?limit=100"),
        "api people": lambda: device.get(f"/conversations/{group.public_id}/people"),
    }
    _stranger(lin, person, 0)
    one = {name: statements(get) for name, get in pages.items()}
    for number in range(1, MANY):
        other = person(f"p{number}")
        follow(other, by=lin)
        follow(lin, by=other)
        _talk(lin, other, number)
        groups.add_people(group, [other], by=lin)
        _talk(lin, first, number)
        sending.send(group, by=lin, text=f"群{number}")
        _stranger(lin, person, number)
    many = {name: statements(get) for name, get in pages.items()}
    grown = {name: more for name in pages if (more := many[name] - one[name])}
    assert grown == {}, "\n".join(f"{name}: {more}" for name, more in grown.items())


def _stranger(lin: Any, person: Callable, number: int) -> None:
    sending.write_to(lin, by=person(f"s{number}"), text=f"您好{number}")


def test_the_signs_beside_the_bell_cost_no_statement_of_their_own(lin: Any, zhou: Any) -> None:
    from foundation.messaging.domain.queries import header_counts, unread_count

    sending.write_to(lin, by=zhou, text="一")
    with CaptureQueriesContext(connection) as both:
        assert header_counts(lin)["messages"] == 1
    with CaptureQueriesContext(connection) as bell:
        unread_count(lin)
    assert len(both) == len(bell) == 1


@pytest.fixture
def long(lin: Any, zhou: Any) -> Conversation:
    """Fifty thousand messages of two."""
    made = sending.write_to(zhou, by=lin, text="第一句")
    begin = (timezone.now() - timedelta(days=300)).timestamp()
    keys = [time_ordered_id(begin + number) for number in range(50_000)]
    Message.objects.bulk_create(
        [
            Message(id=key, conversation=made.conversation, author=lin if key % 2 else zhou, text="")
            for key in keys
        ],
        batch_size=5000,
    )
    return made.conversation


def test_fifty_thousand_messages_are_read_page_by_page_by_their_key(lin: Any, long: Conversation) -> None:
    keys = list(Message.objects.order_by("-pk").values_list("pk", flat=True)[: 3 * said.PER_PAGE])
    read: list[int] = []
    before = 0
    for _page in range(3):
        with CaptureQueriesContext(connection) as asked:
            window = said.window(long, lin, before=before)
        assert len(asked) == 2, [query["sql"] for query in asked]
        read += [one.pk for one in reversed(window.messages)]
        before = window.messages[0].pk
    assert read == keys
    rows = Message.objects.visible_to(lin).filter(conversation=long, pk__lt=before).order_by("-pk")[:31]
    plan = rows.explain()
    assert "chat_newest" in plan or "PRIMARY KEY" in plan or "chat_message_pkey" in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Seq Scan on chat_message" not in plan, plan


def test_the_list_of_conversations_is_read_by_its_key(lin: Any, person: Callable) -> None:
    made = [person(f"p{number}") for number in range(45)]
    for number, other in enumerate(made, 1):
        conversation = Conversation.objects.create(pair_key=f"{lin.pk}:{other.pk}", last_id=number)
        Participant.objects.create(conversation=conversation, user=lin, last_id=number)
        Participant.objects.create(conversation=conversation, user=other, last_id=number)
    seen: list[int] = []
    before = ""
    for _page in range(3):
        page = listed.page_of(lin, before=before)
        seen += [line.part.last_id for line in page.lines]
        before = page.older
    assert (seen, before) == (list(range(45, 0, -1)), "")
    assert len(listed.page_of(lin, before="nonsense").lines) == listed.PER_PAGE
