"""What a sanction leaves on the account, and hiding what somebody says of herself (O2); `moderation` decides, this writes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from foundation.accounts.models import Profile, User
from foundation.core.access.scopes import ONLY, PUBLIC, Scope
from foundation.core.files import uploads


def set_sanctions(user: User, *, muted_until: datetime | None, suspended_until: datetime | None) -> None:
    """Write until when somebody is muted and suspended. The caller has checked the right and writes the audit entry."""
    user.muted_until, user.suspended_until = muted_until, suspended_until
    user.save(update_fields=["muted_until", "suspended_until"])


@transaction.atomic
def hide_profile(user: User, *, hidden: bool, by: Any) -> None:
    """Take the own words and the picture of a person from everybody's eyes but hers, or give them back."""
    profile, _new = Profile.objects.get_or_create(user=user)
    profile.hidden_at = timezone.now() if hidden else None
    profile.save(update_fields=["hidden_at"])
    if user.avatar_id:
        uploads.rescope([user.avatar_id], Scope(ONLY, str(user.pk)) if hidden else Scope(PUBLIC))


def words_of(user: User) -> Iterable[str]:
    """Return what a person says of herself, for the word filter."""
    return evidence_of(user).values()


def evidence_of(user: User) -> dict[str, str]:
    """Return what is reported when a person is: her name and the words of her profile, by their names.

    The names stand in the site's own language: staff read them, not the reporter in whose language it is written.
    """
    profile = Profile.objects.filter(user=user).first()
    with translation.override(settings.LANGUAGE_CODE):
        told = {str(User._meta.get_field("display_name").verbose_name): user.display_name}
        for name in ("bio", "location", "occupation", "hobbies") if profile else ():
            if value := getattr(profile, name):
                told[str(Profile._meta.get_field(name).verbose_name)] = value  # type: ignore[union-attr]
    return told


def files_of(user: User) -> Iterable[Any]:
    return [user.avatar] if user.avatar is not None else []
