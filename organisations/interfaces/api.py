"""Institutions: finding one, reading one, and those that one belongs to (H2, U5)."""

from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from foundation.accounts.permissions import AccountPermission
from foundation.core.access.permissions import held_roles
from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import Paging
from foundation.core.api.routes import Routes
from foundation.core.api.scope import TokenScope
from foundation.core.models import Place
from organisations.domain.queries.finding import AGES, Wanted, found
from organisations.models import Group, Institution, Service
from organisations.permissions import InstitutionPermission

routes = Routes("organisations")
Slug = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
OPEN = {"scope": TokenScope.READ, "open_because": "the page of an institution that was admitted is public"}


class ServiceOut(Schema):
    name: str
    matter: str
    minimum_age: int | None
    maximum_age: int | None
    schedule: str
    capacity: int | None


class InstitutionRow(Schema):
    id: str = Field(description="What stands in the address of its page.")
    name: str
    state: str = Field(description="approved, suspended or closed; of one's own also how far it has come.")
    community: str
    groups: list[str] = Field(description="Whom it helps.")
    verified_on: str | None = Field(description="The day on which its papers were checked.")


class InstitutionOut(InstitutionRow):
    introduction: str
    hours: str
    address: str
    phone: str = Field(description="Empty while it is suspended, and once it is closed.")
    services: list[ServiceOut]


class InstitutionPage(Schema):
    items: list[InstitutionRow]
    next: str | None


class OwnInstitution(InstitutionRow):
    position: str = Field(description="head or member.")


class WhichInstitutions(Paging):
    q: str = Field("", max_length=60, description="Words of its name, its page, its services.")
    matter: Literal["", *Service.Matter.values] = ""  # type: ignore[valid-type]
    group: Literal["", *Group.values] = ""  # type: ignore[valid-type]
    ages: Literal["", *AGES] = ""  # type: ignore[valid-type]
    community: str = Field("", max_length=60, description="The id of a community that it serves.")


def _row(one: Institution) -> dict[str, Any]:
    return {
        "id": one.slug,
        "name": one.name,
        "state": one.state,
        "community": one.organisation.place.name,
        "groups": [audience.group for audience in one.audiences.all()],
        "verified_on": one.verified_on.isoformat() if one.verified_on else None,
    }


@routes.reads(
    "/institutions", scope=TokenScope.READ, may=InstitutionPermission.SEARCH, returns=InstitutionPage
)
def list_institutions(request: ApiRequest, which: Query[WhichInstitutions]) -> dict[str, Any]:
    """Find institutions that help, the newest first.

    Whoever acts for an institution is refused, as on the page.
    """
    place = Place.objects.filter(slug=which.community, retired_at=None).first() if which.community else None
    wanted = Wanted(words=which.q, matter=which.matter, group=which.group, ages=which.ages, place=place)
    rows = found(request.user, wanted)
    if which.community and place is None:
        rows = rows.none()
    of = f"institutions:{which.q}:{which.matter}:{which.group}:{which.ages}:{which.community}"
    shown, following = paging.page_of(rows, by=["-pk"], paging=which, of=of, user=request.user)
    return {"items": [_row(one) for one in shown], "next": following}


@routes.reads("/institutions/{id}", returns=InstitutionOut, **OPEN)
def read_institution(request: ApiRequest, id: Slug) -> dict[str, Any]:  # noqa: A002
    """Read what an institution says of itself."""
    rows = Institution.objects.visible_to(request.user).select_related("organisation__place")
    one = get_object_or_404(rows.prefetch_related("audiences", "services"), slug=id)
    return {
        **_row(one),
        "introduction": one.introduction,
        "hours": one.hours,
        "address": one.address,
        "phone": one.contact_phone if one.is_open else "",
        "services": [
            {name: getattr(service, name) for name in ServiceOut.model_fields}
            for service in one.services.all()
        ],
    }


@routes.reads(
    "/me/institutions",
    scope=TokenScope.ACCOUNT,
    may=AccountPermission.KEEP_ACCOUNT,
    returns=list[OwnInstitution],
)
def own_institutions(request: ApiRequest) -> list[dict[str, Any]]:
    """List the institutions that one belongs to."""
    ids = [held.organisation for held in held_roles(request.user) if held.organisation]
    rows = Institution.objects.filter(pk__in=ids).select_related("organisation__place")
    positions = dict(request.user.memberships.filter(until=None).values_list("organisation_id", "position"))
    return [
        {**_row(one), "position": positions[one.pk]}
        for one in rows.prefetch_related("audiences").order_by("pk")
        if one.pk in positions
    ]
