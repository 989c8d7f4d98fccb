"""Writing, editing, deleting and sharing posts (S2)."""

import uuid
from collections.abc import Sequence
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.domain.newcomers import check_links
from foundation.core import notify
from foundation.core.access import scopes
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refusal, Refused, require
from foundation.core.access.scopes import Scope
from foundation.core.files import uploads
from foundation.core.files.room import check_room
from foundation.core.flow import audit
from foundation.core.pages.version import taken_back
from foundation.core.text import Level, Verdict, check, follow_up, stand_in_line
from foundation.social.domain import comments, naming, polls
from foundation.social.domain.newcomers import check_newcomer
from foundation.social.domain.text import topics_in, written
from foundation.social.models import FeedEntry, Poll, Post, PostPicture, PostRevision
from foundation.social.models.post import MAX_PICTURES, MAX_TEXT
from foundation.social.permissions import SocialPermission

KIND = "post"
MAX_DESCRIPTION = 120


def post_status(
    *,
    by: Any,
    text: str,
    scope: Scope,
    pictures: Sequence[UploadedFile] = (),
    descriptions: Sequence[str] = (),
    share_of: Post | None = None,
    poll: polls.NewPoll | None = None,
    once: uuid.UUID | None = None,
) -> Post:
    """Write a status. The same `once` with the same words from the same author gives the post that stands already.

    A form that came back with the Back button carries the `once` of what it sent before: other words are another
    post.

    `descriptions` are the alternative texts of the pictures, in order; a `poll` has its question in the text. Raises Refused, TooOften, and ValidationError for
    an empty or too long text, a picture that is none or has no room, or a share of what the author may not see.
    """
    require(by, SocialPermission.POST_STATUS)
    if not scopes.may_post(by, scope):
        raise Refused(Refusal.FORBIDDEN)
    text = written(text)
    descriptions = [described[:MAX_DESCRIPTION] for described in descriptions[: len(pictures)]]
    _check(text, len(pictures), is_share=share_of is not None)
    check_newcomer(text, descriptions=descriptions, by=by)
    offered = poll.choices if poll else ()
    if poll and not text:
        raise ValidationError(_("请写下要投票的问题。"), code="empty")
    check_links(*offered, by=by)
    checked = check(text, *descriptions, *offered)
    consume("post", by, rate=settings.RATES["post"])
    for upload in pictures:
        # All are looked at before the first is kept: a refused form leaves nothing behind.
        uploads.check_picture(upload)
    if pictures:
        check_room(by, sum(upload.size or 0 for upload in pictures))
    once = once or uuid.uuid4()
    try:
        with transaction.atomic():
            return _write(by, text, scope, pictures, descriptions, _origin(share_of, by), poll, once, checked)
    except IntegrityError:
        sent = Post.objects.filter(author=by, once=once).first()
        shared = (share_of.share_of_id or share_of.pk) if share_of else None
        if sent is not None and (sent.text, sent.share_of_id) == (text, shared):
            return sent
        for upload in pictures:
            upload.seek(0)
        with transaction.atomic():
            return _write(
                by, text, scope, pictures, descriptions, _origin(share_of, by), poll, uuid.uuid4(), checked
            )


def scope_of(level: str, user: Any) -> Scope:
    """Return the level that somebody chose as a token of hers."""
    return Scope(level, str(user.pk) if level in (scopes.CONTACTS, scopes.ONLY) else "")


def _check(text: str, pictures: int, *, is_share: bool) -> None:
    if not text and not pictures and not is_share:
        raise ValidationError(_("写点什么，或者选一张照片。"), code="empty")
    if len(text) > MAX_TEXT:
        raise ValidationError(_("最多 500 个字，请删短一些。"), code="too_long")
    if pictures > MAX_PICTURES:
        raise ValidationError(_("一次最多 9 张照片。"), code="too_many")


def _origin(share_of: Post | None, by: Any) -> Post | None:
    """Return what is shared in the end: a share of a share points to the origin, which must be visible."""
    if share_of is None:
        return None
    origin = Post.objects.visible_to(by).filter(pk=share_of.share_of_id or share_of.pk).first()
    if origin is None:
        raise ValidationError(_("原来的内容已经不在了。"), code="gone")
    return origin


def _write(
    by: Any,
    text: str,
    scope: Scope,
    pictures: Sequence[UploadedFile],
    descriptions: Sequence[str],
    origin: Post | None,
    poll: polls.NewPoll | None,
    once: uuid.UUID,
    checked: Verdict,
) -> Post:
    post = Post(
        author=by,
        text=text,
        once=once,
        share_of=origin,
        is_share=origin is not None,
        has_poll=poll is not None,
        created_at=timezone.now(),
    )
    post.scope = scope
    post.save(force_insert=True)
    if poll is not None:
        polls.keep_poll(post, poll)
    for position, upload in enumerate(pictures):
        described = descriptions[position] if position < len(descriptions) else ""
        stored = uploads.store_picture(upload, owner=by, description=described, scope=scope)
        PostPicture.objects.create(post=post, file=stored, position=position)
    if topics := topics_in(text):
        post.topics.set(topics)
    FeedEntry.objects.create(
        id=post.pk, actor=by, kind=KIND, object_id=post.pk, channel=scopes.channel(scope)
    )
    held = checked.level is Level.HOLD
    if origin is not None:
        Post.objects.filter(pk=origin.pk).update(share_count=F("share_count") + 1)
        notify.emit(
            "shared",
            to=[origin.author_id] if not held and scopes.holds(origin.author, scope) else [],
            about=post,
            by=by,
        )
    if not held and (meant := naming.meant_by(text, author=by)):
        _tell_mentioned(post, meant, by)
    follow_up(post, checked)
    if held:
        post.refresh_from_db(fields=["hidden_at"])
    audit.append("social.post_status", by=by, obj=post)
    return post


