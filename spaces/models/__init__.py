from spaces.models.address_book import AddressEntry, AddressGroup
from spaces.models.diary import DiaryEntry, DiaryPicture, DiaryTopic
from spaces.models.guestbook import GuestbookEntry, GuestbookRule

__all__ = [
    "AddressEntry",
    "AddressGroup",
    "DiaryEntry",
    "DiaryPicture",
    "DiaryTopic",
    "GuestbookEntry",
    "GuestbookRule",
]
