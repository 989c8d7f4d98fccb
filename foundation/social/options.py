"""What the installation decides about people's dealings with each other (O6)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.pages import options

PEOPLE = options.group("people", _("邻里往来"))
FOLLOW_UNSEEN = "social.secret_follow"

options.declare(
    options.Option(
        key=FOLLOW_UNSEEN,
        group=PEOPLE,
        label=_("允许悄悄关注"),
        help=_(
            "悄悄关注不通知对方，也不出现在任何名单和人数里；只看得到本来就公开的内容。关掉后，已有的不再起作用。"
        ),
        default=True,
        field=lambda **given: forms.BooleanField(required=False, **given),
    ),
)
