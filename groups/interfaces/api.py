"""Circles: finding, founding, joining, talking there, keeping order (G3, G4, U5)."""

from typing import Annotated, Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Schema
from pydantic import Field

from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import PageQuery, Paging
from foundation.core.api.problems import checked
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given, PublicId
from foundation.core.api.scope import TokenScope
from foundation.core.files import resuming
from foundation.core.models import Place
from foundation.social.domain import posts
from foundation.social.domain.queries.posts import as_read_by as posts_as_read_by
from foundation.social.domain.queries.posts import posts_for
from foundation.social.interfaces.api import PictureIn, PollIn, own_status
from foundation.social.interfaces.schemas import StatusOut, StatusPage, status_out
from foundation.social.models.post import MAX_PICTURES, MAX_TEXT
from foundation.social.permissions import SocialPermission
from groups.domain import circles, filing, hearing, joining
from groups.domain.queries.circles import Wanted, as_read_by, found_by, members_of, posts_in
from groups.domain.standing import standing_of
from groups.interfaces.forms import CircleForm
from groups.interfaces.schemas import (
    CircleJoining,
    CircleOut,
    CirclePage,
    FileOut,
    MemberPage,
    circle_out,
    file_out,
    member_out,
)
from groups.models import Circle, CircleMember
from groups.permissions import GroupPermission
from groups.rules import MAX_ANSWER, MAX_QUESTION, MOST_QUESTIONS, MOST_TAGS

routes = Routes("circles")
Slug = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_-]+$")]
JOINING: dict[str, Any] = {"scope": TokenScope.WRITE, "may": GroupPermission.JOIN}
READING: dict[str, Any] = {"scope": TokenScope.READ, "may": GroupPermission.JOIN}


def visible(request: ApiRequest, slug: str) -> Circle:
    return get_object_or_404(as_read_by(Circle.objects.visible_to(request.user), request.user), slug=slug)


def inside(request: ApiRequest, slug: str, *, manages: bool = False) -> tuple[Circle, CircleMember]:
    """Return the circle and the caller's membership. Raises Http404 for who does not belong to it, or keeps no order."""
    circle = visible(request, slug)
    mine = standing_of(circle, request.user)
    if mine is None or not mine.is_inside or not circle.is_known or circle.hidden_at is not None:
        raise Http404
    if manages and not mine.manages:
        raise Http404
    return circle, mine


def out(request: ApiRequest, circle: Circle) -> CircleOut:
    found = as_read_by(Circle.objects.filter(pk=circle.pk), request.user).get()
    return circle_out(found, request.user)


class WhichCircles(Paging):
    q: str = Field("", max_length=40)
    interest: str = Field("", max_length=10)
    mine: bool = False


@routes.reads("/circles", scope=TokenScope.READ, open_because="listed circles are public", returns=CirclePage)
def list_circles(request: ApiRequest, which: Query[WhichCircles]) -> dict[str, Any]:
    """List circles that can be joined, the newest first."""
    mine = which.mine and request.user.is_authenticated
    rows = found_by(request.user, Wanted(words=which.q, interest=which.interest, mine=mine))
    shown, following = paging.page_of(
        rows.order_by(),
        by=["-id"],
        paging=which,
        of=f"circles:{which.q}:{which.interest}:{mine}",
        user=request.user,
    )
    return {"items": [circle_out(one, request.user) for one in shown], "next": following}


class CircleEdit(Given):
    purpose: str = Field(min_length=1, max_length=60)
    description: str = Field("", max_length=2000)
    rules: str = Field("", max_length=1000)
    tags: list[Annotated[str, Field(min_length=1, max_length=10)]] = Field([], max_length=MOST_TAGS)
    joining: CircleJoining = "open"
    questions: list[Annotated[str, Field(min_length=1, max_length=MAX_QUESTION)]] = Field(
        [], max_length=MOST_QUESTIONS
    )
    capacity: int | None = Field(None, ge=2)
    cover: str = Field("", max_length=16, description="A finished upload; empty: as it is.")


class CircleIn(CircleEdit):
    name: str = Field(min_length=1, max_length=20)
    community: str = Field(min_length=1, max_length=60, description="The id of the community that decides.")
    secret: bool = False


def _form(request: ApiRequest, body: CircleEdit, circle: Circle | None, files: list[Any]) -> CircleForm:
    given = body.model_dump()
    data = {name: given[name] for name in given if name not in ("tags", "questions", "cover", "community")}
    data["tags"] = " ".join(body.tags)
    data |= {f"question_{number}": line for number, line in enumerate(body.questions)}
    if isinstance(body, CircleIn):
        place = Place.objects.filter(slug=body.community, retired_at=None).first()
        data["place"] = place.pk if place else ""
    form = CircleForm(data, {"cover": files[0]} if files else {}, instance=circle, user=request.user)
    checked(form, {"place": "community"})
    return form


