"""Who is meant by an @name."""

from collections import defaultdict
from typing import Any

from foundation.accounts.models import User
from foundation.social.domain.text import names_in
from foundation.social.models import Comment, CommentMention, Follow, Mention, Post


def meant_by(text: str, *, author: Any) -> dict[str, User]:
    """Return name → person for the @names that mean exactly one, those whom the author follows first.

    A name may run on into the sentence (`@周叶谢谢`): its longest beginning that is somebody's name counts.
    """
    beginnings = {name[:end] for name in names_in(text) for end in range(1, len(name) + 1)}
    if not beginnings:
        return {}
    by_name: dict[str, list[User]] = defaultdict(list)
    for person in User.objects.visible_to(author).filter(display_name__in=beginnings)[:200]:
        by_name[person.display_name].append(person)
    followed = set(
        Follow.objects.filter(
            follower_id=author.pk,
            followed_id__in=[person.pk for found in by_name.values() for person in found],
        ).values_list("followed_id", flat=True)
    )
    meant = {}
    for typed in names_in(text):
        for end in range(len(typed), 0, -1):
            found = by_name.get(typed[:end])
            if not found:
                continue
            near = [person for person in found if person.pk in followed]
            chosen = near if len(near) == 1 else found
            if len(chosen) == 1:
                meant[typed[:end]] = chosen[0]
            break
    return meant


def keep_mentions(post: Post, meant: dict[str, User]) -> list[User]:
    """Make the post's mentions those of its text; return who is new among them."""
    known = set(Mention.objects.filter(post=post).values_list("user_id", flat=True))
    Mention.objects.filter(post=post).exclude(user_id__in=[person.pk for person in meant.values()]).delete()
    new = {person.pk: (name, person) for name, person in meant.items() if person.pk not in known}
    Mention.objects.bulk_create(
        [Mention(post=post, user=person, name=name) for name, person in new.values()], ignore_conflicts=True
    )
    return [person for _name, person in new.values()]


def keep_in_comment(comment: Comment, meant: dict[str, User]) -> None:
    """Keep whom a new comment names, each once."""
    names = {person.pk: name for name, person in meant.items()}
    CommentMention.objects.bulk_create(
        CommentMention(comment=comment, user_id=pk, name=name) for pk, name in names.items()
    )
