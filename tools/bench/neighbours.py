"""A million neighbours with fifty follows each and ten posts each, made by the database itself (PostgreSQL).

    python -m tools.bench.neighbours 1000000

Some are followed by a hundred thousand, most by a handful: whom somebody follows is drawn by a power law. Numbers are
drawn from a fixed seed, so that every run gives the same community.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django
from django.apps import apps
from django.db import connection

POSTS_EACH, FOLLOWS_EACH, NAMES = 10, 50, 20_000
# So many follow, and are followed by, the next in line: contacts.
CONTACTS = 5
# One in a thousand follows 500 to 600.
HEAVY = 1000
# The first in line is followed by one in ten.
POWER = 2.2
NOTICES, READER = 50_000, 77
TABLES = ("accounts_user", "accounts_profile", "social_follow", "social_post", "social_feedentry")
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂文辉玲红华建国志英梅春秋雨晨宇浩然子轩梓涵欣怡思远若溪安宁"
)


@contextmanager
def without_indexes(cursor: Any) -> Iterator[None]:
    """Fill first, index afterwards; what points elsewhere is right by how it is drawn, and asked of no trigger."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [list(TABLES)],
    )
    indexes = cursor.fetchall()
    for name, _made in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    cursor.execute("SET session_replication_role = replica")
    cursor.execute("SET maintenance_work_mem = '1GB'")
    yield
    for _name, made in indexes:
        cursor.execute(made)
    cursor.execute("SET session_replication_role = origin")


def spread(cursor: Any, row: Any, changed: dict[str, str], numbers: str) -> None:
    """Write a saved row again and again, with SQL over `n` for the columns that differ; then take it away."""
    model = type(row)
    columns = [field.column for field in model._meta.local_concrete_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(changed.get(column, f'one."{column}"') for column in columns)
    table = model._meta.db_table
    cursor.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" AS one, {numbers} WHERE one.id = %s',
        [row.pk],
    )
    cursor.execute(f'DELETE FROM "{table}" WHERE id = %s', [row.pk])


