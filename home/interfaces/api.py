"""Who runs the installation and how it is reached, and the search over all of it (P8, P9, P12, U5)."""

from typing import Any

from django.conf import settings
from ninja import Query, Schema
from pydantic import Field

from foundation.core.access.addresses import caller_of
from foundation.core.access.limits import consume
from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import Paging
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Moment
from foundation.core.api.scope import TokenScope
from foundation.core.models import SiteSettings
from foundation.core.search.finding import find
from foundation.core.search.words import MOST_SIGNS
from home.domain.frame import phones_here

routes = Routes("site")


class PhoneOut(Schema):
    name: str
    number: str
    hours: str


class SiteOut(Schema):
    """What every page shows of the community."""

    name: str
    short_name: str
    organisation: str
    hotline: str
    office_hours: str
    address: str
    accent: str = Field(description="The community's colour, as #rrggbb; empty for the default.")
    phones: list[PhoneOut] = Field(description="The useful numbers of the front page.")


@routes.reads("/site", scope=TokenScope.READ, open_because="stands on every page", returns=SiteOut)
def read_site(request: ApiRequest) -> dict[str, Any]:
    """Read who runs this community, and its telephone numbers."""
    site = SiteSettings.current()
    names = ("short_name", "organisation", "hotline", "office_hours", "address", "accent")
    return {
        "name": site.community_name,
        **{name: getattr(site, name) for name in names},
        "phones": _phones(),
    }


def _phones() -> list[dict[str, str]]:
    """Return the numbers that editors put on the front page."""
    return [
        {"name": phone["name"], "number": phone["number"], "hours": phone["hours"] or ""}
        for phone in phones_here()
    ]


class WhatIsSought(Paging):
    q: str = Field("", max_length=MOST_SIGNS, description="Words, whole or pieces of them, or pinyin.")
    kind: str = Field("", max_length=30, description="One of the kinds in `counts`; empty for all.")


class HitOut(Schema):
    kind: str
    kind_name: str
    title: str = Field(description="Empty for what has none, like a status.")
    label: str = Field(description="Which piece of it was found, where it is not the whole.")
    excerpt: str = Field(description="The text around the words.")
    address: str
    date: Moment | None


class CountOut(Schema):
    kind: str
    name: str
    number: int
    more: bool = Field(description="There is more than is counted.")


class FoundPage(Schema):
    items: list[HitOut]
    counts: list[CountOut] = Field(description="How much was found of each kind, of what the reader may see.")
    alike: list[str] = Field(description="What sounds like it, where little was found.")
    next: str | None


@routes.reads(
    "/search",
    scope=TokenScope.READ,
    open_because="finds only what the reader may see; each kind by its own right",
    returns=FoundPage,
)
def search(request: ApiRequest, what: Query[WhatIsSought]) -> dict[str, Any]:
    """Search everything that the reader may see, the best first."""
    if what.q.strip():
        consume("search", caller_of(request), rate=settings.RATES["search"])
    place = f"search:{what.kind}:{what.limit}:{what.q}"
    number = paging.opened(what.cursor, of=place, user=request.user)[0] if what.cursor else 1
    found = find(what.q, request.user, kind=what.kind, page=number, per_page=what.limit)
    return {
        "items": [
            {
                "kind": hit.kind,
                "kind_name": str(hit.kind_name),
                "title": hit.title,
                "label": str(hit.label),
                "excerpt": hit.excerpt,
                "address": hit.address,
                "date": hit.date,
            }
            for hit in found.hits
        ],
        "counts": [
            {"kind": count.kind, "name": str(count.name), "number": count.number, "more": count.more}
            for count in found.counts
        ],
        "alike": found.alike,
        "next": paging.sealed([number + 1], of=place, user=request.user) if found.page.has_next() else None,
    }
