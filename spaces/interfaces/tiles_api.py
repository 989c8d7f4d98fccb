"""The tiles of a space, and how their owner arranges them (S12, U5)."""

from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Schema
from pydantic import Field

from foundation.accounts.domain.profile import stand_in
from foundation.accounts.models import User
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given
from foundation.core.api.scope import TokenScope
from foundation.social.interfaces.api import Name
from spaces.domain import tiles
from spaces.domain.queries.tiles import tiles_of
from spaces.interfaces.api import SeenAs
from spaces.permissions import SpacePermission

routes = Routes("spaces")
Key = Annotated[str, Field(min_length=1, max_length=40, pattern="^[a-z_]+$")]


class LineOut(Schema):
    text: str
    note: str
    address: str


class TileOut(Schema):
    """What the reader sees of one matter in a space: how much there is, and the first of it."""

    key: str
    name: str
    count: int
    first: list[LineOut]


class PlacedOut(Schema):
    key: str
    name: str
    hidden: bool


@routes.reads(
    "/people/{name}/tiles",
    scope=TokenScope.READ,
    open_because="each tile holds only what the reader may see",
    returns=list[TileOut],
)
def list_tiles(request: ApiRequest, name: Name, seen_as: SeenAs = "") -> list[dict[str, Any]]:
    """List the tiles of somebody's space in the order that she gave them."""
    owner = get_object_or_404(User.objects.visible_to(request.user), username=name)
    viewer = stand_in(seen_as, owner=owner, reader=request.user) or request.user
    return [
        {
            "key": one.source.key,
            "name": str(one.source.name),
            "count": one.tile.count,
            "first": [
                {"text": str(line.words), "note": str(line.note), "address": line.url}
                for line in one.tile.lines
            ],
        }
        for one in tiles_of(owner, viewer)
    ]


def _placed(user: Any) -> list[dict[str, Any]]:
    return [
        {"key": one.source.key, "name": str(one.source.name), "hidden": one.hidden}
        for one in tiles.arrangement_of(user)
    ]


@routes.reads(
    "/me/tiles", scope=TokenScope.ACCOUNT, may=SpacePermission.ARRANGE_SPACE, returns=list[PlacedOut]
)
def read_arrangement(request: ApiRequest) -> list[dict[str, Any]]:
    """Read how the tiles of the own space stand, hidden ones too."""
    return _placed(request.user)


class ArrangementIn(Given):
    order: list[Key] = Field(max_length=50, description="What comes first; the others follow as they stood.")
    hidden: list[Key] = Field(max_length=50, description="All that nobody sees; every other is shown.")


@routes.writes(
    "PUT",
    "/me/tiles",
    scope=TokenScope.ACCOUNT,
    may=SpacePermission.ARRANGE_SPACE,
    returns=list[PlacedOut],
)
def arrange(request: ApiRequest, body: ArrangementIn) -> list[dict[str, Any]]:
    """Arrange the tiles of the own space."""
    tiles.arrange(body.order, hidden=body.hidden, by=request.user)
    return _placed(request.user)
