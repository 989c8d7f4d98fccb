"""Interest groups: finding, beginning, showing, joining (G1, G2, U5)."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query
from pydantic import Field

from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import PageQuery, Paging
from foundation.core.api.problems import checked
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given
from foundation.core.api.scope import TokenScope
from foundation.core.files import resuming
from foundation.core.models import Place
from foundation.social.interfaces.api import Name
from groups.domain import group_members
from groups.domain import groups as acts
from groups.domain.queries.groups import as_read_by, found_by, members_of
from groups.interfaces.api import JOINING, READING, Slug
from groups.interfaces.forms import GroupForm
from groups.interfaces.keepers_api import DecisionIn
from groups.interfaces.schemas import (
    GroupJoining,
    GroupOut,
    GroupPage,
    MemberPage,
    Visibility,
    group_out,
    member_out,
)
from groups.models import Group, GroupMember
from groups.permissions import GroupPermission

routes = Routes("groups")
OPEN: dict[str, Any] = {
    "scope": TokenScope.READ,
    "open_because": "each group decides by its own visibility",
}
FOUNDING: dict[str, Any] = {"scope": TokenScope.WRITE, "may": GroupPermission.FOUND}


def _visible(request: ApiRequest, slug: str) -> Any:
    return get_object_or_404(as_read_by(Group.objects.visible_to(request.user), request.user), slug=slug)


def _own(request: ApiRequest, slug: str) -> Any:
    found = _visible(request, slug)
    if found.owner_id != request.user.pk:
        raise Http404
    return found


def _out(request: ApiRequest, group: Group) -> GroupOut:
    return group_out(as_read_by(Group.objects.filter(pk=group.pk), request.user).get(), request.user)


class WhichGroups(Paging):
    q: str = Field("", max_length=40)
    mine: bool = False


@routes.reads("/groups", returns=GroupPage, **OPEN)
def list_groups(request: ApiRequest, which: Query[WhichGroups]) -> dict[str, Any]:
    """List the groups that one may see, the newest first."""
    mine = which.mine and request.user.is_authenticated
    rows = found_by(request.user, words=which.q, mine=mine).order_by()
    shown, following = paging.page_of(
        rows, by=["-id"], paging=which, of=f"groups:{which.q}:{mine}", user=request.user
    )
    return {"items": [group_out(one, request.user) for one in shown], "next": following}


class GroupEdit(Given):
    name: str = Field(min_length=1, max_length=20)
    purpose: str = Field(min_length=1, max_length=60)
    description: str = Field("", max_length=2000)
    contact_name: str = Field(min_length=1, max_length=30)
    contact_phone: str = Field("", max_length=30)
    visibility: Visibility = "place"
    joining: GroupJoining = "open"
    cover: str = Field("", max_length=16, description="A finished upload; empty: as it is.")


class GroupIn(GroupEdit):
    community: str = Field(min_length=1, max_length=60, description="The id of its community.")


def _form(request: ApiRequest, body: GroupEdit, group: Group | None, files: list[Any]) -> GroupForm:
    data = body.model_dump(exclude={"cover", "community"})
    if isinstance(body, GroupIn):
        place = Place.objects.filter(slug=body.community, retired_at=None).first()
        data["place"] = place.pk if place else ""
    form = GroupForm(data, {"cover": files[0]} if files else {}, instance=group, user=request.user)
    checked(form, {"place": "community"})
    return form


@routes.writes("POST", "/groups", returns=GroupOut, status=201, **FOUNDING)
def found_group(request: ApiRequest, body: GroupIn, response: HttpResponse) -> GroupOut:
    """Begin a group."""
    with resuming.taken([body.cover] if body.cover else [], by=request.user) as files:
        form = _form(request, body, None, files)
        made = acts.found_group(
            by=request.user,
            place=form.cleaned_data["place"],
            values=form.values,
            cover=form.cleaned_data["cover"] or None,
        )
    response["Location"] = reverse("api:groups-id", args=[made.slug])
    return _out(request, made)


@routes.reads("/groups/{id}", returns=GroupOut, **OPEN)
def read_group(request: ApiRequest, id: Slug) -> GroupOut:  # noqa: A002
    """Read a group."""
    return group_out(_visible(request, id), request.user)


@routes.writes("PUT", "/groups/{id}", returns=GroupOut, **FOUNDING)
def edit_group(request: ApiRequest, id: Slug, body: GroupEdit) -> GroupOut:  # noqa: A002
    """Write what the own group says as a whole; another visibility takes it off the portal at once."""
    group = _own(request, id)
    with resuming.taken([body.cover] if body.cover else [], by=request.user) as files:
        form = _form(request, body, group, files)
        acts.edit_group(group, by=request.user, values=form.values, cover=form.cleaned_data["cover"] or None)
    return _out(request, group)


@routes.writes("DELETE", "/groups/{id}", returns=None, status=204, **JOINING)
def close_group(request: ApiRequest, id: Slug) -> None:  # noqa: A002
    """End the own group: from now on only its owner sees it."""
    acts.close_group(_own(request, id), by=request.user)


@routes.writes("PUT", "/groups/{id}/portal", returns=GroupOut, **FOUNDING)
def ask_for_portal(request: ApiRequest, id: Slug) -> GroupOut:  # noqa: A002
    """Ask staff to let everybody see the own group on the portal."""
    group = _own(request, id)
    acts.ask_for_portal(group, by=request.user)
    return _out(request, group)


@routes.writes("DELETE", "/groups/{id}/portal", returns=GroupOut, **JOINING)
def take_off_portal(request: ApiRequest, id: Slug) -> GroupOut:  # noqa: A002
    """Let the portal show it no more, or ask no more."""
    group = _own(request, id)
    acts.take_off_portal(group, by=request.user)
    return _out(request, group)


@routes.writes("PUT", "/groups/{id}/membership", returns=GroupOut, **JOINING)
def join_group(request: ApiRequest, id: Slug) -> GroupOut:  # noqa: A002
    """Join a group, or ask its contact person; again changes nothing."""
    group = _visible(request, id)
    group_members.join_group(group, by=request.user)
    return _out(request, group)


@routes.writes("DELETE", "/groups/{id}/membership", returns=None, status=204, **JOINING)
def leave_group(request: ApiRequest, id: Slug) -> None:  # noqa: A002
    """Leave a group, or take the request back; again changes nothing."""
    group_members.leave_group(_visible(request, id), by=request.user)


@routes.reads("/groups/{id}/members", returns=MemberPage, **READING)
def list_group_members(request: ApiRequest, id: Slug, page: PageQuery) -> dict[str, Any]:  # noqa: A002
    """List who belongs to a group; to its owner also who asked."""
    group = _visible(request, id)
    roles = [GroupMember.Role.MEMBER]
    if group.owner_id == request.user.pk:
        roles.append(GroupMember.Role.ASKED)
    rows = members_of(group, request.user, roles=roles)
    shown, following = paging.page_of(
        rows.order_by(), by=["since", "pk"], paging=page, of=f"group:{id}", user=request.user
    )
    return {"items": [member_out(row) for row in shown], "next": following}


@routes.writes("POST", "/groups/{id}/members/{name}", returns=None, status=204, **JOINING)
def decide_group_request(request: ApiRequest, id: Slug, name: Name, body: DecisionIn) -> None:  # noqa: A002
    """Let somebody in who asked, or not."""
    group = _own(request, id)
    asked = get_object_or_404(group.members.select_related("user", "group"), user__username=name)
    group_members.decide_group_request(asked, approved=body.approved, by=request.user)


@routes.writes("DELETE", "/groups/{id}/members/{name}", returns=None, status=204, **JOINING)
def remove_from_group(request: ApiRequest, id: Slug, name: Name) -> None:  # noqa: A002
    """Remove somebody from the own group."""
    group = _own(request, id)
    member = get_object_or_404(group.members.select_related("user"), user__username=name)
    group_members.remove_from_group(group, member.user, by=request.user)
