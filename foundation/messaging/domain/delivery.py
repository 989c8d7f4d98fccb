"""Carries a notification out by mail, when its turn comes in the outbox (S11)."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from foundation.core.flow import outbox
from foundation.core.models import SiteSettings
from foundation.messaging.domain.queries import in_words
from foundation.messaging.models import Notification


@outbox.handler("notification")
def deliver(key: str, payload: dict[str, Any]) -> None:
    """Send one notification by mail, unless it was read meanwhile or its object is hidden from the reader now."""
    row = Notification.objects.select_related("user", "by").filter(pk=payload["id"]).first()
    if row is None or row.read_at is not None or not row.user.is_active or not row.user.email:
        return
    (told,) = in_words([row], row.user)
    if not told.url:
        return
    context = {
        "told": told,
        "user": row.user,
        "link": settings.WAGTAILADMIN_BASE_URL + told.url,
        "site": SiteSettings.current(),
    }
    subject = render_to_string("messaging/notification_subject.txt", context)
    EmailMessage(
        " ".join(subject.split()),
        render_to_string("messaging/notification_message.txt", context),
        to=[row.user.email],
        headers={"X-Linli-Key": f"mail:{key}"},
    ).send()
