from typing import Any

from django import template
from django.conf import settings

from linli.demo.accounts import ACCOUNTS, PASSWORD

register = template.Library()


@register.simple_tag(name="demo_accounts")
def demo_accounts() -> dict[str, Any] | None:
    """Return who can sign in to the demo; None everywhere else."""
    return {"password": PASSWORD, "people": ACCOUNTS} if settings.DEMO else None
