"""Keeping order in circles: roles, requests, invitations, pins (G3, G4, U5)."""

from collections.abc import Callable
from typing import Any, Literal

from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Schema
from pydantic import Field

from foundation.accounts.interfaces.schemas import person_out
from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given, PublicId
from foundation.social.interfaces.api import Name
from groups.domain import inviting, joining, keeping, pinning
from groups.interfaces.api import JOINING, READING, Slug, inside, out
from groups.interfaces.schemas import CircleOut, InvitationOut, RequestOut, request_out
from groups.models import Circle, CircleInvitation, CircleMember, CircleRole

routes = Routes("circles")
type Act = Callable[[Circle, User, Any], None]
ACTS: dict[str, Act] = {
    "moderator": lambda circle, user, by: keeping.set_moderator(circle, user, moderator=True, by=by),
    "member": lambda circle, user, by: keeping.set_moderator(circle, user, moderator=False, by=by),
    "owner": lambda circle, user, by: keeping.hand_over(circle, user, by=by),
    "banned": lambda circle, user, by: keeping.ban(circle, user, by=by),
}


class RoleIn(Given):
    role: Literal["moderator", "member", "owner", "banned"]


def _standing(circle: Circle, name: str) -> CircleMember:
    return get_object_or_404(circle.members.select_related("user"), user__username=name)


@routes.writes("PUT", "/circles/{id}/members/{name}", returns=None, status=204, **JOINING)
def change_role(request: ApiRequest, id: Slug, name: Name, body: RoleIn) -> None:  # noqa: A002
    """Make somebody a moderator or a member again, hand the circle over, or ban her."""
    circle, _mine = inside(request, id, manages=True)
    ACTS[body.role](circle, _standing(circle, name).user, request.user)


@routes.writes("DELETE", "/circles/{id}/members/{name}", returns=None, status=204, **JOINING)
def remove_member(request: ApiRequest, id: Slug, name: Name) -> None:  # noqa: A002
    """Remove somebody, or lift her ban."""
    circle, _mine = inside(request, id, manages=True)
    standing = _standing(circle, name)
    if standing.role == CircleRole.BANNED:
        keeping.lift_ban(circle, standing.user, by=request.user)
    else:
        keeping.remove_member(circle, standing.user, by=request.user)


@routes.reads("/circles/{id}/requests", returns=list[RequestOut], **READING)
def list_requests(request: ApiRequest, id: Slug) -> list[Any]:  # noqa: A002
    """List who asked to join, for who keeps order; the first hundred."""
    circle, _mine = inside(request, id, manages=True)
    asked = circle.members.filter(role=CircleRole.ASKED, user__in=User.objects.visible_to(request.user))
    return [request_out(row) for row in asked.select_related("user__avatar").order_by("since", "pk")[:100]]


class DecisionIn(Given):
    approved: bool
    reason: str = Field("", max_length=200)


@routes.writes("POST", "/circles/{id}/requests/{name}", returns=None, status=204, **JOINING)
def decide_request(request: ApiRequest, id: Slug, name: Name, body: DecisionIn) -> None:  # noqa: A002
    """Let somebody in who asked, or not."""
    circle, _mine = inside(request, id, manages=True)
    asked = get_object_or_404(circle.members.filter(role=CircleRole.ASKED), user__username=name)
    joining.decide_request(asked, approved=body.approved, reason=body.reason, by=request.user)


def _invitation_out(row: CircleInvitation) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "person": person_out(row.user) if row.user else None,
        "used": row.used,
        "expires_at": row.expires_at,
        "address": row.get_absolute_url(),
    }


@routes.reads("/circles/{id}/invitations", returns=list[InvitationOut], **READING)
def list_invitations(request: ApiRequest, id: Slug) -> list[dict[str, Any]]:  # noqa: A002
    """List the invitations and links that are open, for who keeps order."""
    circle, _mine = inside(request, id, manages=True)
    rows = CircleInvitation.objects.open().filter(circle=circle).select_related("user__avatar")
    return [_invitation_out(row) for row in rows.order_by("pk")[:100]]


class InviteIn(Given):
    name: str = Field("", max_length=30, description="Whom to ask; empty: a link for whoever has it.")


@routes.writes("POST", "/circles/{id}/invitations", returns=InvitationOut, status=201, **JOINING)
def invite(request: ApiRequest, id: Slug, body: InviteIn) -> dict[str, Any]:  # noqa: A002
    """Invite one person, or make a link."""
    circle, _mine = inside(request, id, manages=True)
    if not body.name:
        return _invitation_out(inviting.make_link(circle, by=request.user))
    person = get_object_or_404(User.objects.visible_to(request.user), username=body.name)
    return _invitation_out(inviting.invite(circle, person, by=request.user))


class InvitedOut(Schema):
    circle: CircleOut
    open: bool


def _invitation(request: ApiRequest, public_id: str) -> CircleInvitation:
    found = inviting.find_invitation(public_id, by=request.user)
    if found is None:
        raise Http404
    return found


@routes.reads("/circles/invitations/{invitation}", returns=InvitedOut, **READING)
def read_invitation(request: ApiRequest, invitation: PublicId) -> dict[str, Any]:
    """Read what one was invited to."""
    found = _invitation(request, invitation)
    return {"circle": out(request, found.circle), "open": found.is_open and found.circle.is_live}


class AcceptIn(Given):
    agreed: bool = Field(False, description="The rules were read, where there are some.")


@routes.writes("PUT", "/circles/invitations/{invitation}", returns=CircleOut, **JOINING)
def accept_invitation(request: ApiRequest, invitation: PublicId, body: AcceptIn) -> CircleOut:
    """Come in by an invitation or a link."""
    found = _invitation(request, invitation)
    inviting.accept(found, by=request.user, agreed=body.agreed)
    return out(request, found.circle)


@routes.writes("DELETE", "/circles/invitations/{invitation}", returns=None, status=204, **JOINING)
def end_invitation(request: ApiRequest, invitation: PublicId) -> None:
    """Decline the own invitation, or withdraw one of a circle that one keeps."""
    visible = CircleInvitation.objects.visible_to(request.user)
    found = get_object_or_404(visible.select_related("circle__place"), public_id=invitation)
    if found.user_id == request.user.pk:
        inviting.decline(found, by=request.user)
    else:
        inviting.withdraw_invitation(found, by=request.user)


class PinIn(Given):
    announce: bool = Field(False, description="Tell everybody there, once for each status.")


def _post_of(request: ApiRequest, circle: Circle, public_id: str) -> Any:
    post = kinds.find_public("post", public_id, request.user)
    if post.scope != circle.scope:
        raise Http404
    return post


@routes.writes("PUT", "/circles/{id}/pins/{status}", returns=None, status=204, **JOINING)
def pin_status(request: ApiRequest, id: Slug, status: PublicId, body: PinIn) -> None:  # noqa: A002
    """Let a status stand first; at most three do."""
    circle, _mine = inside(request, id, manages=True)
    pinning.pin(circle, _post_of(request, circle, status), announce=body.announce, by=request.user)


@routes.writes("DELETE", "/circles/{id}/pins/{status}", returns=None, status=204, **JOINING)
def unpin_status(request: ApiRequest, id: Slug, status: PublicId) -> None:  # noqa: A002
    """Let it stand among the others again."""
    circle, _mine = inside(request, id, manages=True)
    pinning.unpin(circle, _post_of(request, circle, status), by=request.user)
