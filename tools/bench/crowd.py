"""The demo community, many times as large: every row of it is copied by the database itself (PostgreSQL).

    python -m tools.bench.crowd 20

Keys of copies are shifted by a fixed step per copy, so that links stay within a copy and every run gives the
same community. Copies of posts lie a little before their originals, so that the feed mixes them.
"""

import sys
from collections.abc import Mapping
from typing import Any

import django
from django.apps import apps
from django.db import connection

STEP = 1_000_000  # no table of the demo comes near it
# Keys that carry their time (core.ids): 22 bits below the milliseconds, seven minutes per copy.
TIME_STEP = 7 * 60 * 1000 << 22
MINUTES = 7
NUMBER = "{k}"


def _shift(column: str, sign: str = "+", step: int = STEP) -> str:
    return f"{column} {sign} {NUMBER} * {step}::bigint"


def _earlier(column: str) -> str:
    return _shift(column, "-", TIME_STEP)


def _renamed(column: str, length: int) -> str:
    return f"substr(md5({column} || '-{NUMBER}'), 1, {length})"


OWNER_OF_SCOPE = (
    "CASE WHEN scope_level IN ('contacts', 'only') AND scope_ref <> ''"
    f" THEN (scope_ref::bigint + {NUMBER} * {STEP}::bigint)::text ELSE scope_ref END"
)


def copy(cursor: Any, label: str, k: int, changed: Mapping[str, str], where: str = "true") -> None:
    """Copy a table's original rows, with SQL for the columns that differ in copy number `k`."""
    model = apps.get_model(label)
    columns = [field.column for field in model._meta.local_concrete_fields]
    unknown = set(changed) - set(columns)
    if unknown:
        raise KeyError(f"{label} has no {unknown}")
    values = [changed.get(column, f'"{column}"').replace(NUMBER, str(k)) for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    # What was copied before has a shifted key and is not copied again.
    cursor.execute(
        f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(values)}'
        f' FROM "{model._meta.db_table}" WHERE {where}'
    )


def _type(label: str) -> int:
    """The number of a model's content type."""
    types = apps.get_model("contenttypes.ContentType").objects
    return types.get_for_model(apps.get_model(label)).pk


def _people(cursor: Any, k: int) -> None:
    original = f"id < {STEP}"
    copy(
        cursor,
        "accounts.User",
        k,
        {
            "id": _shift("id"),
            "username": f"username || '-{NUMBER}'",
            "email": f"'{NUMBER}-' || email",
            "phone_sealed": "''::bytea",
            "phone_index": "NULL",
            "phone_verified_at": "NULL",
            "identity_index": _renamed("identity_index", 32),
            "avatar_id": "NULL",
        },
        original,
    )
    copy(cursor, "accounts.Profile", k, {"id": _shift("id"), "user_id": _shift("user_id")}, original)
    pair = {"id": _shift("id"), "follower_id": _shift("follower_id"), "followed_id": _shift("followed_id")}
    copy(cursor, "social.Follow", k, pair, original)
    # The originals also follow the first copies of those whom they follow.
    if k <= 3:
        copy(
            cursor,
            "social.Follow",
            k,
            {
                "id": f"id + {100 + k} * {STEP}::bigint",
                "followed_id": _shift("followed_id"),
                "mutual": "false",
            },
            original,
        )


def _posts(cursor: Any, k: int) -> None:
    original = f"author_id < {STEP}"
    earlier = f"created_at - interval '{MINUTES} minutes' * {NUMBER}"
    copy(
        cursor,
        "core.StoredFile",
        k,
        {
            "id": _shift("id"),
            "public_id": _renamed("public_id", 16),
            "owner_id": _shift("owner_id"),
            "folder": "gen_random_uuid()",
            "scope_ref": OWNER_OF_SCOPE,
        },
        f"id < {STEP} AND owner_id < {STEP}",
    )
    copy(
        cursor,
        "social.Post",
        k,
        {
            "id": _earlier("id"),
            "public_id": _renamed("public_id", 16),
            "author_id": _shift("author_id"),
            "share_of_id": _earlier("share_of_id"),
            "once": "gen_random_uuid()",
            "created_at": earlier,
            "scope_ref": OWNER_OF_SCOPE,
        },
        original,
    )
    copy(
        cursor,
        "social.FeedEntry",
        k,
        {
            "id": _earlier("id"),
            "actor_id": _shift("actor_id"),
            "object_id": _earlier("object_id"),
        },
        f"actor_id < {STEP} AND kind = 'post'",
    )
    plain, post = f"id < {STEP}", {"id": _shift("id"), "post_id": _earlier("post_id")}
    copy(cursor, "social.PostPicture", k, {**post, "file_id": _shift("file_id")}, plain)
    copy(cursor, "social.PostRevision", k, post, plain)
    copy(cursor, "social.Mention", k, {**post, "user_id": _shift("user_id")}, plain)
    copy(cursor, "social.Reaction", k, {**post, "user_id": _shift("user_id")}, plain)
    topic = {"id": _shift("id"), "content_object_id": _earlier("content_object_id")}
    copy(cursor, "social.TopicOnPost", k, topic, plain)


