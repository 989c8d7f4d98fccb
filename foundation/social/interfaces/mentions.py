"""How a page is told whom an @ may mean."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import JsonResponse
from django.utils.translation import gettext as _

from foundation.core.access.limits import TooOften, consume
from foundation.social.domain.queries.mentions import Offered


def count_asking(user: Any) -> JsonResponse | None:
    """Count one question; return what is said to somebody who asks too often, None to everybody else."""
    try:
        consume("mention", user, rate=settings.RATES["mention"])
    except TooOften as limit:
        return JsonResponse({"people": []}, status=429, headers={"Retry-After": str(limit.seconds)})
    return None


def as_json(people: Iterable[Offered]) -> JsonResponse:
    """Return what the list below a field shows of each, and what it writes into it."""
    return JsonResponse(
        {
            "people": [
                {
                    "text": one.person.display_name,
                    "note": _("互相关注") if one.is_contact else "",
                    "face": one.person.avatar_url,
                    "initial": one.person.initial,
                    "tint": one.person.tint,
                }
                for one in people
            ]
        }
    )