def names() -> list[str]:
    """Return names as people have them, all different."""
    found: dict[str, None] = {}
    for number in range(NAMES * 2):
        surname = SURNAMES[number % len(SURNAMES)]
        first = GIVEN[number * 7 // len(SURNAMES) % len(GIVEN)]
        second = GIVEN[(number // len(SURNAMES) + number * 11) % len(GIVEN)]
        found[surname + first + second] = None
    return list(found)[:NAMES]


def _people(cursor: Any, count: int) -> None:
    user = apps.get_model("accounts.User")
    profile = apps.get_model("accounts.Profile")
    place = apps.get_model("core.Place").add_root(name="银杏里社区", slug="bench", level="committee")
    one = user.objects.create_user(
        "template",
        display_name="样",
        verified_at="2026-01-01T00:00Z",
        verified_method="staff",
        verified_name="样",
        identity_index="template",
        age_band="adult",
        place=place,
    )
    cursor.execute("CREATE TEMPORARY TABLE named (k integer, name text)")
    cursor.executemany("INSERT INTO named VALUES (%s, %s)", list(enumerate(names())))
    own, _new = profile.objects.get_or_create(user=one)
    numbers = f"generate_series(1, {count}) AS n JOIN named ON named.k = n % {NAMES}"
    spread(
        cursor,
        own,
        {"id": "n", "user_id": "n", "bio": "'住在银杏里的第 ' || n || ' 年'"},
        f"generate_series(1, {count}) AS n",
    )
    # The table knows nothing of foreign keys now: its template goes last.
    spread(
        cursor,
        one,
        {
            "id": "n",
            "username": "'n-' || n",
            "display_name": "named.name",
            "verified_name": "named.name",
            "identity_index": "'n-' || n",
            "phone_index": "NULL",
            "email": "''",
        },
        numbers,
    )


def _follows(cursor: Any, count: int) -> None:
    drawn = f"1 + floor({count} * power(random(), {POWER}))::bigint"
    rest = FOLLOWS_EACH - 2 * CONTACTS
    cursor.execute(
        f"""
        INSERT INTO social_follow (follower_id, followed_id, mutual, secret, created_at)
        SELECT n, other, false, false, now() FROM generate_series(1, {count}) AS n, LATERAL (
            SELECT DISTINCT {drawn} AS other FROM generate_series(
                1, CASE WHEN n % {HEAVY} = 0 THEN 500 + n / {HEAVY} % 100 ELSE {rest} / 2 + n % {rest} END)
        ) AS some
        WHERE abs(other - n) > {CONTACTS} AND abs(other - n) < {count} - {CONTACTS}
        """
    )
    cursor.execute(
        f"""
        INSERT INTO social_follow (follower_id, followed_id, mutual, secret, created_at)
        SELECT n, (n - 1 + step + {count}) % {count} + 1, true, false, now()
        FROM generate_series(1, {count}) AS n, generate_series(-{CONTACTS}, {CONTACTS}) AS step WHERE step <> 0
        """
    )


def _posts(cursor: Any, count: int) -> None:
    post = apps.get_model("social.Post")
    user = apps.get_model("accounts.User")
    entry = apps.get_model("social.FeedEntry")
    one = post.objects.create(
        author=user.objects.order_by("pk")[0], text="今天", created_at="2026-01-01T00:00Z"
    )
    many = count * POSTS_EACH
    # The keys of two years, one after the other (core.ids): milliseconds, then what makes them differ.
    key = f"(({one.pk} >> 22) - ({many} - n) * 6000::bigint << 22) + n"
    author = f"1 + n * 7919::bigint % {count}"
    level = "CASE WHEN n % 20 < 8 THEN 'public' WHEN n % 20 < 16 THEN 'residents' WHEN n % 20 < 19 THEN 'contacts' ELSE 'only' END"
    numbers = f"generate_series(1, {many}) AS n"
    feed = entry.objects.create(actor_id=one.author_id, kind="post", object_id=one.pk)
    spread(cursor, feed, {"id": key, "actor_id": author, "object_id": key, "kind": "'post'"}, numbers)
    spread(
        cursor,
        one,
        {
            "id": key,
            "public_id": "substr(md5(n::text), 1, 16)",
            "once": "md5(n::text)::uuid",
            "author_id": author,
            "text": "'今天的银杏大道很好看，傍晚一起去走走，第 ' || n || ' 次'",
            "created_at": f"now() - interval '6 seconds' * ({many} - n)",
            "scope_level": level,
            "scope_ref": f"CASE WHEN n % 20 >= 16 THEN ({author})::text ELSE '' END",
        },
        numbers,
    )


def _search(cursor: Any) -> None:
    """Let everybody be found by her name: the words of each name are written by the index's own hand."""
    from foundation.core.search.indexing import index_words, searched, state_of  # noqa: PLC0415 - Django is set up by now
    from foundation.core.search.words import heading_of  # noqa: PLC0415
    from foundation.core.zh.text import name_pinyin  # noqa: PLC0415

    cursor.execute("CREATE TEMPORARY TABLE worded (name text, heading text, words text)")
    cursor.executemany(
        "INSERT INTO worded VALUES (%s, %s, %s)",
        [(name, heading_of(name), index_words(name, "", name_pinyin(name))) for name in names()],
    )
    _kind, facet = searched()["person"]
    states = apps.get_model("accounts.User").objects.annotate(now=state_of(facet)).order_by()
    sql, params = states.values_list("pk", "now").query.sql_with_params()
    cursor.execute(
        f"""
        INSERT INTO core_searchdocument (kind, object_id, part, title, heading, address, weight, recency, language,
            place_path, owner_id, scope_level, scope_ref, state, digest)
        SELECT 'person', u.id, '', u.display_name, worded.heading, '/u/' || u.username || '/', 2, 0, '', '', u.id,
            'residents', '', stated.now, ''
        FROM accounts_user AS u JOIN worded ON worded.name = u.display_name
        JOIN ({sql}) AS stated (id, now) ON stated.id = u.id
        """,
        params,
    )
    cursor.execute(
        "INSERT INTO core_searchtext (document_id, text, words) SELECT d.id, '', worded.words"
        " FROM core_searchdocument AS d JOIN worded ON worded.name = d.title WHERE d.kind = 'person'"
    )


def _notices(cursor: Any) -> None:
    """One reader who never opened anything."""
    model = apps.get_model("messaging.Notification")
    one = model.objects.create(
        user_id=READER,
        event="followed",
        kind="person",
        object_id=str(READER),
        by_id=1,
        created_at="2026-01-01T00:00Z",
    )
    spread(
        cursor,
        one,
        {
            "id": f"{one.pk} + n",
            "public_id": "substr(md5(n::text), 1, 16)",
            "by_id": "1 + n",
            "bundle": "'followed:' || n / 5",
            "created_at": "now() - interval '1 minute' * n",
        },
        f"generate_series(1, {NOTICES}) AS n",
    )


def fill(count: int) -> None:
    """Fill an empty, migrated database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        with without_indexes(cursor):
            _people(cursor, count)
            _follows(cursor, count)
            _posts(cursor, count)
        _search(cursor)
        _notices(cursor)
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    django.setup()
    fill(int(sys.argv[1]))
