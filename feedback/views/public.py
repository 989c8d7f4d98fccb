"""What everybody may read: the list of ideas, one idea, the road map (O3)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from feedback.domain.machine import FLOW, letters_of
from feedback.domain.queries.ideas import (
    as_read_by,
    days_to_answer,
    found_by,
    merged_with,
    roadmap,
    similar,
    whole,
)
from feedback.domain.writing import is_fixed
from feedback.interfaces.forms import FindForm
from feedback.models import Idea
from feedback.permissions import FeedbackPermission
from feedback.rules import MAX_TITLE
from foundation.core.access.permissions import has_permission
from foundation.core.access.routes import open_to_all
from foundation.social.domain.queries.comments import comment_page
from foundation.social.domain.text import to_html
from foundation.social.interfaces.forms import CommentForm

PER_PAGE = 20


@never_cache
@require_safe
@open_to_all("each reader finds only the ideas that are shown to her")
def ideas(request: HttpRequest) -> HttpResponse:
    """The ideas that the reader may see: `?q=&category=&state=&order=&mine=1&page=`."""
    given = request.GET.copy()
    given.setdefault("order", "votes")
    form = FindForm(given)
    wanted = form.wanted(mine=request.GET.get("mine") == "1" and request.user.is_authenticated)
    rows = found_by(request.user, wanted)
    context = {
        "form": form,
        "wanted": wanted,
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "may_write": has_permission(request.user, FeedbackPermission.WRITE),
        "days": days_to_answer(),
    }
    return render(request, "feedback/ideas.html", context)


@never_cache
@require_safe
@open_to_all("only ideas that the reader may see anyway")
def similar_ones(request: HttpRequest) -> HttpResponse:
    """What was suggested already, for a title that is being typed: `?title=`."""
    title = request.GET.get("title", "").strip()[:MAX_TITLE]
    return render(request, "feedback/similar.html", {"similar": similar(title, request.user)})


@never_cache
@require_safe
@open_to_all("shows what everybody may read")
def road_map(request: HttpRequest) -> HttpResponse:
    """What is planned, what is being done, what is done."""
    return render(request, "feedback/roadmap.html", {"columns": roadmap(request.user)})


@never_cache
@require_safe
@open_to_all("the idea decides by its own scope")
def idea(request: HttpRequest, public_id: str) -> HttpResponse:
    """One idea: what it says, what the community answered, what others say to it."""
    visible = whole(as_read_by(Idea.objects.visible_to(request.user), request.user))
    found = get_object_or_404(visible, public_id=public_id)
    own = request.user.is_authenticated and found.author_id == request.user.pk
    key = f"comment:idea:{public_id}"
    context: dict[str, Any] = {
        "idea": found,
        "text_html": to_html(found.text),
        "own": own,
        "can_change": own and found.state == Idea.State.NEW and not is_fixed(found),
        "can_withdraw": own and "withdraw" in FLOW.open_to(found, request.user) and not found.vote_count > 1,
        "answers_for_it": "A" in letters_of(request.user, found),
        "into": _visible_target(found, request.user),
        "merged": list(merged_with(found, request.user)),
        "takes_comments": found.is_public and found.is_shown and found.state != Idea.State.MERGED,
        "comments": comment_page(found, request.user, number=request.GET.get("page"), owner=found.author_id),
        "form": CommentForm.below(request, key),
        "draft_key": key,
    }
    return render(request, "feedback/idea.html", context)


def _visible_target(idea: Idea, user: Any) -> Idea | None:
    if idea.merged_into_id is None:
        return None
    return Idea.objects.visible_to(user).filter(pk=idea.merged_into_id).first()
