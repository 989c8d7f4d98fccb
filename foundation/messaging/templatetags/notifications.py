from typing import Any

from django import template

from foundation.messaging.domain.queries import unread_count

register = template.Library()


@register.simple_tag
def unread(user: Any) -> int:
    """Return how many notifications `user` has not opened; nobody signed in has none."""
    return unread_count(user) if user.is_authenticated else 0
