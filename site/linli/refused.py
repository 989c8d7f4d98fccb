"""What was typed into a form that is refused: it comes back with the refusal, secrets never."""

import re

from django.http import HttpRequest

SECRET_FIELDS = ("password", "csrf", "number", "code", "key")
# What is chosen or carried along, not typed.
CHOSEN_FIELDS = {
    "auth",
    "digest",
    "endpoint",
    "p256dh",
    "preset",
    "quiet",
    "quiet_from",
    "quiet_until",
    "wanted",
    "consent",
    "decision",
    "document",
    "gender",
    "liked",
    "next",
    "once",
    "place",
    "reply_to",
    "scope",
    "seen",
}
# Where people write, if only one word; elsewhere one word of ASCII is what a button or a list says to the machine.
WRITTEN_FIELDS = {
    "bio",
    "description",
    "display_name",
    "hobbies",
    "lines",
    "location",
    "name",
    "note",
    "occupation",
    "purpose",
    "real_name",
    "text",
    "word",
}
ONE_CODE = re.compile(r"[\w./:?=&%-]*", re.ASCII)


def typed(request: HttpRequest) -> list[str]:
    """Return what was typed into a form that is refused, so that the page can give it back; secrets never."""
    if request.method != "POST":
        return []
    return [
        value[:20_000]
        for name, values in request.POST.lists()
        for value in values
        if len(value) > 1
        and not any(word in name.lower() for word in SECRET_FIELDS)
        and name not in CHOSEN_FIELDS
        and not name.startswith("level_")
        and (name in WRITTEN_FIELDS or not ONE_CODE.fullmatch(value))
    ]