@routes.writes(
    "POST", "/circles", scope=TokenScope.WRITE, may=GroupPermission.FOUND, returns=CircleOut, status=201
)
def found_circle(request: ApiRequest, body: CircleIn, response: HttpResponse) -> CircleOut:
    """Found a circle; staff of its community look at it before anybody else sees it."""
    with resuming.taken([body.cover] if body.cover else [], by=request.user) as files:
        form = _form(request, body, None, files)
        made = circles.found_circle(
            by=request.user,
            place=form.cleaned_data["place"],
            values=form.values,
            tags=form.cleaned_data["tags"],
            questions=form.questions,
            cover=form.cleaned_data["cover"] or None,
        )
    response["Location"] = reverse("api:circles-id", args=[made.slug])
    return out(request, made)


@routes.reads(
    "/circles/{id}",
    scope=TokenScope.READ,
    open_because="of a listed circle everybody sees what it is",
    returns=CircleOut,
)
def read_circle(request: ApiRequest, id: Slug) -> CircleOut:  # noqa: A002
    """Read what a circle is, and how one stands to it."""
    return circle_out(visible(request, id), request.user)


@routes.writes("PUT", "/circles/{id}", returns=CircleOut, **JOINING)
def edit_circle(request: ApiRequest, id: Slug, body: CircleEdit) -> CircleOut:  # noqa: A002
    """Write what the own circle says of itself as a whole; its name and community stay."""
    circle = visible(request, id)
    if circle.owner_id != request.user.pk:
        raise Http404
    with resuming.taken([body.cover] if body.cover else [], by=request.user) as files:
        kept = CircleIn(
            **body.model_dump(), name=circle.name, community=circle.place.slug, secret=circle.secret
        )
        form = _form(request, kept, circle, files)
        circles.edit_circle(
            circle,
            by=request.user,
            values=form.values,
            tags=form.cleaned_data["tags"],
            questions=form.questions,
            cover=form.cleaned_data["cover"] or None,
        )
    return out(request, circle)


@routes.writes(
    "POST", "/circles/{id}/submission", returns=CircleOut, scope=TokenScope.WRITE, may=GroupPermission.FOUND
)
def resubmit_circle(request: ApiRequest, id: Slug) -> CircleOut:  # noqa: A002
    """Lay the own circle before the office again that was refused."""
    circle = visible(request, id)
    if circle.owner_id != request.user.pk:
        raise Http404
    circles.resubmit(circle, by=request.user)
    return out(request, circle)


@routes.writes("DELETE", "/circles/{id}", returns=None, status=204, **JOINING)
def end_circle(request: ApiRequest, id: Slug) -> None:  # noqa: A002
    """Dissolve the own circle, which can then only be read, or take back one that was not approved."""
    circle = visible(request, id)
    if circle.owner_id != request.user.pk:
        raise Http404
    if circle.state in (Circle.State.WAITING, Circle.State.REFUSED):
        circles.withdraw_circle(circle, by=request.user)
    else:
        circles.archive_circle(circle, by=request.user)


class JoinIn(Given):
    agreed: bool = Field(False, description="The rules were read, where there are some.")
    answers: list[Annotated[str, Field(max_length=MAX_ANSWER)]] = Field([], max_length=MOST_QUESTIONS)


@routes.writes("PUT", "/circles/{id}/membership", returns=CircleOut, **JOINING)
def join_circle(request: ApiRequest, id: Slug, body: JoinIn) -> CircleOut:  # noqa: A002
    """Join an open circle, or ask to be let into one that is joined by request; again changes nothing."""
    circle = visible(request, id)
    if circle.hidden_at is not None:
        raise Http404
    if circle.joining == Circle.Joining.REQUEST:
        joining.ask(circle, by=request.user, answers=body.answers, agreed=body.agreed)
    else:
        joining.join(circle, by=request.user, agreed=body.agreed)
    return out(request, circle)


@routes.writes("DELETE", "/circles/{id}/membership", returns=None, status=204, **JOINING)
def leave_circle(request: ApiRequest, id: Slug) -> None:  # noqa: A002
    """Leave a circle, or take the request back; again changes nothing."""
    joining.leave(visible(request, id), by=request.user)


class HearIn(Given):
    muted: bool
    weekly: bool = Field(description="A letter each week of what was new.")


