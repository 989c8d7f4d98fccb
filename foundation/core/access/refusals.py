"""Why somebody is refused, in words that say what to do next; pages and the API say the same."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import Refusal

WHY = {
    Refusal.VERIFY: _("邻里是实名社区：完成实名认证后就可以发言、评论、点赞和关注。您现在可以浏览。"),
    Refusal.MUTED: _("您在 %(until)s 之前被禁言：可以浏览，暂时不能发言、评论、点赞和关注。"),
    Refusal.SUSPENDED: _("您的账号在 %(until)s 之前停用：只能浏览公开的内容。"),
    Refusal.FOR_ANOTHER: _("您正在为家人代办，这件事只能由本人来做。请先结束代办。"),
    Refusal.FORBIDDEN: _("您的账号没有这项权限。如果您认为不该这样，请打电话给社区。"),
}
ENDS = {Refusal.MUTED: "muted_until", Refusal.SUSPENDED: "suspended_until"}


def why(refusal: Refusal, user: Any) -> str:
    """Say in words why somebody is refused, and until when where that ends by itself."""
    if refusal not in WHY:
        return ""
    if refusal in ENDS:
        end = timezone.localtime(getattr(user, ENDS[refusal]))
        return str(WHY[refusal]) % {"until": date_format(end, "DATETIME_FORMAT")}
    return str(WHY[refusal])
