"""Long lists go on from a place, not from a number: nothing is lost or comes twice while others write (U5)."""

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from foundation.core.api.problems import FieldError, invalid
from foundation.core.crypto.keys import KeyMissing
from foundation.core.crypto.seal import SealBroken, open_sealed, seal

LABEL = "core.api.cursor"
MOST = 100


class Paging(Schema):
    """Where a list goes on, and how much of it is wanted."""

    cursor: str = Field(
        "", max_length=600, description="`next` of the page before; empty for the first page."
    )
    limit: int = Field(20, ge=1, le=MOST, description="How many at most.")


PageQuery = Query[Paging]


def sealed(place: Sequence[Any], *, of: str, user: Any) -> str:
    """Return a place in the list `of` for `user` as a word that says nothing and that nobody can make."""
    row = f"{of}|{user.pk or 0}"
    said = json.dumps([value.isoformat() if isinstance(value, datetime) else value for value in place])
    return base64.urlsafe_b64encode(seal(said, label=LABEL, row=row)).rstrip(b"=").decode()


def opened(cursor: str, *, of: str, user: Any) -> list[Any]:
    """Return the place that `sealed` gave out for the same list and reader. Raises Problem."""
    try:
        data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return json.loads(open_sealed(data, label=LABEL, row=f"{of}|{user.pk or 0}"))
    except (ValueError, SealBroken, KeyMissing):
        raise invalid([FieldError("cursor", "cursor", _("翻页的位置已失效，请从头开始。"))]) from None


def page_of(
    rows: QuerySet, *, by: Sequence[str], paging: Paging, of: str, user: Any
) -> tuple[list[Any], str | None]:
    """Return one page of rows in the order `by` (names of columns, `-` before those that fall), and where it goes on.

    The last of `by` tells any two rows apart.
    """
    if paging.cursor:
        rows = rows.filter(_behind(rows, by, opened(paging.cursor, of=of, user=user)))
    found = list(rows.order_by(*by)[: paging.limit + 1])
    shown = found[: paging.limit]
    if len(found) <= paging.limit:
        return shown, None
    last = [getattr(shown[-1], name.lstrip("-")) for name in by]
    return shown, sealed(last, of=of, user=user)


def _behind(rows: QuerySet, by: Sequence[str], place: Sequence[Any]) -> Q:
    """Return the condition of standing behind a place: equal in the first columns, further in the next."""
    condition, equal = Q(), Q()
    try:
        for name, kept in zip(by, place, strict=True):
            column, step = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
            meta: Any = rows.model._meta
            value = (meta.pk if column == "pk" else meta.get_field(column)).to_python(kept)
            condition |= equal & Q(**{f"{column}__{step}": value})
            equal &= Q(**{column: value})
    except (ValueError, ValidationError):
        raise invalid([FieldError("cursor", "cursor", _("翻页的位置已失效，请从头开始。"))]) from None
    return condition
