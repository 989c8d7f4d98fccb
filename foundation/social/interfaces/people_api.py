"""How somebody stands to others: follows, mutes, blocks and the own rule (S6, U5)."""

from typing import Annotated, Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from foundation.accounts.interfaces.schemas import PersonOut, person_out
from foundation.accounts.models import User
from foundation.core.access.limits import consume
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given
from foundation.core.api.scope import TokenScope
from foundation.messaging.domain import muting
from foundation.social.domain import blocks, follows
from foundation.social.domain.queries.mentions import MAX_WORDS, offered
from foundation.social.domain.queries.people import blocked_by, follow_rule_of
from foundation.social.permissions import SocialPermission

routes = Routes("relations")
Name = Annotated[str, Field(max_length=30, pattern="^[a-z0-9-]+$")]


def _person(request: ApiRequest, name: str) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), username=name)


class WhoIsMeant(Schema):
    q: str = Field("", max_length=MAX_WORDS, description="How the name, or its pinyin, begins.")


@routes.reads("/mentionable", scope=TokenScope.READ, may=SocialPermission.COMMENT, returns=list[PersonOut])
def list_mentionable(request: ApiRequest, which: Query[WhoIsMeant]) -> list[Any]:
    """List a few people whom one may mention by `@display_name`, those nearest first."""
    consume("mention", request.user, rate=settings.RATES["mention"])
    return [person_out(one.person) for one in offered(request.user, which.q)]


class FollowIn(Given):
    secret: bool = Field(False, description="Without anybody's knowing; it opens nothing that is not public.")


OPENLY = FollowIn(secret=False)


@routes.writes(
    "PUT",
    "/people/{name}/follow",
    scope=TokenScope.WRITE,
    may=SocialPermission.FOLLOW,
    returns=None,
    status=204,
)
def follow(request: ApiRequest, name: Name, body: FollowIn = OPENLY) -> None:
    """Follow somebody, openly or in secret; again changes nothing but the manner."""
    follows.follow(_person(request, name), by=request.user, secret=body.secret)


@routes.writes(
    "DELETE",
    "/people/{name}/follow",
    scope=TokenScope.WRITE,
    may=SocialPermission.FOLLOW,
    returns=None,
    status=204,
)
def unfollow(request: ApiRequest, name: Name) -> None:
    """Stop following somebody; again changes nothing."""
    follows.unfollow(_person(request, name), by=request.user)


@routes.writes(
    "PUT", "/people/{name}/mute", scope=TokenScope.WRITE, may=SocialPermission.BLOCK, returns=None, status=204
)
def mute_person(request: ApiRequest, name: Name) -> None:
    """See and hear nothing more of somebody; again changes nothing."""
    muting.mute(_person(request, name).pk, by=request.user)


@routes.writes(
    "DELETE",
    "/people/{name}/mute",
    scope=TokenScope.WRITE,
    may=SocialPermission.BLOCK,
    returns=None,
    status=204,
)
def unmute_person(request: ApiRequest, name: Name) -> None:
    """See and hear of somebody again; again changes nothing."""
    muting.unmute_person(_person(request, name).pk, by=request.user)


@routes.reads("/me/blocks", scope=TokenScope.ACCOUNT, may=SocialPermission.BLOCK, returns=list[PersonOut])
def list_blocks(request: ApiRequest) -> list[Any]:
    """List whom one blocked, the newest first."""
    return [person_out(row.blocked) for row in blocked_by(request.user)[:500]]


@routes.writes(
    "PUT", "/me/blocks/{name}", scope=TokenScope.WRITE, may=SocialPermission.BLOCK, returns=None, status=204
)
def block(request: ApiRequest, name: Name) -> None:
    """Have nothing to do with somebody any more. Blocked already, she is found no more: 404."""
    blocks.block(_person(request, name), by=request.user)


@routes.writes(
    "DELETE",
    "/me/blocks/{name}",
    scope=TokenScope.WRITE,
    may=SocialPermission.BLOCK,
    returns=None,
    status=204,
)
def unblock(request: ApiRequest, name: Name) -> None:
    """Take a block back."""
    row = get_object_or_404(blocked_by(request.user), blocked__username=name)
    blocks.unblock(row.blocked, by=request.user)


class FollowRuleOut(Schema):
    by_anybody: bool = Field(description="Neighbours may begin to follow.")
    in_secret: bool = Field(description="Also without one's knowing.")


class FollowRuleIn(Given):
    by_anybody: bool
    in_secret: bool


@routes.reads("/me/follow-rule", scope=TokenScope.ACCOUNT, may=SocialPermission.FOLLOW, returns=FollowRuleOut)
def read_follow_rule(request: ApiRequest) -> Any:
    """Read who may follow oneself."""
    return follow_rule_of(request.user)


@routes.writes(
    "PUT", "/me/follow-rule", scope=TokenScope.ACCOUNT, may=SocialPermission.FOLLOW, returns=FollowRuleOut
)
def decide_follow_rule(request: ApiRequest, body: FollowRuleIn) -> Any:
    """Decide who may follow oneself; secret follows end where they are not wanted."""
    return follows.decide_follow_rule(**body.model_dump(), by=request.user)
