from foundation.messaging.models.delivery import Delivery
from foundation.messaging.models.device import Device
from foundation.messaging.models.notification import Notification
from foundation.messaging.models.preference import Digest, Manner, Mute, Preference, Preset

__all__ = ["Delivery", "Device", "Digest", "Manner", "Mute", "Notification", "Preference", "Preset"]