def _tell_mentioned(post: Post, meant: dict[str, Any], by: Any) -> None:
    new = naming.keep_mentions(post, meant)
    notify.emit(
        "mentioned",
        to=[person.pk for person in new if scopes.holds(person, post.scope)],
        about=post,
        by=by,
        again=False,
    )


def edit_post(post: Post, *, by: Any, text: str, scope: Scope) -> Post:
    """Change text and scope of the own post; what it said before stays in its history.

    A narrower scope holds at the next request for the post, its pictures and comments. What was written into a
    place of its own, as a circle is, stays there: others answered it there.
    Raises Refused, TooOften, ValidationError.
    """
    require(by, SocialPermission.POST_STATUS)
    if not scopes.may_post(by, scope) or (scope != post.scope and scopes.is_place(post.scope)):
        raise Refused(Refusal.FORBIDDEN)
    consume("edit", by, rate=settings.RATES["edit"])
    text = written(text)
    checked = check(text)
    with transaction.atomic():
        stand_in_line(post, checked)
        return _edit(_own(post, by), by, text, scope, checked)


def _edit(locked: Post, by: Any, text: str, scope: Scope, checked: Verdict) -> Post:
    _check(text, locked.post_pictures.count(), is_share=locked.is_share)
    if text != locked.text:
        earlier = chain([locked.text], locked.revisions.values_list("text", flat=True))
        check_newcomer(text, before=earlier, by=by)
    if text != locked.text:
        since = locked.edited_at or locked.created_at
        before = PostRevision(post=locked, text=locked.text, written_at=since)
        before.scope = locked.scope
        before.save(force_insert=True)
        locked.text, locked.edited_at = text, timezone.now()
        locked.topics.set(topics_in(text))
    if locked.scope.level == scopes.PUBLIC:
        taken_back()
    if scope != locked.scope:
        FeedEntry.objects.filter(kind=KIND, object_id=locked.pk).update(channel=scopes.channel(scope))
        locked.scope = scope
        if locked.hidden_at is None:
            uploads.rescope(list(locked.post_pictures.values_list("file_id", flat=True)), scope)
        comments.rescope(locked, scope)
    locked.save(update_fields=["text", "edited_at", "scope_level", "scope_ref"])
    if checked.level is not Level.HOLD:
        _tell_mentioned(locked, naming.meant_by(text, author=by), by)
    follow_up(locked, checked)
    audit.append("social.edit_post", by=by, obj=locked)
    return locked


@transaction.atomic
def delete_post(post: Post, *, by: Any) -> None:
    """Take a post away: its text, history, pictures, mentions and feed entry go; again changes nothing.

    Its author may, and in a circle who keeps order there. Raises Refused.
    """
    locked = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if locked.author_id != by.pk and not scopes.may_manage(by, locked.scope):
        raise Refused(Refusal.FORBIDDEN)
    if locked.deleted_at is not None:
        return
    locked.deleted_at, locked.text = timezone.now(), ""
    locked.save(update_fields=["deleted_at", "text"])
    taken_back()
    uploads.drop(list(locked.post_pictures.values_list("file_id", flat=True)))
    locked.revisions.all().delete()
    locked.mentions.all().delete()
    Poll.objects.filter(post=locked).delete()
    locked.topics.clear()
    comments.remove_all(locked)
    FeedEntry.objects.filter(kind=KIND, object_id=locked.pk).delete()
    if locked.share_of_id:
        Post.objects.filter(pk=locked.share_of_id, share_count__gt=0).update(share_count=F("share_count") - 1)
    audit.append("social.delete_post", by=by, obj=locked)


@transaction.atomic
def hide_post(post: Post, *, hidden: bool, by: Any) -> None:
    """Take a post and its pictures from everybody's eyes but its author's, or give them back (O2)."""
    locked = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if locked.deleted_at is not None or (locked.hidden_at is not None) == hidden:
        return
    locked.hidden_at = timezone.now() if hidden else None
    locked.save(update_fields=["hidden_at"])
    taken_back()
    scope = Scope(scopes.ONLY, str(locked.author_id)) if hidden else locked.scope
    uploads.rescope(list(locked.post_pictures.values_list("file_id", flat=True)), scope)


def _own(post: Post, by: Any) -> Post:
    locked = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if locked.author_id != by.pk or locked.deleted_at is not None:
        raise Refused(Refusal.FORBIDDEN)
    return locked