def _pages(cursor: Any, k: int) -> None:
    original = f"id < {STEP} AND live AND content_type_id IN ({_type('news.ArticlePage')}, {_type('news.NoticePage')})"
    copy(
        cursor,
        "wagtailcore.Page",
        k,
        {
            "id": _shift("id"),
            "slug": f"slug || '-{NUMBER}'",
            "url_path": f"regexp_replace(url_path, '/$', '-{NUMBER}/')",
            # Four decimal digits are a valid step of the tree; the originals' end far below a thousand.
            "path": "substr(path, 1, length(path) - 4) || lpad((1000 + "
            f"{NUMBER} * 400 + row_number() OVER (ORDER BY path))::text, 4, '0')",
            "translation_key": "gen_random_uuid()",
            "latest_revision_id": "NULL",
            "live_revision_id": "NULL",
        },
        original,
    )
    page = f"page_ptr_id < {STEP} AND page_ptr_id IN (SELECT id FROM wagtailcore_page WHERE live)"
    ago = {"published_on": f"published_on - interval '30 days' * {NUMBER}"}
    for model in ("news.ArticlePage", "news.NoticePage"):
        copy(
            cursor,
            model,
            k,
            {"page_ptr_id": _shift("page_ptr_id"), "public_id": _renamed("public_id", 16), **ago},
            page,
        )
    copy(
        cursor,
        "news.ArticleViews",
        k,
        {"article_id": _shift("article_id")},
        f"article_id < {STEP} AND article_id IN (SELECT id FROM wagtailcore_page WHERE live)",
    )
    copy(
        cursor,
        "news.ArticleTag",
        k,
        {"id": _shift("id"), "content_object_id": _shift("content_object_id")},
        f"id < {STEP} AND content_object_id IN (SELECT id FROM wagtailcore_page WHERE live)",
    )


def _comments(cursor: Any, k: int) -> None:
    post = _type("social.Post")
    target = f"(CASE WHEN content_type_id = {post} THEN {_earlier('object_pk::bigint')} ELSE {_shift('object_pk::bigint')} END)::text"
    copy(
        cursor,
        "django_comments.Comment",
        k,
        {"id": _shift("id"), "object_pk": target, "user_id": _shift("user_id")},
        f"id < {STEP} AND (content_type_id = {post} OR object_pk::bigint IN (SELECT id FROM wagtailcore_page WHERE live))",
    )
    copied = f"IN (SELECT id - {NUMBER} * {STEP}::bigint FROM django_comments WHERE id > {NUMBER} * {STEP}::bigint)"
    xtd = {column: _shift(column) for column in ("comment_ptr_id", "thread_id", "parent_id")}
    copy(cursor, "django_comments_xtd.XtdComment", k, xtd, f"comment_ptr_id {copied}".replace(NUMBER, str(k)))
    own = {
        "xtdcomment_ptr_id": _shift("xtdcomment_ptr_id"),
        "public_id": _renamed("public_id", 16),
        "once": "gen_random_uuid()",
        "scope_ref": OWNER_OF_SCOPE,
    }
    copy(cursor, "social.Comment", k, own, f"xtdcomment_ptr_id {copied}".replace(NUMBER, str(k)))


def _count_children(cursor: Any) -> None:
    cursor.execute(
        "UPDATE wagtailcore_page AS parent SET numchild = (SELECT count(*) FROM wagtailcore_page AS child"
        " WHERE child.path LIKE parent.path || '%%' AND child.depth = parent.depth + 1) WHERE depth < 4"
    )


def grow(times: int) -> None:
    """Make the community `times` as large."""
    with connection.cursor() as cursor:
        for k in range(1, times):
            _people(cursor, k)
            _posts(cursor, k)
            _pages(cursor, k)
            _comments(cursor, k)
        _count_children(cursor)
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    django.setup()
    grow(int(sys.argv[1]))
