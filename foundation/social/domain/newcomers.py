"""What accounts that are only just verified may not do yet: spam comes from them (O2)."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.social.domain.text import names_in

LINK = re.compile(
    r"https?://|www\.|(?<![\w@.])[a-z0-9-]+\.(?:com|cn|net|org|top|xyz|cc|vip|shop|site)(?![\w-])",
    re.IGNORECASE,
)
MOST_MENTIONS = 3


def check_newcomer(text: str, *, by: Any) -> None:
    """Raise ValidationError for a link, or more than three names, from somebody who was verified some days ago only."""
    since = by.verified_at
    if since is None or timezone.now() - since >= timedelta(days=settings.NEW_ACCOUNT_DAYS):
        return
    words = {"days": settings.NEW_ACCOUNT_DAYS, "names": MOST_MENTIONS}
    if LINK.search(text):
        raise ValidationError(
            _("实名认证后的前 %(days)d 天还不能发链接，请去掉链接再发。") % words, code="link"
        )
    if len(names_in(text)) > MOST_MENTIONS:
        raise ValidationError(
            _("实名认证后的前 %(days)d 天，一次最多提到 %(names)d 个人。") % words, code="mentions"
        )
