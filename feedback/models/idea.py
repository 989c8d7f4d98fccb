"""An idea (建议): what a resident would like to be better, and how far it has come (O3)."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.models.category import Category
from feedback.permissions import FeedbackPermission
from feedback.rules import MAX_PICTURES, MAX_TEXT, MAX_TITLE
from foundation.accounts.models import User
from foundation.accounts.validators import validate_visible
from foundation.core.access import scopes
from foundation.core.access.models import Scoped, ScopedQuerySet
from foundation.core.access.permissions import place_paths
from foundation.core.access.scopes import PUBLIC
from foundation.core.ids import public_id, time_ordered_id
from foundation.core.models import Place, StoredFile
from foundation.social.models.post import shown_author


class State(models.TextChoices):
    NEW = "new", _("新建议")
    SEEN = "seen", _("已收到")
    PLANNED = "planned", _("已列入计划")
    UNDER_WAY = "under_way", _("进行中")
    DONE = "done", _("已完成")
    DECLINED = "declined", _("不采纳")
    MERGED = "merged", _("已合并")
    WITHDRAWN = "withdrawn", _("已撤回")


KNOWN = [str(state) for state in State]
# In these it can still be supported.
OPEN = (State.NEW, State.SEEN, State.PLANNED, State.UNDER_WAY)
# The columns of the road map.
ROADMAP = (State.PLANNED, State.UNDER_WAY, State.DONE)


def answered_places(user: Any) -> Q | None:
    """Return the condition that an idea is for a place whose ideas `user` answers; None: for none."""
    paths = place_paths(user, FeedbackPermission.ANSWER)
    if paths is None:
        return Q()
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(place__path__startswith=path)
    return found if paths else None


class IdeaQuerySet(ScopedQuerySet["Idea"]):
    def visible_to(self, user: Any) -> "IdeaQuerySet":
        """Keep those whose scope `user` holds, the own ones, and those of the places whose ideas she answers.

        What waits for its review or was hidden only its author and her office see; what she took back only she.
        """
        shown = Q(hidden_at__isnull=True, waiting=False)
        if user is not None and user.is_authenticated:
            shown |= Q(author_id=user.pk)
        found = scopes.readable(user, owner="author") & shown & shown_author("author", user)
        if (answered := answered_places(user)) is not None:
            found |= answered & ~Q(state=State.WITHDRAWN)
        return self.filter(found)

    def answered_by(self, user: Any) -> "IdeaQuerySet":
        """Keep what is for a place whose ideas `user` answers, but for what its author took back."""
        answered = answered_places(user)
        return self.none() if answered is None else self.filter(answered).exclude(state=State.WITHDRAWN)

    def listed(self) -> "IdeaQuerySet":
        """Keep what stands for itself: merged ones are found with what they were merged into."""
        return self.exclude(state__in=[State.MERGED, State.WITHDRAWN])


class Idea(Scoped):
    """`state` is written by the machine alone, `vote_count` with each vote that comes or goes."""

    State = State

    id = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False)
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("提给哪个社区"))
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", verbose_name=_("分类"))
    title = models.CharField(_("标题"), max_length=MAX_TITLE, validators=[validate_visible])
    text = models.TextField(_("详细说明"), max_length=MAX_TEXT, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.NEW, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", editable=False)
    # Until staff have looked at it, where the office decided that they look first.
    waiting = models.BooleanField(default=False, editable=False)
    # Why it was not shown, as its author was told.
    reason = models.CharField(max_length=300, blank=True, editable=False)
    # The form's own number: the same form sent twice is one idea.
    once = models.UUIDField(default=uuid.uuid4, editable=False)
    vote_count = models.PositiveIntegerField(default=0, editable=False)
    comment_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True, editable=False)
    # When it came into its state, and when the community first said something to it.
    moved_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    hidden_at = models.DateTimeField(null=True, editable=False)

    objects = IdeaQuerySet.as_manager()

    class Meta:
        verbose_name = _("建议")
        verbose_name_plural = _("建议")
        indexes = [
            models.Index(fields=["-vote_count", "-id"], name="ideas_by_votes"),
            models.Index(fields=["state", "-moved_at"], name="ideas_by_state"),
            models.Index(fields=["author", "-id"], name="ideas_by_author"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["author", "once"], name="idea_sent_once"),
            models.CheckConstraint(condition=Q(state__in=KNOWN), name="idea_state_known"),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="idea_merged_into_something",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="idea_not_into_itself"
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(scope_level="only"), name="withdrawn_idea_is_its_authors"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("feedback:idea", args=[self.public_id])

    @property
    def url(self) -> str:
        return self.get_absolute_url()

    @property
    def is_open(self) -> bool:
        """It can still be supported."""
        return self.state in OPEN

    @property
    def is_public(self) -> bool:
        """Everybody may read it, unless it waits or was hidden."""
        return self.scope_level == PUBLIC

    @property
    def is_shown(self) -> bool:
        """Those for whom it was written see it."""
        return self.hidden_at is None and not self.waiting and self.state != State.WITHDRAWN


class IdeaPicture(models.Model):
    """A picture or a picture of the screen that shows what is meant."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="idea_pictures")
    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["idea", "position"], name="one_idea_picture_per_position"),
            models.CheckConstraint(condition=Q(position__lt=MAX_PICTURES), name="at_most_four_idea_pictures"),
        ]

    def __str__(self) -> str:
        return f"{self.idea_id} {self.position}"
