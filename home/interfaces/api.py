"""Who runs the installation and how it is reached (P8, P12, U5)."""

from typing import Any

from ninja import Schema
from pydantic import Field

from foundation.core.api.bearer import ApiRequest
from foundation.core.api.routes import Routes
from foundation.core.api.scope import TokenScope
from foundation.core.models import SiteSettings
from home.domain import phones_here

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
