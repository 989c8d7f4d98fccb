"""What is kept of an entry or message that somebody reported, as it stood then (O2)."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy

from spaces.domain.diary import plain
from spaces.domain.queries.diary import pictures_of
from spaces.models import DiaryEntry, GuestbookEntry

# Names of the words in the site's own language: staff read them, not the reporter in whose language it is written.
TITLE, BODY, PICTURES = gettext_lazy("标题"), gettext_lazy("正文"), gettext_lazy("图片说明")
MESSAGE, ANSWER = gettext_lazy("留言"), gettext_lazy("回复")


def _named(words: dict[Any, str]) -> dict[str, str]:
    with translation.override(settings.LANGUAGE_CODE):
        return {str(name): said for name, said in words.items() if said}


def diary_evidence(entry: DiaryEntry) -> dict[str, str]:
    """Return the words of an entry: its title, its text, what its pictures are said to show."""
    told = "\n".join(file.description for file in pictures_of(entry) if file.description)
    return _named({TITLE: entry.title, BODY: plain(entry.body), PICTURES: told})


def message_evidence(entry: GuestbookEntry) -> dict[str, str]:
    """Return what was left in a guestbook, and what its owner answered."""
    return _named({MESSAGE: entry.text, ANSWER: entry.answer})
