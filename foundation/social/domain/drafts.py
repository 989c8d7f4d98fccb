"""Drafts kept by the server (S2: nothing typed is ever lost)."""

from typing import Any

from django.core.exceptions import ValidationError

from foundation.core.access.permissions import require
from foundation.social.models import Draft
from foundation.social.models.draft import KEY, MAX_TEXT
from foundation.social.permissions import SocialPermission

MAX_DRAFTS = 50


def keep_draft(key: str, text: str, *, by: Any) -> None:
    """Keep what is being written in the form `key`; an empty text forgets it. Raises Refused, ValidationError."""
    require(by, SocialPermission.KEEP_DRAFT)
    if KEY.match(key) is None or len(text) > MAX_TEXT:
        raise ValidationError("draft")
    if not text.strip():
        forget_draft(key, by=by)
        return
    Draft.objects.update_or_create(user=by, key=key, defaults={"text": text})
    oldest = Draft.objects.filter(user=by).order_by("-updated_at").values_list("pk", flat=True)[MAX_DRAFTS:]
    Draft.objects.filter(pk__in=list(oldest)).delete()


def forget_draft(key: str, *, by: Any) -> None:
    """Throw a draft away, once its text was sent."""
    Draft.objects.filter(user=by, key=key).delete()


def draft_of(key: str, user: Any) -> str:
    """Return the text kept for the form `key`, or an empty one."""
    if not user.is_authenticated:
        return ""
    return Draft.objects.filter(user=user, key=key).values_list("text", flat=True).first() or ""
