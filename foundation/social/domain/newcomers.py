"""What accounts that are only just verified may not do yet: spam comes from them (O2)."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.accounts.domain.newcomers import check_links, is_new
from foundation.social.domain.text import names_in

MOST_MENTIONS = 3


def check_newcomer(
    text: str, *, by: Any, descriptions: Iterable[str] = (), before: Iterable[str] = ()
) -> None:
    """Raise ValidationError for a link, or more than three names, from somebody who was verified some days ago only.

    `descriptions` are the words of its pictures. `before` are the texts that stood in its place: whom they named
    was told already.
    """
    check_links(text, *descriptions, by=by)
    if not is_new(by):
        return
    named = {name for one in (text, *before) for name in names_in(one)}
    if len(named) > MOST_MENTIONS:
        raise ValidationError(
            _("实名认证后的前 %(days)d 天，一次最多提到 %(names)d 个人。")
            % {"days": settings.NEW_ACCOUNT_DAYS, "names": MOST_MENTIONS},
            code="mentions",
        )
