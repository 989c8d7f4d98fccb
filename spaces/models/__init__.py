from spaces.models.address_book import AddressEntry, AddressGroup
from spaces.models.diary import DiaryEntry, DiaryPicture, DiaryTopic
from spaces.models.first_steps import FirstSteps
from spaces.models.guestbook import GuestbookEntry, GuestbookRule
from spaces.models.tile import SpaceTile

__all__ = [
    "AddressEntry",
    "AddressGroup",
    "DiaryEntry",
    "DiaryPicture",
    "DiaryTopic",
    "FirstSteps",
    "GuestbookEntry",
    "GuestbookRule",
    "SpaceTile",
]
