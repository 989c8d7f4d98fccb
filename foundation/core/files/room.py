"""How much one person may keep here, so that nobody fills the disk of all (ASVS 5.2.4)."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from foundation.core.files.models import StoredFile


def used(owner: Any) -> int:
    """How many bytes a person keeps, by the size of what she sent; deleted and unreadable pictures count no more.

    The bytes of deleted ones go within minutes (`uploads.drop`), but for evidence, which is not hers to pay for.
    """
    own = StoredFile.objects.filter(owner_id=owner.pk, dropped_at=None).exclude(state=StoredFile.State.FAILED)
    return own.aggregate(total=models.Sum("uploaded_bytes"))["total"] or 0


def check_room(owner: Any, size: int) -> None:
    """See whether `size` bytes more would fit now. Raises ValidationError, in the reader's language, where not."""
    if used(owner) + size > settings.STORAGE_PER_PERSON:
        limit = filesizeformat(settings.STORAGE_PER_PERSON)
        raise ValidationError(
            _("您的照片最多可占 %(limit)s，放不下这些了。请先删除一些旧的。") % {"limit": limit},
            code="storage",
        )


def hold(owner: Any) -> None:
    """Let nobody else take of this person's room until the transaction ends; needs one."""
    people: Any = get_user_model()._default_manager
    # Not against rows that only point to the account: two posts of one person would wait for each other for ever.
    list(people.select_for_update(of=("self",), no_key=True).filter(pk=owner.pk).values_list("pk"))
