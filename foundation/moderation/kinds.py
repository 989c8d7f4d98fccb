from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.core.kinds import (
    Erasing,
    Event,
    EventGroup,
    ExportFacet,
    Kind,
    OnErase,
    PrivacyFacet,
    Without,
)
from foundation.moderation.models import ReviewItem


def _as_data(item: ReviewItem) -> dict[str, Any]:
    return {
        "what": item.kind,
        "state": item.state,
        "submitted_at": item.submitted_at,
        "decided_at": item.decided_at,
        "reason": item.reason,
    }


KINDS = [
    Kind(
        key="review",
        model="moderation.ReviewItem",
        name=_("审核事项"),
        title=lambda item: str(item.kind_of.name),
        url=lambda item: item.get_absolute_url(),
        visible_to=ReviewItem.objects.visible_to,
        owner=lambda item: item.submitted_by_id,
        place_path=lambda item: item.place_path,
        audit={
            "moderation.approve": _("审核通过"),
            "moderation.refuse": _("审核不通过"),
            "moderation.look": _("查看含个人信息的审核事项"),
        },
        privacy=PrivacyFacet(
            subject="submitted_by",
            category="activity",
            retain="as long as what was decided",
            on_erase=OnErase.ANONYMISE,
            # The reason was written to her, and may speak of her.
            erase=lambda user: ReviewItem.objects.filter(submitted_by=user).update(
                submitted_by=None, reason=""
            ),
        ),
        search=Without("found in the inbox"),
        review=Without("is itself the review"),
        notify={"submitted": Event(_("有新的内容等您审核"), EventGroup.WORK)},
        comments=Without("the reason is the word on it"),
        feed=Without("staff's own work"),
        report=Without("staff's own work"),
        export=ExportFacet(rows=lambda user: ReviewItem.objects.filter(submitted_by=user), as_data=_as_data),
        demo=Without("comes with what the demo submits"),
    )
]
NOT_KINDS = {"InboxTask": "a step of Wagtail's workflow"}
ERASE = [
    Erasing(
        links=["moderation.ReviewItem.decided_by"],
        why="a decision on another's matter, nameless from then on",
    )
]
