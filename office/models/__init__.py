from office.models.alarm import Alarm, Watch
from office.models.backup import BackupRun
from office.models.trouble import Trouble

__all__ = ["Alarm", "BackupRun", "Trouble", "Watch"]
