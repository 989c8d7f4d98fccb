"""Twenty thousand things that can be found, the same in every run; then the questions, timed where the page asks them.

    python -m tools.bench.corpus 20000

Three in five are statuses, the rest articles, notices and people. Sentences come from the demo, with runs of its
characters between them that stand nowhere else, so that there are words of every frequency.
"""

import json
import random
import re
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

ROOT = Path(__file__).resolve().parents[2]
CHARACTERS = 350
ASKED = 40
PERSON, ARTICLE, NOTICE, POST = 0.05, 0.25, 0.1, 0.6


class Writer:
    """Writes texts that nobody has written, always the same."""

    def __init__(self) -> None:
        self.chance = random.Random(20_000)
        texts: list[str] = []
        for path in sorted((ROOT / "site" / "linli" / "demo").glob("*.json")):
            _collect(json.loads(path.read_text(encoding="utf-8")), texts)
        self.sentences = [
            part for text in texts for part in re.split("(?<=[。！？；])", text) if len(part) > 5
        ]
        self.signs = [sign for sign in "".join(self.sentences) if "\u4e00" <= sign <= "\u9fff"]

    def signs_of(self, least: int, most: int) -> str:
        return "".join(self.chance.choice(self.signs) for _sign in range(self.chance.randint(least, most)))

    def title(self) -> str:
        return re.split("[，。：、！？]", self.chance.choice(self.sentences))[0][:14] + self.signs_of(2, 4)

    def text(self) -> str:
        said = ""
        while len(said) < CHARACTERS:
            said += self.chance.choice(self.sentences)
            if self.chance.random() < 0.35:
                said += f"{self.signs_of(6, 12)}。"
        return said[:500]


def _collect(value: Any, texts: list[str]) -> None:
    if isinstance(value, str) and re.search("[\u4e00-\u9fff]{4}", value):
        texts.append(value)
    elif isinstance(value, dict):
        for one in value.values():
            _collect(one, texts)
    elif isinstance(value, list):
        for one in value:
            _collect(one, texts)


def _people(writer: Writer, count: int) -> list[Any]:
    user, now = apps.get_model("accounts.User"), timezone.now()
    return user.objects.bulk_create(
        [
            user(
                username=f"bench-{number}",
                display_name=writer.signs_of(2, 4),
                verified_at=now,
                verified_method="staff",
                verified_name=writer.signs_of(2, 3),
                identity_index=f"bench-{number}",
            )
            for number in range(count)
        ]
    )


def _posts(writer: Writer, count: int, people: list[Any]) -> None:
    post, now = apps.get_model("social.Post"), timezone.now()
    post.objects.bulk_create(
        [
            post(
                author=writer.chance.choice(people),
                text=writer.text(),
                scope_level=writer.chance.choice(["public", "residents"]),
                created_at=now - timedelta(minutes=writer.chance.randrange(500_000)),
            )
            for _number in range(count)
        ],
        batch_size=1000,
    )


def _pages(writer: Writer, count: int, label: str, parent: Any, **facts: Any) -> None:
    """Pages as a move of the tree would leave them, without asking the tree for each."""
    model: Any = apps.get_model(label)
    step, now = parent.numchild, timezone.now()
    for number in range(count):
        page = model(
            title=writer.title(),
            slug=f"bench-{number}",
            summary=writer.text()[:120],
            body=json.dumps([{"type": "paragraph", "value": writer.text()}]),
            published_on=now - timedelta(minutes=writer.chance.randrange(500_000)),
            live=True,
            depth=parent.depth + 1,
            path=model._get_path(parent.path, parent.depth + 1, step + number + 1),
            url_path=f"{parent.url_path}bench-{number}/",
            locale_id=parent.locale_id,
            **facts,
        )
        page.draft_title = page.title
        page.content_type_id = apps.get_model("contenttypes.ContentType").objects.get_for_model(model).pk
        page.save_base(force_insert=True)
    type(parent).objects.filter(pk=parent.pk).update(numchild=step + count)


def fill(documents: int) -> Writer:
    """Fill an empty, migrated database, and the outbox with nothing: the index is written afterwards, as a whole."""
    from home.domain.frame import make_frame  # noqa: PLC0415 - Django is set up by now

    writer, frame = Writer(), make_frame(name="银杏里社区")
    channel, _new = apps.get_model("news.Channel").objects.get_or_create(
        slug="street", defaults={"name": "社区要闻"}
    )
    with transaction.atomic():
        people = _people(writer, int(documents * PERSON))
        _posts(writer, int(documents * POST), people)
        _pages(writer, int(documents * ARTICLE), "news.ArticlePage", frame.news, channel=channel)
        _pages(writer, int(documents * NOTICE), "news.NoticePage", frame.notices)
        apps.get_model("core.OutboxMessage").objects.all().delete()
    return writer


def questions(writer: Writer) -> dict[str, list[str]]:
    """Words of one, two and four characters: the commonest, ordinary and rare ones; names by pinyin, and several words."""
    told = [writer.text() for _text in range(3000)]
    asked: dict[str, list[str]] = {}
    for length in (1, 2, 4):
        counted = Counter(
            word
            for text in told
            for word in {text[at : at + length] for at in range(len(text) - length)}
            if re.fullmatch("[\u4e00-\u9fff]+", word)
        )
        ranked = [word for word, _number in counted.most_common()]
        asked[f"common{length}"] = ranked[:ASKED]
        asked[f"ordinary{length}"] = ranked[len(ranked) // 20 :: max(1, len(ranked) // ASKED)][:ASKED]
        asked[f"rare{length}"] = ranked[-ASKED:]
    people = apps.get_model("accounts.User").objects.order_by("pk").values_list("display_name", flat=True)
    asked["name"] = list(people[:ASKED])
    asked["pinyin"] = ["shequ", "yinxing", "huodong", "zhangliang", "dt", "sqhz"] * (ASKED // 6)
    asked["several"] = [
        f"{first} {second}" for first, second in zip(asked["common2"], asked["ordinary2"], strict=False)
    ]
    return asked


def _size() -> float:
    tables = ("core_searchdocument", "core_searchtext", "core_searchwords")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT sum(pg_total_relation_size(one::regclass)) FROM unnest(%s) AS one", [list(tables[:2])]
            )
        else:
            cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'core_search%%'")
        return float(cursor.fetchone()[0]) / 2**20


def main() -> None:
    """Fill, index, ask; print what it took as one JSON object."""
    from foundation.core.search import indexing  # noqa: PLC0415
    from foundation.core.search.finding import find  # noqa: PLC0415

    documents = int(sys.argv[1])
    writer = fill(documents)
    started = time.perf_counter()
    indexing.mend()
    index = (time.perf_counter() - started) * 1000 / documents
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    readers = [
        None,
        apps.get_model("accounts.User").objects.order_by("pk").filter(verified_at__isnull=False)[0],
    ]
    took: dict[str, list[float]] = {}
    asked = questions(writer)
    # Dictionaries of pinyin are read once in the life of a process.
    find("张亮", readers[1])
    for name, words in asked.items():
        for word in words:
            for reader in readers:
                started = time.perf_counter()
                find(word, reader)
                took.setdefault(name, []).append((time.perf_counter() - started) * 1000)
    try:
        size = _size()
    except django.db.DatabaseError:
        # SQLite was built without its table of sizes.
        size = 0.0
    print(json.dumps({"ms": took, "index": index, "mb": size}))


if __name__ == "__main__":
    django.setup()
    main()
