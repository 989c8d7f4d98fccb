"""What the database says, to be compared before and after."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

# Written by looking: who looked, and how often.
BY_LOOKING = frozenset({"core.AuditEntry", "core.AuditPayload", "core.AuditHead", "news.ArticleViews"})


def snapshot(*, without: frozenset[str] = frozenset()) -> dict[str, dict[Any, dict[str, Any]]]:
    """Return every row of our own tables, by model and key."""
    found = {}
    for config in apps.get_app_configs():
        if config.name not in settings.LOCAL_APPS:
            continue
        for model in config.get_models(include_auto_created=True):
            if model._meta.label not in without:
                found[model._meta.label] = _rows(model)
    return found


def _rows(model: Any) -> dict[Any, dict[str, Any]]:
    """Read the table as it lies there: sealed fields are compared sealed."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row[model._meta.pk.column]: row for row in rows}


def changes(before: dict, after: dict) -> list[str]:
    """Say which columns of which rows differ, as `social.Post.text`, and which rows came or went."""
    said = set()
    for label in before:
        for pk in before[label].keys() | after[label].keys():
            old, new = before[label].get(pk), after[label].get(pk)
            if old is None or new is None:
                said.add(f"{label} {'+' if old is None else '-'}")
            else:
                said |= {f"{label}.{name}" for name in old if old[name] != new[name]}
    return sorted(said)
