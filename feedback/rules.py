"""How long an idea and what is said to it may be."""

MAX_TITLE = 40
MAX_TEXT = 2000
MAX_ANSWER = 2000
MAX_PICTURES = 4
