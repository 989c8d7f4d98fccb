from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.core.facets import (
    Erasing,
    ExportFacet,
    OnErase,
    PrivacyFacet,
    Without,
)
from foundation.core.kinds import Kind
from foundation.messaging.models import Delivery, Manner, Mute, Notification, Preference, Subscription


def _as_data(row: Notification) -> dict[str, Any]:
    """What she was told and when; by whom only as far as the sentence names nobody."""
    return {
        "event": row.event,
        "about": row.kind,
        "text": row.text,
        "at": row.created_at,
        "read_at": row.read_at,
    }


def _erase_choices(user: Any) -> int:
    """Delete what she chose and where she was reached, also what others chose about her."""
    rows = [
        model._default_manager.filter(user=user)
        for model in (Delivery, Subscription, Manner, Mute, Preference)
    ]
    return sum(found.delete()[0] for found in (*rows, Mute.objects.filter(person=user)))


KINDS = [
    Kind(
        key="notification",
        model="messaging.Notification",
        name=_("通知"),
        title=lambda row: row.event,
        url=lambda row: row.open_url,
        visible_to=Notification.objects.visible_to,
        owner=lambda row: row.user_id,
        place_path=Without("belongs to one person, wherever she lives"),
        audit=Without("reading one's own notifications is nobody's business"),
        privacy=PrivacyFacet(
            subject="user",
            category="activity",
            retain="until read, then 180 days; never shown on the site, 180 days",
            on_erase=OnErase.DELETE,
        ),
        search=Without("found through what it tells of"),
        review=Without("written by the site"),
        notify=Without("is itself the notification"),
        comments=Without("nobody else sees it"),
        feed=Without("nobody else sees it"),
        report=Without("nobody else sees it"),
        export=ExportFacet(rows=lambda user: Notification.objects.filter(user_id=user.pk), as_data=_as_data),
        demo=Without("follows from what the demo's people do"),
    )
]
ERASE = [
    Erasing(
        links=["messaging.Notification.by"],
        why="what others were told of her",
        erase=lambda user: Notification.objects.filter(by=user).delete()[0],
    ),
    Erasing(
        links=[
            "messaging.Delivery.user",
            "messaging.Subscription.user",
            "messaging.Manner.user",
            "messaging.Mute.person",
            "messaging.Mute.user",
            "messaging.Preference.user",
        ],
        why="how she wanted to be told, and by which browser",
        erase=_erase_choices,
    ),
]
NOT_KINDS = {
    "Subscription": "her own browser, listed and removed by her alone; goes with her notifications",
    "Delivery": "how a notification went out; goes with it",
    "Manner": "her own choice, seen and changed by her alone; goes with her notifications",
    "Mute": "her own choice, which nobody else may learn of; goes with her notifications",
    "Preference": "her own choice, seen and changed by her alone; goes with her notifications",
}
