"""The comments under one object, as a tree."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Prefetch

from foundation.core.access import scopes
from foundation.core.access.permissions import has_permission
from foundation.social.domain.comments import MAX_LEVEL, beneath, under
from foundation.social.domain.text import to_html
from foundation.social.models import Comment, CommentMention
from foundation.social.permissions import SocialPermission

PER_PAGE = 30


def comment_page(target: models.Model, user: Any, *, number: Any = 1, owner: int | None = None) -> Page:
    """Return one page of first-level comments under `target`, which the reader may see, with all visible answers below them.

    A removed comment stays as a gap while it has visible answers. Three queries.
    """
    # All numbers of threads at once: to count them first would be one more query, and they are few.
    page = Paginator(list(_threads(target, user)), PER_PAGE).get_page(number)
    page.object_list = _trees(target, list(page.object_list), user, owner)
    return page


def threads_after(
    target: models.Model, user: Any, *, after: int, limit: int, owner: int | None = None
) -> tuple[list[Comment], int | None]:
    """Return the same trees behind the thread `after` (0: from the first), and the last of them where there are more."""
    found = list(_threads(target, user).filter(thread_id__gt=after)[: limit + 1])
    shown = found[:limit]
    return _trees(target, shown, user, owner), shown[-1] if len(found) > limit else None


def _threads(target: models.Model, user: Any) -> Any:
    visible = Comment.objects.on_visible(user).filter(beneath(target))
    return visible.order_by("thread_id").values_list("thread_id", flat=True).distinct()


def _trees(target: models.Model, threads: Sequence[int], user: Any, owner: int | None) -> list[Comment]:
    rows = under(target).filter(thread_id__in=threads)
    scope = getattr(target, "scope", None)
    manages = scope is not None and user.is_authenticated and scopes.may_manage(user, scope)
    named = Prefetch("mentions", CommentMention.objects.select_related("user"))
    rows = rows.select_related("user__avatar").prefetch_related(named)
    found = list(rows.order_by("thread_id", "order"))
    return _tree(found, user, owner, manages=manages)


def _tree(rows: list[Comment], user: Any, owner: int | None, *, manages: bool) -> list[Comment]:
    may_comment = has_permission(user, SocialPermission.COMMENT)
    by_id: dict[int, Comment] = {}
    roots: list[Comment] = []
    for row in rows:
        own = user.is_authenticated and row.user_id == user.pk
        row.gone = row.is_removed or row.user is None or not row.user.is_active or row.user.is_suspended
        row.hidden = row.gone or not ((row.is_public and row.hidden_at is None) or own)
        row.children = []
        people = {one.name: one.user.space_url for one in row.mentions.all() if one.user.is_verified}
        row.text_html = to_html("" if row.hidden else row.comment, people=people)
        mine = user.is_authenticated and user.pk in (row.user_id, owner)
        row.can_delete = not row.hidden and (mine or manages)
        row.can_report = not row.hidden and user.is_authenticated and not own
        row.can_reply = may_comment and row.is_public and not row.hidden and row.level < MAX_LEVEL
        by_id[row.pk] = row
        parent = by_id.get(row.parent_id) if row.level else None
        (parent.children if parent else roots).append(row)
    return _without_empty_gaps(roots)


def _without_empty_gaps(rows: list[Comment]) -> list[Comment]:
    kept = []
    for row in rows:
        row.children = _without_empty_gaps(row.children)
        if not row.hidden or row.children:
            kept.append(row)
    return kept
