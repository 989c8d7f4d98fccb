"""For whom somebody acts, in every page's header."""

from typing import Any

from django import template

from foundation.accounts.domain import hats

register = template.Library()


@register.simple_tag
def hats_of(user: Any) -> dict[str, Any]:
    """Return the organisations for which somebody may act, and the one for which she acts now (None: herself)."""
    mine = hats.hats_of(user)
    return {"all": mine, "worn": next((one for one in mine if one.pk == user.acting_organisation), None)}
