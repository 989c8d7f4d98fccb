"""Comments: the model and tree of django-comments-xtd, with our addresses, scopes and review (DESIGN §3)."""

import uuid
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django_comments_xtd.models import XtdComment, XtdCommentManager

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.access import scopes
from foundation.core.access.models import Scoped
from foundation.core.facets import CommentsFacet
from foundation.core.ids import public_id
from foundation.social.models.post import shown_author

MAX_COMMENT = 1000


class CommentManager(XtdCommentManager):
    def visible_to(self, user: Any) -> models.QuerySet["Comment"]:
        """Keep what is public on objects that `user` may see now, and the own ones that still wait."""
        pk = Cast(models.OuterRef("object_pk"), models.BigIntegerField())
        under = models.Q(pk__in=[])
        for kind in kinds.all_kinds().values():
            if isinstance(kind.comments, CommentsFacet):
                target = ContentType.objects.get_for_model(kind.model_class, for_concrete_model=True)
                under |= models.Q(models.Exists(kind.visible_to(user).filter(pk=pk)), content_type=target)
        return self.on_visible(user).filter(under)

    def with_targets(self, user: Any) -> models.QuerySet["Comment"]:
        """Add to `visible_to` what each stands under: a list of addresses reads every kind of target once."""
        targets = [
            kind.visible_to(user)
            for kind in kinds.all_kinds().values()
            if isinstance(kind.comments, CommentsFacet)
        ]
        return self.visible_to(user).prefetch_related(GenericPrefetch("content_object", targets))

    def on_visible(self, user: Any) -> models.QuerySet["Comment"]:
        """Keep what `user` may see of the comments under an object that was found by `visible_to(user)`."""
        shown = models.Q(is_public=True, hidden_at__isnull=True)
        if user is not None and user.is_authenticated:
            shown |= models.Q(user_id=user.pk)
        readable = scopes.readable(user, owner="user")
        here = shown_author("user", user)
        return self.get_queryset().filter(shown, readable, here, is_removed=False)


class Comment(XtdComment, Scoped):
    """Carries the scope of what it stands under; that one decides. `is_public` False: it waits for review."""

    scope_owner = "user"

    # The parent has a field `comment`, which the default name of this link would hide.
    xtdcomment_ptr = models.OneToOneField(
        XtdComment, models.CASCADE, parent_link=True, related_name="linli_comment"
    )
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    # The form's own number: the same form sent twice is one comment.
    once = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    edited_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True, editable=False)

    objects = CommentManager()

    class Meta:
        verbose_name = _("评论")
        verbose_name_plural = _("评论")

    def __str__(self) -> str:
        return self.public_id

    @property
    def author(self) -> User:
        return self.user

    @property
    def created_at(self) -> Any:
        return self.submit_date

    @property
    def waiting(self) -> bool:
        return not self.is_public and not self.is_removed and self.hidden_at is None

    @property
    def target_kind(self) -> kinds.Kind:
        model = ContentType.objects.get_for_id(self.content_type_id).model_class()
        if model is None:
            raise LookupError("the comment's target has no model any more")
        return kinds.of(model)

    @property
    def target(self) -> Any:
        """What it stands under, by the kind's own model."""
        if self.__class__.content_object.is_cached(self) and self.content_object is not None:
            return self.content_object
        return self.target_kind.model_class._default_manager.get(pk=self.object_pk)

    @property
    def url(self) -> str:
        """Its place on the page of what it stands under."""
        return f"{self.target_kind.url(self.target)}#c-{self.public_id}"

    def get_absolute_url(self, anchor_pattern: str = "") -> str:
        return self.url


class CommentMention(models.Model):
    """Somebody named with @ in a comment, and under which name."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mentioned_once_in_comment")]

    def __str__(self) -> str:
        return f"@{self.name}"
