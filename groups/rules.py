"""What a circle's questions and interests are, and which names stand for something else in its address."""

import re
from collections.abc import Iterable

MOST_QUESTIONS = 5
MAX_QUESTION = 60
MAX_ANSWER = 200
MOST_TAGS = 4
MAX_TAG = 10
# First parts of addresses below /circles/ and /groups/ that are no circle's.
RESERVED = frozenset({"new", "invitations", "mine", "search", "api"})
BETWEEN = re.compile(r"[\s,，、;；#]+")


def tags_in(text: str) -> list[str]:
    """Return the interests that somebody typed, each once, the first few."""
    return list(dict.fromkeys(tag[:MAX_TAG] for tag in BETWEEN.split(text) if tag))[:MOST_TAGS]


def questions_in(lines: Iterable[str]) -> list[str]:
    """Return the questions that were filled in, each once."""
    found = [line.strip()[:MAX_QUESTION] for line in lines]
    return list(dict.fromkeys(line for line in found if line))[:MOST_QUESTIONS]
