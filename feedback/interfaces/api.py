"""Ideas for the community: finding, writing, supporting, the road map (O3, U5)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from feedback.domain import voting, writing
from feedback.domain.queries.ideas import (
    ORDERS,
    Wanted,
    as_read_by,
    categories,
    found_by,
    public_on_roadmap,
    similar,
    whole,
)
from feedback.interfaces.schemas import (
    CategoryOut,
    IdeaOut,
    IdeaPage,
    OrderName,
    StateName,
    category_out,
    idea_out,
)
from feedback.models import Category, Idea
from feedback.permissions import FeedbackPermission
from feedback.rules import MAX_PICTURES, MAX_TEXT, MAX_TITLE
from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import PageQuery, Paging
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given, PublicId
from foundation.core.api.scope import TokenScope
from foundation.core.files import resuming
from foundation.core.models import Place

routes = Routes("feedback")
OPEN: dict[str, Any] = {
    "scope": TokenScope.READ,
    "open_because": "each idea decides by its own scope",
}
WRITING: dict[str, Any] = {"scope": TokenScope.WRITE, "may": FeedbackPermission.WRITE}
VOTING: dict[str, Any] = {"scope": TokenScope.WRITE, "may": FeedbackPermission.VOTE}


def _visible(request: ApiRequest, public_id: str) -> Any:
    visible = whole(as_read_by(Idea.objects.visible_to(request.user), request.user))
    return get_object_or_404(visible, public_id=public_id)


def _own(request: ApiRequest, public_id: str) -> Any:
    found = _visible(request, public_id)
    if found.author_id != request.user.pk:
        raise Http404
    return found


class WhichIdeas(Paging):
    q: str = Field("", max_length=40)
    category: str = Field("", max_length=16, description="The id of one.")
    state: StateName | None = Field(None, description="Merged ones stand with what they were merged into.")
    order: OrderName = "votes"
    mine: bool = False


@routes.reads("/feedback", returns=IdeaPage, **OPEN)
def list_ideas(request: ApiRequest, which: Query[WhichIdeas]) -> dict[str, Any]:
    """List the ideas that one may see, the best supported or the newest first."""
    wanted = Wanted(
        words=which.q,
        category=which.category,
        state=which.state or "",
        order=which.order,
        mine=which.mine and request.user.is_authenticated,
    )
    rows = whole(found_by(request.user, wanted)).order_by()
    return _page(request, rows, which, ORDERS[which.order], f"feedback:{wanted}")


@routes.reads("/feedback/roadmap", returns=IdeaPage, **OPEN)
def list_roadmap(request: ApiRequest, page: PageQuery) -> dict[str, Any]:
    """List what is planned, under way and done, what moved last first; `state` says which."""
    rows = whole(as_read_by(public_on_roadmap(request.user), request.user))
    return _page(request, rows, page, ("-moved_at", "-pk"), "feedback:roadmap")


def _page(request: ApiRequest, rows: Any, page: Paging, by: tuple[str, ...], of: str) -> dict[str, Any]:
    shown, following = paging.page_of(rows, by=by, paging=page, of=of, user=request.user)
    return {"items": [idea_out(one, request.user) for one in shown], "next": following}


@routes.reads("/feedback/categories", returns=list[CategoryOut], **OPEN)
def list_idea_categories(request: ApiRequest) -> list[CategoryOut]:
    """List the categories that an idea can have."""
    return [category_out(one) for one in categories()]


class SimilarTo(Schema):
    title: str = Field("", max_length=MAX_TITLE)


@routes.reads("/feedback/similar", returns=list[IdeaOut], **OPEN)
def list_similar_ideas(request: ApiRequest, to: Query[SimilarTo]) -> list[IdeaOut]:
    """List what was suggested already, for a title that somebody is about to send."""
    found = [one.pk for one in similar(to.title, request.user)]
    rows = whole(as_read_by(Idea.objects.visible_to(request.user), request.user)).in_bulk(found)
    return [idea_out(rows[pk], request.user) for pk in found if pk in rows]


class PictureIn(Given):
    upload: str = Field(min_length=1, max_length=16, description="A finished upload.")
    alt: str = Field("", max_length=writing.MAX_DESCRIPTION, description="What it shows, in words.")


class IdeaEdit(Given):
    title: str = Field(min_length=1, max_length=MAX_TITLE)
    text: str = Field("", max_length=MAX_TEXT)
    category: PublicId


class IdeaIn(IdeaEdit):
    community: str = Field(min_length=1, max_length=60, description="The id of the community that it is for.")
    private: bool = Field(False, description="Only the staff of the community read it.")
    pictures: list[PictureIn] = Field(default=[], max_length=MAX_PICTURES)


def _category(public_id: str, now: Category | None = None) -> Category:
    kept = now is not None and now.public_id == public_id
    found = now if kept else categories().filter(public_id=public_id).first()
    if found is None:
        raise ValidationError({"category": [ValidationError(_("请选一个分类。"), code="category")]})
    return found


@routes.writes("POST", "/feedback", returns=IdeaOut, status=201, **WRITING)
def write_idea(request: ApiRequest, body: IdeaIn, response: HttpResponse) -> IdeaOut:
    """Write an idea, with up to four pictures that were uploaded before."""
    place = Place.objects.filter(slug=body.community, level__in=Place.WITH_OFFICE, retired_at=None).first()
    if place is None:
        raise ValidationError({"community": [ValidationError(_("请选择社区。"), code="community")]})
    category = _category(body.category)
    with resuming.taken([picture.upload for picture in body.pictures], by=request.user) as files:
        made = writing.write_idea(
            by=request.user,
            place=place,
            category=category,
            title=body.title,
            text=body.text,
            private=body.private,
            pictures=files,
            descriptions=[picture.alt for picture in body.pictures],
        )
    response["Location"] = reverse("api:feedback-id", args=[made.public_id])
    return idea_out(_visible(request, made.public_id), request.user)


@routes.reads("/feedback/{id}", returns=IdeaOut, **OPEN)
def read_idea(request: ApiRequest, id: PublicId) -> IdeaOut:  # noqa: A002
    """Read an idea and what the community answered."""
    return idea_out(_visible(request, id), request.user)


@routes.writes("PUT", "/feedback/{id}", returns=IdeaOut, **WRITING)
def edit_idea(request: ApiRequest, id: PublicId, body: IdeaEdit) -> IdeaOut:  # noqa: A002
    """Write what the own idea says as a whole, while it is new and nobody else supports it."""
    idea = _own(request, id)
    values = {"title": body.title, "text": body.text, "category": _category(body.category, idea.category)}
    writing.edit_idea(idea, by=request.user, values=values)
    return idea_out(_visible(request, id), request.user)


@routes.writes("DELETE", "/feedback/{id}", returns=None, status=204, **VOTING)
def withdraw_idea(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Take the own idea back, while nobody else supports it: from now on only its author sees it."""
    writing.withdraw_idea(_own(request, id), by=request.user)


class Votes(Schema):
    votes: int
    voted: bool


@routes.writes("PUT", "/feedback/{id}/vote", returns=Votes, **VOTING)
def support_idea(request: ApiRequest, id: PublicId) -> dict[str, Any]:  # noqa: A002
    """Support an idea; again changes nothing."""
    return {"votes": voting.vote(_visible(request, id), by=request.user, wanted=True), "voted": True}


@routes.writes("DELETE", "/feedback/{id}/vote", returns=Votes, **VOTING)
def support_idea_no_more(request: ApiRequest, id: PublicId) -> dict[str, Any]:  # noqa: A002
    """Support an idea no more; again changes nothing."""
    return {"votes": voting.vote(_visible(request, id), by=request.user, wanted=False), "voted": False}
