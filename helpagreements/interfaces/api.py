"""Agreements: the public cards, one of them, and those of the own institution (H5, U5). Signing is for the pages."""

from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from foundation.accounts.permissions import AccountPermission
from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import Paging
from foundation.core.api.routes import Routes
from foundation.core.api.scope import TokenScope
from helpagreements.domain.queries import agreements
from helpagreements.enums import Standing
from helpagreements.models import Agreement

routes = Routes("helpagreements")
PublicId = Annotated[str, Field(min_length=1, max_length=16, pattern=r"^[A-Za-z0-9_-]+$")]
OPEN = {"scope": TokenScope.READ, "open_because": "that an agreement was signed, and by whom, is public"}


class AgreementRow(Schema):
    id: str = Field(description="What stands in the address of its page.")
    number: str
    title: str
    type: str
    community: str
    institution: str
    state: str
    standing: str = Field(description="waiting, signed, expired or other.")
    starts_on: str | None
    ends_on: str | None
    signed_at: str | None


class AgreementPage(Schema):
    items: list[AgreementRow]
    next: str | None


class WhichAgreements(Paging):
    standing: Literal["", *Standing.values] = ""  # type: ignore[valid-type]


def _row(one: Agreement) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "number": one.number,
        "title": one.title,
        "type": one.type,
        "community": one.community.name,
        "institution": one.institution.name,
        "state": one.state,
        "standing": str(one.standing),
        "starts_on": one.starts_on.isoformat() if one.starts_on else None,
        "ends_on": one.ends_on.isoformat() if one.ends_on else None,
        "signed_at": one.signed_at.isoformat() if one.signed_at else None,
    }


def _page(rows: Any, which: WhichAgreements, of: str, user: Any) -> dict[str, Any]:
    rows = rows.standing(which.standing) if which.standing else rows
    name = f"{of}:{which.standing}"
    shown, following = paging.page_of(rows, by=["-pk"], paging=which, of=name, user=user)
    return {"items": [_row(one) for one in shown], "next": following}


@routes.reads("/agreements", returns=AgreementPage, **OPEN)
def list_agreements(request: ApiRequest, which: Query[WhichAgreements]) -> dict[str, Any]:
    """List the agreements that were signed, the newest first."""
    return _page(agreements.published(), which, "agreements", request.user)


@routes.reads("/agreements/{id}", returns=AgreementRow, **OPEN)
def read_agreement(request: ApiRequest, id: PublicId) -> dict[str, Any]:  # noqa: A002
    """Read the card of an agreement: public once it was signed, its parties' before that."""
    mine = Agreement.objects.visible_to(request.user).select_related(*agreements.RELATED)
    card = mine.filter(public_id=id).first() or get_object_or_404(agreements.published(), public_id=id)
    return _row(card)


@routes.reads(
    "/me/agreements", scope=TokenScope.ACCOUNT, may=AccountPermission.KEEP_ACCOUNT, returns=AgreementPage
)
def own_agreements(request: ApiRequest, which: Query[WhichAgreements]) -> dict[str, Any]:
    """List what was put before the own institution, the newest first; empty for whoever belongs to none."""
    return _page(agreements.of_own(request.user), which, "me:agreements", request.user)
