"""Ideas in somebody's own data, and what her leaving the site does to them (A7)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.domain.machine import locked, supporters_of
from feedback.domain.voting import count
from feedback.models import Answer, Idea, Vote
from foundation.core.files import uploads
from foundation.social.domain import comments


def own_ideas(user: Any) -> Any:
    rows = Idea.objects.filter(author=user).select_related("category", "place", "merged_into")
    return rows.prefetch_related("idea_pictures__file", "answers")


def idea_data(idea: Idea) -> dict[str, Any]:
    """What an idea says and what was answered, to its author; of what it was merged into only the link."""
    return {
        "title": idea.title,
        "text": idea.text,
        "category": idea.category.name,
        "community": idea.place.name,
        "seen_by": idea.scope_level,
        "state": idea.state,
        "written_at": idea.created_at,
        "edited_at": idea.edited_at,
        "supported_by": idea.vote_count,
        "answers": [{"text": one.text, "state": one.state, "at": one.at} for one in idea.answers.all()],
        "merged_into": idea.merged_into.url if idea.merged_into else "",
        "reason": idea.reason,
        "pictures": [row.file.description for row in idea.idea_pictures.all()],
        "address": idea.url,
    }


def idea_files(idea: Idea) -> list[Any]:
    return [row.file for row in idea.idea_pictures.all()]


def vote_data(row: Vote) -> dict[str, Any]:
    return {"idea": row.idea.url, "supported_at": row.created_at}


def answer_data(row: Answer) -> dict[str, Any]:
    return {"idea": row.idea.url, "text": row.text, "state": row.state, "at": row.at}


def erase_ideas(user: Any) -> int:
    """Let the ideas of an account that closes stand without name and pictures: neighbours support them and staff answered.

    Where she does not leave her words, and of what only staff read, the words go too; what nobody else had to do with
    goes whole.
    """
    rows = list(Idea.objects.filter(author=user).order_by("pk"))
    for row in rows:
        with transaction.atomic():
            _erase(locked(row), leaves_words=user.leaves_words and row.is_public)
    return len(rows)


def _erase(idea: Idea, *, leaves_words: bool) -> None:
    uploads.drop(list(idea.idea_pictures.values_list("file_id", flat=True)))
    idea.idea_pictures.all().delete()
    if leaves_words:
        return
    if not (supporters_of(idea) or idea.answers.exists() or idea.merged.exists() or idea.comment_count):
        comments.remove_all(idea)
        idea.delete()
        return
    idea.title, idea.text, idea.reason = _("（作者已删除）"), "", ""
    idea.save(update_fields=["title", "text", "reason"])


@transaction.atomic
def forget_votes(user: Any) -> int:
    """Take back every vote of an account that closes, out of the numbers too; return how many."""
    rows = list(Vote.objects.filter(user=user).order_by("idea_id"))
    for row in rows:
        count(locked(row.idea), -1)
        row.delete()
    return len(rows)
