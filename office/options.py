"""What an office decides about its own oversight (O4, O6)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.core.pages import options


def check_night(values: Mapping[str, Any]) -> None:
    """A night from ten to ten would be none, and no export would ever be one by night. Raises ValidationError."""
    if values["office.night_from"] == values["office.night_to"]:
        raise ValidationError(
            {"office.night_to": _("夜间的开始和结束不能是同一个整点，否则夜间导出不会发警报。")},
            code="no_night",
        )


OVERSIGHT = options.group("oversight", _("监督"), check=check_night)

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
