from foundation.moderation.models.case import Case, Report
from foundation.moderation.models.inbox_task import InboxTask
from foundation.moderation.models.review import OPEN, ReviewItem, ReviewStep
from foundation.moderation.models.sanction import Appeal, AppealMessage, Sanction
from foundation.moderation.models.setting import DecidingLevel, ReviewReason, ReviewSetting
from foundation.moderation.models.word import Word, WordScan

__all__ = [
    "OPEN",
    "Appeal",
    "AppealMessage",
    "Case",
    "DecidingLevel",
    "InboxTask",
    "Report",
    "ReviewItem",
    "ReviewReason",
    "ReviewSetting",
    "ReviewStep",
    "Sanction",
    "Word",
    "WordScan",
]
