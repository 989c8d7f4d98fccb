"""What somebody saved, for herself alone (S2, U5)."""

from typing import Annotated, Any

from django.http import Http404
from ninja import Query, Schema
from pydantic import Field

from foundation.accounts.interfaces.schemas import PersonOut, person_out
from foundation.core import kinds
from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import Paging
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Moment, PublicId
from foundation.core.api.scope import TokenScope
from foundation.social.domain import bookmarks
from foundation.social.domain.queries.bookmarks import Saved, saved_by, shown
from foundation.social.permissions import SocialPermission

routes = Routes("saved")
Kind = Annotated[
    str,
    Field(max_length=40, pattern="^[a-z_]+$", description="`post`, `diary_entry`, `album` or `article`."),
]


class SavedOut(Schema):
    kind: str
    id: str
    title: str
    excerpt: str
    author: PersonOut | None = Field(description="Whose it is, where it is a neighbour's.")
    address: str
    saved_at: Moment


class SavedPage(Schema):
    items: list[SavedOut]
    next: str | None


class WhichSaved(Paging):
    q: str = Field("", max_length=40, description="Only what holds these words.")


def _out(one: Saved) -> SavedOut:
    return SavedOut(
        kind=one.kind.key,
        id=one.public_id,
        title=one.title,
        excerpt=one.excerpt,
        author=person_out(one.by) if one.by else None,
        address=one.address,
        saved_at=one.bookmark.created_at,
    )


@routes.reads("/me/saved", scope=TokenScope.ACCOUNT, may=SocialPermission.SAVE, returns=SavedPage)
def list_saved(request: ApiRequest, which: Query[WhichSaved]) -> dict[str, Any]:
    """List what one saved and may see now, the newest first."""
    found = saved_by(request.user, words=which.q)
    rows, following = paging.page_of(
        found, by=["-pk"], paging=which, of=f"saved:{which.q}", user=request.user
    )
    return {"items": [_out(one) for one in shown(rows, request.user)], "next": following}


def _target(request: ApiRequest, kind: str, public_id: str) -> Any:
    target = kinds.find_public(kind, public_id, request.user)
    if not kinds.of(target).can_be_saved:
        raise Http404
    return target


@routes.writes(
    "PUT",
    "/me/saved/{kind}/{id}",
    scope=TokenScope.WRITE,
    may=SocialPermission.SAVE,
    returns=None,
    status=204,
)
def save(request: ApiRequest, kind: Kind, id: PublicId) -> None:  # noqa: A002
    """Save something for oneself; again changes nothing."""
    bookmarks.save(_target(request, kind, id), by=request.user)


@routes.writes(
    "DELETE",
    "/me/saved/{kind}/{id}",
    scope=TokenScope.WRITE,
    may=SocialPermission.SAVE,
    returns=None,
    status=204,
)
def let_go(request: ApiRequest, kind: Kind, id: PublicId) -> None:  # noqa: A002
    """Save something no longer; again changes nothing."""
    bookmarks.let_go(_target(request, kind, id), by=request.user)
