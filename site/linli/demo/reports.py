"""What the demo's people report, and the words that its staff keep."""

from foundation.accounts.models import User
from foundation.core.access.scopes import PUBLIC
from foundation.moderation.domain import reports, words
from foundation.social.models import Post
from linli.demo.content import read


def make_reports(people: dict[str, User]) -> None:
    """List some words, and leave a case for whoever opens the inbox first."""
    content = read("reports")
    for level, lines in content["words"].items():
        words.add_words(lines, level=level, by=people["admin"])
    for row in content["reports"]:
        newest = Post.objects.filter(author=people[row["about"]], scope_level=PUBLIC, is_share=False)
        post = newest.order_by("-pk").first()
        if post is not None:
            reports.report(post, reason=row["reason"], text=row["text"], by=people[row["by"]])
