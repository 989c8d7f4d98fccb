from foundation.moderation.models.inbox_task import InboxTask
from foundation.moderation.models.review import OPEN, ReviewItem, ReviewStep
from foundation.moderation.models.setting import DecidingLevel, ReviewReason, ReviewSetting

__all__ = ["OPEN", "DecidingLevel", "InboxTask", "ReviewItem", "ReviewReason", "ReviewSetting", "ReviewStep"]