@routes.writes("PUT", "/circles/{id}/notifications", returns=None, status=204, **JOINING)
def choose_hearing(request: ApiRequest, id: Slug, body: HearIn) -> None:  # noqa: A002
    """Choose what to hear of a circle."""
    circle, _mine = inside(request, id)
    hearing.choose(circle, by=request.user, muted=body.muted, weekly=body.weekly)


class WhichMembers(Paging):
    q: str = Field("", max_length=20)


@routes.reads("/circles/{id}/members", returns=MemberPage, **READING)
def list_members(request: ApiRequest, id: Slug, which: Query[WhichMembers]) -> dict[str, Any]:  # noqa: A002
    """List who belongs to a circle, for its people; the longest first."""
    circle, _mine = inside(request, id)
    rows = members_of(circle, request.user, words=which.q).order_by()
    shown, following = paging.page_of(
        rows, by=["since", "pk"], paging=which, of=f"members:{id}:{which.q}", user=request.user
    )
    return {"items": [member_out(row) for row in shown], "next": following}


@routes.reads("/circles/{id}/statuses", returns=StatusPage, **READING)
def list_circle_statuses(request: ApiRequest, id: Slug, page: PageQuery) -> dict[str, Any]:  # noqa: A002
    """List what the circle's people said, the newest first."""
    circle, mine = inside(request, id)
    rows = posts_as_read_by(posts_in(circle, request.user), request.user).order_by()
    shown, following = paging.page_of(rows, by=["-pk"], paging=page, of=f"circle:{id}", user=request.user)
    manages = mine.manages and circle.is_live
    return {
        "items": [status_out(post) for post in posts_for(request.user, shown, manages=manages)],
        "next": following,
    }


class CircleStatusIn(Given):
    text: str = Field("", max_length=MAX_TEXT)
    pictures: list[PictureIn] = Field(default=[], max_length=MAX_PICTURES)
    poll: PollIn | None = None


@routes.writes(
    "POST",
    "/circles/{id}/statuses",
    scope=TokenScope.WRITE,
    may=SocialPermission.POST_STATUS,
    returns=StatusOut,
    status=201,
)
def post_in_circle(request: ApiRequest, id: Slug, body: CircleStatusIn, response: HttpResponse) -> StatusOut:  # noqa: A002
    """Say something to the circle's people, and to nobody else."""
    circle, _mine = inside(request, id)
    with resuming.taken([picture.upload for picture in body.pictures], by=request.user) as files:
        made = posts.post_status(
            by=request.user,
            text=body.text,
            scope=circle.scope,
            pictures=files,
            descriptions=[picture.alt for picture in body.pictures],
            poll=body.poll.asked() if body.poll else None,
        )
    response["Location"] = reverse("api:statuses-id", args=[made.public_id])
    return own_status(request, made)


class FilePage(Schema):
    items: list[FileOut]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


@routes.reads("/circles/{id}/files", returns=FilePage, **READING)
def list_circle_files(request: ApiRequest, id: Slug, page: PageQuery) -> dict[str, Any]:  # noqa: A002
    """List the circle's files, the newest first."""
    circle, _mine = inside(request, id)
    rows = circle.files.select_related("file", "by__avatar").order_by()
    shown, following = paging.page_of(
        rows, by=["-pk"], paging=page, of=f"circle-files:{id}", user=request.user
    )
    return {"items": [file_out(row) for row in shown], "next": following}


class FileIn(Given):
    upload: str = Field(min_length=1, max_length=16, description="A finished upload.")
    name: str = Field(min_length=1, max_length=80)


@routes.writes(
    "POST",
    "/circles/{id}/files",
    scope=TokenScope.WRITE,
    may=SocialPermission.POST_STATUS,
    returns=FileOut,
    status=201,
)
def add_circle_file(request: ApiRequest, id: Slug, body: FileIn) -> FileOut:  # noqa: A002
    """Lay a file into the circle."""
    circle, _mine = inside(request, id)
    with resuming.taken([body.upload], by=request.user) as files:
        return file_out(filing.add_file(circle, files[0], name=body.name, by=request.user))


@routes.writes("DELETE", "/circles/{id}/files/{file}", returns=None, status=204, **JOINING)
def remove_circle_file(request: ApiRequest, id: Slug, file: PublicId) -> None:  # noqa: A002
    """Take a file away: one's own, or any where one keeps order."""
    circle, mine = inside(request, id)
    row = get_object_or_404(circle.files.all(), public_id=file)
    if row.by_id != request.user.pk and not mine.manages:
        raise Http404
    filing.remove_file(row, by=request.user)
