from spaces.models.diary import DiaryEntry, DiaryTopic
from spaces.models.guestbook import GuestbookEntry, GuestbookRule

__all__ = ["DiaryEntry", "DiaryTopic", "GuestbookEntry", "GuestbookRule"]
