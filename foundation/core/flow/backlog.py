"""How the outbox stands, for those who keep the site running (M4)."""

from datetime import timedelta

from django.db.models import Count, Sum

from foundation.core.flow.clock import moment
from foundation.core.flow.models import OutboxMessage
from foundation.core.flow.patience import OF_ONE

SEVERAL = 3


def parked() -> int:
    """Return how many rows were given up and could still be sent."""
    return OutboxMessage.objects.filter(state="dead").exclude(payload=b"").count()


def waiting_for(channel: str) -> int:
    """Return how many rows of a channel wait since its other side is away; 0 where it is not.

    Known by attempts that failed several times already, and not for a letter's own reasons.
    """
    new = OutboxMessage.objects.filter(channel=channel, state="new")
    away = new.filter(delays__gt=0)
    for words in OF_ONE:
        away = away.exclude(error__startswith=words)
    failed = away.aggregate(Sum("delays"))["delays__sum"] or 0
    return new.count() if failed >= SEVERAL else 0


def late(than: timedelta) -> int:
    """Return how many rows have been due for longer than that, though their channel is not away.

    What is left out here is what `waiting_for` counts, and nothing else: one full mailbox hides no queue that stands.
    """
    due = OutboxMessage.objects.filter(state="new", next_at__lt=moment(-than))
    per_channel = due.values_list("channel").annotate(number=Count("pk")).order_by()
    return sum(number for channel, number in per_channel if not waiting_for(channel))
