from foundation.messaging.models.delivery import Delivery
from foundation.messaging.models.notification import Notification
from foundation.messaging.models.preference import Digest, Manner, Mute, Preference, Preset
from foundation.messaging.models.subscription import Subscription

__all__ = ["Delivery", "Digest", "Manner", "Mute", "Notification", "Preference", "Preset", "Subscription"]
