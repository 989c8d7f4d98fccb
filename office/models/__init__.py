from office.models.alarm import Alarm, Watch
from office.models.trouble import Trouble

__all__ = ["Alarm", "Trouble", "Watch"]
