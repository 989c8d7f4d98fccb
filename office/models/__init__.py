from office.models.alarm import Alarm, Watch

__all__ = ["Alarm", "Watch"]
