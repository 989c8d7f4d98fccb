from office.models.alarm import Alarm, Watch
from office.models.backup import BackupRun

__all__ = ["Alarm", "BackupRun", "Watch"]
