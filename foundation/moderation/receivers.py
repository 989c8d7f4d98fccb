"""What follows from a decision, whichever way it came."""

from typing import Any

from django.db.models.signals import post_save

from foundation.core import notify
from foundation.moderation.models import OPEN, ReviewItem

CALLS = ("submitted", "half_approved", "handed")


def settle(sender: Any, instance: ReviewItem, **_kwargs: Any) -> None:
    """Nobody is called any more to what was decided, withdrawn or closed elsewhere."""
    if instance.state not in OPEN:
        notify.settle(*CALLS, about=instance)


def connect() -> None:
    post_save.connect(settle, sender=ReviewItem, dispatch_uid="moderation.settle")
