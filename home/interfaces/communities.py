"""The pages of the street and its communities (P12, U5)."""

from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from django.utils.html import strip_tags
from ninja import Schema
from pydantic import Field

from foundation.core.api.bearer import ApiRequest
from foundation.core.api.routes import Routes
from foundation.core.api.scope import TokenScope
from home.models import CommunityPage

routes = Routes("communities")
OPEN = {"scope": TokenScope.READ, "open_because": "how an office is reached is for everybody"}
type Slug = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[\w-]+$")]
# The community's own clock, which has no offset.
Clock = Annotated[str, Field(pattern=r"^\d\d:\d\d$", examples=["08:30"])]


class HoursOut(Schema):
    """On the days of the week from `first_day` to `last_day` (1 is Monday)."""

    first_day: int
    last_day: int
    opens: Clock
    closes: Clock
    on_holidays: bool


class ContactOut(Schema):
    name: str
    duty: str
    phone: str


class MarkerOut(Schema):
    """A place on the plan; `x` and `y` in percent of its width and height, from the upper left corner."""

    name: str
    text: str
    type: str = Field(description="The name of its icon.")
    x: float
    y: float


class CommunityPageOut(Schema):
    id: str = Field(description="As in the list of communities.")
    name: str
    level: str = Field(description="street or committee.")
    summary: str
    phone: str
    place: str = Field(description="Where the office is, in words.")
    address: str = Field(description="Of its page.")
    introduction: str
    email: str
    hours: list[HoursOut]
    contacts: list[ContactOut]
    plan: str | None = Field(description="The address of the plan's picture.")
    markers: list[MarkerOut]
    latitude: float | None
    longitude: float | None


@routes.reads("/communities/{id}", returns=CommunityPageOut, **OPEN)
def read_community(request: ApiRequest, id: Slug) -> dict[str, Any]:  # noqa: A002
    """Read how the office of a street or community is reached, and what lies where."""
    pages = CommunityPage.objects.visible_to(request.user).in_language().select_related("place", "plan")
    page = get_object_or_404(pages, place__slug=id)
    return {
        "id": page.place.slug,
        "name": page.title,
        "level": page.place.level,
        "summary": page.summary,
        "phone": page.phone,
        "place": page.address,
        "address": page.get_absolute_url(),
        "introduction": strip_tags(page.introduction.replace("</p>", "\n")).strip(),
        "email": page.email,
        "hours": [
            {
                "first_day": one.first_day,
                "last_day": one.last_day,
                "opens": f"{one.opens:%H:%M}",
                "closes": f"{one.closes:%H:%M}",
                "on_holidays": one.on_holidays,
            }
            for one in page.hours.all()
        ],
        "contacts": list(page.contacts.values("name", "duty", "phone")),
        "plan": page.plan.get_rendition("max-2600x2600|format-webp").url if page.plan else None,
        "markers": [
            {"name": one.name, "text": one.text, "type": one.type, "x": float(one.x), "y": float(one.y)}
            for one in page.markers.all()
        ],
        "latitude": page.latitude,
        "longitude": page.longitude,
    }
