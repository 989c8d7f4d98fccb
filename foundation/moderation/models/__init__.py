from foundation.moderation.models.inbox_task import InboxTask
from foundation.moderation.models.review import ReviewItem

__all__ = ["InboxTask", "ReviewItem"]
