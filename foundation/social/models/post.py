"""Posts: statuses in spaces and posts in circles, told apart by their scope (DESIGN §3)."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase, TagBase

from foundation.accounts.models import User
from foundation.accounts.models.user import not_suspended
from foundation.core.access import scopes
from foundation.core.access.models import Scoped, ScopedQuerySet
from foundation.core.ids import public_id, time_ordered_id
from foundation.core.models import StoredFile
from foundation.social.enums import ReactionKind

MAX_TEXT = 500
MAX_PICTURES = 9
COMMUNITY = 1


def shown_author(path: str, user: Any) -> Q:
    """Keep what was written by somebody who is here: active, not leaving and not suspended, oneself, or nameless for ever."""
    shown = Q(**{f"{path}__is_active": True, f"{path}__leaves_at__isnull": True})
    if user is not None and user.is_authenticated:
        shown |= Q(**{path: user.pk, f"{path}__is_active": True})
    return (shown & not_suspended(f"{path}__")) | Q(**{f"{path}__erased_at__isnull": False})


class PostQuerySet(ScopedQuerySet["Post"]):
    def visible_to(self, user: Any) -> "PostQuerySet":
        """Keep the posts whose scope `user` holds and the own ones; deleted ones and closed authors never.

        What the community hid only its author sees (O2).
        """
        shown = Q(hidden_at__isnull=True)
        if user is not None and user.is_authenticated:
            shown |= Q(author_id=user.pk)
        found = super().visible_to(user).filter(shown, deleted_at__isnull=True)
        return found.filter(shown_author("author", user))  # type: ignore[return-value]


class Topic(TagBase):
    """A #topic; its address is its own name."""

    class Meta:
        verbose_name = _("话题")
        verbose_name_plural = _("话题")

    def slugify(self, tag: str, i: int | None = None) -> str:
        """Keep the Chinese name: an address of pinyin syllables says nothing."""
        slug = "-".join(tag.lower().split())
        return slug if i is None else f"{slug}_{i}"


class Post(Scoped):
    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    # The key by which a city's installation spreads its tables (performance.md §3).
    community_id = models.BigIntegerField(default=COMMUNITY, editable=False)
    author = models.ForeignKey(User, models.CASCADE, related_name="posts")
    text = models.TextField(_("内容"), max_length=MAX_TEXT, blank=True)
    share_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="shares")
    is_share = models.BooleanField(default=False)
    # The form's own number: the same form sent twice is one post.
    once = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(db_index=True)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True, editable=False)
    # Spares every list without one the question.
    has_poll = models.BooleanField(default=False, db_default=False, editable=False)
    # All of them, and those that are no likes by their kind: a list shows them without another question.
    reaction_count = models.PositiveIntegerField(default=0)
    support_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    thanks_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    congratulate_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    cheer_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    comment_count = models.PositiveIntegerField(default=0)
    share_count = models.PositiveIntegerField(default=0)

    topics = TaggableManager(through="social.TopicOnPost", blank=True)
    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("说说")
        verbose_name_plural = _("说说")
        indexes = [
            models.Index(fields=["author", "-id"], name="post_by_author"),
            models.Index(
                fields=["scope_level", "-id"], name="post_by_scope", condition=Q(deleted_at__isnull=True)
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["author", "once"], name="post_sent_once")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def reaction_numbers(self) -> dict[ReactionKind, int]:
        """How many there are of each kind, in their order."""
        others = {kind: getattr(self, kind.counter) for kind in ReactionKind if kind.counter}
        return {ReactionKind.LIKE: max(0, self.reaction_count - sum(others.values())), **others}

    @property
    def mixed(self) -> bool:
        """Whether people said other things to it than that they like it."""
        return any(getattr(self, kind.counter) for kind in ReactionKind if kind.counter)

    @property
    def url(self) -> str:
        """Its page: where it was written, in a circle or in its author's space."""
        if place := scopes.url(self.scope):
            return f"{place}{self.public_id}/"
        return reverse("spaces:status", args=[self.author.username, self.public_id])

    def get_absolute_url(self) -> str:
        return self.url


class TopicOnPost(ItemBase):
    content_object = models.ForeignKey(Post, models.CASCADE, related_name="topic_items")
    tag = models.ForeignKey(Topic, models.CASCADE, related_name="items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="topic_once_on_post")]


class PostRevision(Scoped):
    """What a post said before it was edited, with who could read it then.

    Who may see the post sees of its history only what was written for her: a note to oneself that becomes a
    public post does not publish its beginnings.
    """

    scope_owner = "post__author"

    post = models.ForeignKey(Post, models.CASCADE, related_name="revisions")
    text = models.TextField(blank=True)
    written_at = models.DateTimeField()

    objects = ScopedQuerySet["PostRevision"].as_manager()

    class Meta:
        ordering = ["-written_at", "-id"]

    def __str__(self) -> str:
        return f"{self.post_id} {self.written_at:%Y-%m-%d}"


class PostPicture(models.Model):
    post = models.ForeignKey(Post, models.CASCADE, related_name="post_pictures")
    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["post", "position"], name="one_picture_per_position"),
            models.CheckConstraint(condition=Q(position__lt=MAX_PICTURES), name="at_most_nine_pictures"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.position}"


class Mention(models.Model):
    """Somebody named with @ in a post, and under which name."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="mentioned_once")]

    def __str__(self) -> str:
        return f"@{self.name}"
