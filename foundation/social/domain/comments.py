"""Comments on everything that has a comments facet (S2, P1)."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django_comments.models import Comment as BaseComment
from django_comments_xtd.models import MaxThreadLevelExceededException

from foundation.core import kinds, notify, reviews
from foundation.core.access import scopes
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.facets import CommentPolicy, CommentsFacet, ReviewTiming
from foundation.core.flow import audit
from foundation.core.pages.version import taken_back
from foundation.core.text import Level, Verdict, check
from foundation.social.domain import naming
from foundation.social.domain.newcomers import check_newcomer
from foundation.social.domain.text import written
from foundation.social.models import Comment, CommentMention
from foundation.social.models.comment import MAX_COMMENT
from foundation.social.permissions import SocialPermission

# Answers to answers, and no further.
MAX_LEVEL = 2


def beneath(target: models.Model) -> models.Q:
    """Return the condition that a comment stands under that object."""
    content_type = ContentType.objects.get_for_model(target, for_concrete_model=True)
    return models.Q(content_type=content_type, object_pk=str(target.pk))


def under(target: models.Model) -> models.QuerySet[Comment]:
    """Return all comments under an object, whoever may see them; reading starts from `visible_to`."""
    return Comment.objects.filter(beneath(target))


def comment(
    *,
    by: Any,
    target: models.Model,
    text: str,
    reply_to: Comment | None = None,
    once: uuid.UUID | None = None,
) -> Comment:
    """Write a comment under `target`, which the caller found by `visible_to(by)`; `once` as in `post_status`.

    Where the kind's policy says so, it waits for review and only its author sees it. Raises Refused,
    TooOften, ValidationError.
    """
    require(by, SocialPermission.COMMENT)
    facet = kinds.of(target).comments
    if not isinstance(facet, CommentsFacet):
        raise Refused(Refusal.FORBIDDEN)
    if not facet.is_open(target) or not scopes.may_post(by, getattr(target, "scope", Scope(PUBLIC))):
        raise ValidationError(_("这里不开放评论。"), code="closed")
    text = written(text)
    if not text:
        raise ValidationError(_("请写下您想说的话。"), code="empty")
    if len(text) > MAX_COMMENT:
        raise ValidationError(_("最多 1000 个字，请删短一些。"), code="too_long")
    check_newcomer(text, by=by)
    checked = check(text)
    consume("comment", by, rate=settings.RATES["comment"])
    once = once or uuid.uuid4()
    try:
        with transaction.atomic():
            return _write(by, target, facet, text, reply_to, once, checked)
    except IntegrityError:
        sent = Comment.objects.filter(user=by, once=once).first()
        if sent is not None and sent.comment == text and under(target).filter(pk=sent.pk).exists():
            return sent
        # The form came back with the Back button: other words are another comment.
        with transaction.atomic():
            return _write(by, target, facet, text, reply_to, uuid.uuid4(), checked)
    except MaxThreadLevelExceededException:
        raise ValidationError(_("这一层不能再回复了，请回复上一层。"), code="too_deep") from None


def answered(public_id: str, user: Any) -> Comment | None:
    """Return the comment that is answered. Raises ValidationError where it is gone: the text must not be lost."""
    if not public_id:
        return None
    found = Comment.objects.visible_to(user).filter(public_id=public_id).first()
    if found is None:
        raise ValidationError(_("您回复的那条评论已经不在了。"), code="gone")
    return found


def _timing(facet: CommentsFacet, checked: Verdict) -> str:
    """Say when a comment is reviewed: as its place and the office want it, and stricter where a listed word is in it."""
    if facet.policy is CommentPolicy.REVIEWED or checked.level is Level.HOLD:
        return ReviewTiming.BEFORE
    timing = reviews.timing("comment")
    return ReviewTiming.AFTER if timing is ReviewTiming.NEVER and checked.level is Level.FLAG else timing


def _write(
    by: Any,
    target: models.Model,
    facet: CommentsFacet,
    text: str,
    reply_to: Comment | None,
    once: uuid.UUID,
    checked: Verdict,
) -> Comment:
    # The package counts a thread's order by reading it: two at once must stand in line.
    locked = _lock(target)
    parent = under(target).filter(pk=reply_to.pk, is_removed=False).first() if reply_to else None
    if reply_to is not None and (parent is None or not (parent.is_public or parent.user_id == by.pk)):
        raise ValidationError(_("您回复的那条评论已经不在了。"), code="gone")
    timing = _timing(facet, checked)
    made = Comment(
        content_type=ContentType.objects.get_for_model(target, for_concrete_model=True),
        object_pk=str(target.pk),
        site=Site.objects.get_current(),
        user=by,
        comment=text,
        submit_date=timezone.now(),
        is_public=timing is not ReviewTiming.BEFORE,
        parent_id=parent.pk if parent else 0,
        once=once,
    )
    made.scope = getattr(locked, "scope", Scope(PUBLIC))
    made.save()
    naming.keep_in_comment(made, naming.meant_by(text, author=by))
    if made.is_public:
        _appeared(made, locked, parent, by)
    if timing is not ReviewTiming.NEVER:
        reviews.submit(made, by=by, afterwards=made.is_public)
    audit.append("social.comment", by=by, obj=made)
    return made


def _lock(target: models.Model) -> Any:
    """Lock the row that comments stand under until the transaction ends, and return it as it is now."""
    return type(target)._default_manager.select_for_update(of=("self",)).get(pk=target.pk)


def _lock_target(found: Comment) -> Any:
    """The same for what a comment stands under, None where that is gone."""
    manager = found.target_kind.model_class._default_manager
    return manager.select_for_update(of=("self",)).filter(pk=found.object_pk).first()


def _appeared(made: Comment, target: models.Model, parent: Comment | None, by: Any) -> None:
    """Count a comment that everybody sees now, and tell whom it concerns."""
    _count(target, 1)
    owner = kinds.of(target).owner(target)
    told = set()
    if (
        parent is not None
        and parent.user_id
        and parent.user_id != by.pk
        and scopes.holds(parent.user, made.scope)
    ):
        notify.emit("replied", to=[parent.user_id], about=made, by=by)
        told.add(parent.user_id)
    if owner is not None and owner != by.pk and owner not in told:
        notify.emit("commented", to=[owner], about=made, by=by)
        told.add(owner)
    named = [one.user for one in made.mentions.select_related("user") if one.user_id not in told | {by.pk}]
    seeing = [one.pk for one in named if Comment.objects.visible_to(one).filter(pk=made.pk).exists()]
    notify.emit("mentioned", to=seeing, about=made, by=by)


def _count(target: models.Model, step: int) -> None:
    if any(field.name == "comment_count" for field in target._meta.concrete_fields):
        type(target)._default_manager.filter(
            pk=target.pk, comment_count__gte=-step if step < 0 else 0
        ).update(comment_count=F("comment_count") + step)


@transaction.atomic
def recount(target: models.Model) -> None:
    """Count the comments under `target` anew: for objects whose whole row others write too."""
    _lock(target)
    shown = under(target).filter(is_public=True, is_removed=False, hidden_at__isnull=True)
    type(target)._default_manager.filter(pk=target.pk).update(comment_count=shown.count())


def decide_comment(found: Comment, *, approved: bool, reason: str, by: Any) -> None:
    """Let a waiting comment appear, or remove it; its author is told. One that is seen already just stays.

    Raises Refused.
    """
    require(by, SocialPermission.REVIEW_COMMENT)
    # The inbox's row (locked by the caller), the target, the comment: everybody locks in this order.
    target = _lock_target(found)
    now = Comment.objects.get(pk=found.pk)
    author = [found.user_id] if found.user_id else []
    # `is_public` and `is_removed` stand in the package's own table.
    row = BaseComment.objects.filter(pk=found.pk, is_removed=False)
    if not approved:
        if row.update(is_removed=True) and now.is_public and now.hidden_at is None and target is not None:
            _count(target, -1)
            taken_back()
        notify.emit("refused", to=author, about=found, text=reason)
    elif row.filter(is_public=False).update(is_public=True):
        found.is_public = True
        if now.hidden_at is None and target is not None:
            parent = (
                Comment.objects.filter(pk=found.parent_id).first() if found.parent_id != found.pk else None
            )
            _appeared(found, target, parent, found.user)
            notify.emit("approved", to=author, about=found)


def may_delete(found: Comment, by: Any) -> bool:
    """Say whether `by` may take a comment away: her own, one under her own object, one in a circle that she keeps."""
    if not by.is_authenticated:
        return False
    target = found.target
    mine = by.pk in (found.user_id, kinds.of(target).owner(target))
    return mine or scopes.may_manage(by, found.scope)


@transaction.atomic
def delete_comment(found: Comment, *, by: Any) -> None:
    """Take away the own comment, or one under one's own post; answers to it stay. Raises Refused.

    In a circle who keeps order there may too.
    """
    target = found.target
    if not may_delete(found, by):
        raise Refused(Refusal.FORBIDDEN)
    # Out of the inbox first, as in `decide_comment`; what was decided meanwhile is seen below.
    reviews.withdraw(found, by=by)
    _lock(target)
    present = Comment.objects.filter(pk=found.pk, is_removed=False)
    was_public = present.filter(is_public=True, hidden_at__isnull=True).exists()
    if not present.update(is_removed=True, comment=""):
        return
    CommentMention.objects.filter(comment_id=found.pk).delete()
    if was_public:
        _count(target, -1)
        taken_back()
    audit.append("social.delete_comment", by=by, obj=found)


@transaction.atomic
def hide_comment(found: Comment, *, hidden: bool, by: Any) -> None:
    """Take a comment from everybody's eyes but its author's, or give it back; again changes nothing (O2)."""
    target = _lock_target(found)
    before = Comment.objects.filter(pk=found.pk, hidden_at__isnull=hidden)
    counts = before.filter(is_public=True, is_removed=False).exists()
    changed = before.update(hidden_at=timezone.now() if hidden else None)
    if changed and counts and target is not None:
        _count(target, -1 if hidden else 1)
        taken_back()


def rescope(target: models.Model, scope: Scope) -> None:
    """Give the comments under `target` its new scope."""
    taken_back()
    Comment.objects.filter(pk__in=under(target).values("pk")).update(
        scope_level=scope.level, scope_ref=scope.ref
    )


def remove_all(target: models.Model) -> None:
    """Take away every comment under an object that goes."""
    CommentMention.objects.filter(comment__in=under(target).values("pk")).delete()
    Comment.objects.filter(pk__in=under(target).values("pk")).update(is_removed=True, comment="")
