"""What goes with an account: everything that was told to it, and how it wanted to be told."""

from typing import Any

from foundation.messaging.models import Manner, Mute, Notification, Preference, Subscription


def forget(user: Any) -> int:
    """Delete what `messaging` keeps of a person, also as the one who did what others were told; return how many."""
    return sum(
        rows.delete()[0]
        for rows in (
            Notification.objects.filter(user_id=user.pk),
            Manner.objects.filter(user_id=user.pk),
            Preference.objects.filter(user_id=user.pk),
            Subscription.objects.filter(user_id=user.pk),
            Mute.objects.filter(user_id=user.pk),
            Mute.objects.filter(person_id=user.pk),
        )
    )
