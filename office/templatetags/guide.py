"""The way from a page of the office to the chapter of the guide that explains it (O7)."""

from typing import Any

from django import template
from django.utils.translation import get_language

from office.domain.queries.guide import Chapter, about

register = template.Library()


@register.simple_tag(takes_context=True)
def chapter_here(context: dict[str, Any]) -> Chapter | None:
    """Return the chapter about the page that is being shown."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    return about(match.view_name, request.user, get_language()) if request and match else None
