from foundation.messaging.models.notification import Notification

__all__ = ["Notification"]
