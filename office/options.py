"""What an office decides about its own oversight (O4, O6)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.core.pages import options

OVERSIGHT = options.group("oversight", _("监督"))

options.declare(
    options.Option(
        key="office.reveals_an_hour",
        group=OVERSIGHT,
        label=_("一小时内查看多少人的资料算异常"),
        help=_("超过这个数就向审计员发警报。窗口业务忙的社区可以放宽。"),
        default=30,
        field=lambda **given: forms.IntegerField(min_value=5, max_value=1000, **given),
    ),
    options.Option(
        key="office.night_from",
        group=OVERSIGHT,
        label=_("夜间从几点开始"),
        help=_("夜间导出数据会发警报。写 0 到 23 的整点。"),
        default=22,
        field=lambda **given: forms.IntegerField(min_value=0, max_value=23, **given),
    ),
    options.Option(
        key="office.night_to",
        group=OVERSIGHT,
        label=_("夜间到几点结束"),
        help=_("例如 6，就是到早上六点为止。"),
        default=6,
        field=lambda **given: forms.IntegerField(min_value=0, max_value=23, **given),
    ),
)
