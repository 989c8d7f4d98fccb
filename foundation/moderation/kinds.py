from django.utils.translation import gettext_lazy as _

from foundation.core.kinds import Kind, OnErase, PrivacyFacet, Without
from foundation.moderation.models import ReviewItem

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
            "moderation.half_approve": _("初审通过"),
            "moderation.look": _("查看含个人信息的审核事项"),
            "moderation.hand_over": _("转交审核事项"),
            "moderation.take_back": _("收回转交的审核事项"),
            "moderation.change_settings": _("修改审核设置"),
            "moderation.change_reasons": _("修改常用理由"),
        },
        privacy=PrivacyFacet(
            subject="submitted_by",
            category="activity",
            retain="as long as what was decided",
            on_erase=OnErase.ANONYMISE,
        ),
        search=Without("found in the inbox"),
        review=Without("is itself the review"),
        notify={
            "submitted": _("有新的内容等您审核"),
            "half_approved": _("一项内容初审通过，等您复审"),
            "handed": _("%(who)s 把一项审核转交给您"),
        },
        comments=Without("the reason is the word on it"),
        feed=Without("staff's own work"),
        report=Without("staff's own work"),
        export=Without("comes with the own data"),
        demo=Without("comes with what the demo submits"),
    )
]
NOT_KINDS = {
    "InboxTask": "a step of Wagtail's workflow",
    "ReviewReason": "sentences that staff keep at hand",
    "ReviewSetting": "a setting of the office",
    "ReviewStep": "part of an item: who handed it on and decided it",
}
