"""Where the community lies, and whether its weather is fetched (P4, P5); a fresh installation calls nobody."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.core.pages import options

OFF, OPEN_METEO, QWEATHER = "off", "open_meteo", "qweather"
PROVIDERS = [
    (OFF, _("不联网，不显示天气")),
    (OPEN_METEO, _("Open-Meteo（不用密钥）")),
    (QWEATHER, _("和风天气（要密钥）")),
]
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,118}[a-z0-9])?(?::\d{1,5})?", re.IGNORECASE)


def validate_host(text: str) -> None:
    """Refuse what is no host name. Raises ValidationError."""
    if not HOST.fullmatch(text):
        raise ValidationError(_("只写主机名，例如 api.example.com，不带 https:// 和路径。"), code="host")


def check_weather(values: Mapping[str, Any]) -> None:
    """Whoever chooses QWeather says where it answers. Raises ValidationError."""
    if values["daily.weather"] == QWEATHER and not values["daily.qweather_host"]:
        raise ValidationError(
            {"daily.qweather_host": _("用和风天气要填 API Host，在和风控制台的“设置”里。")}, code="no_host"
        )


def _host(**given: Any) -> forms.Field:
    return forms.CharField(max_length=120, validators=[validate_host], **given)


DAILY = options.group("daily", _("天气和位置"), check=check_weather)

options.declare(
    options.Option(
        key="daily.spot",
        group=DAILY,
        label=_("天气是哪里的"),
        help=_("显示在天气旁边的地名，例如“东城区”。"),
        default="",
        field=lambda **given: forms.CharField(max_length=20, **given),
    ),
    options.Option(
        key="daily.latitude",
        group=DAILY,
        label=_("纬度"),
        help=_("社区所在的纬度，升降旗时间和天气按它算。默认是天安门广场。"),
        default=39.9055,
        field=lambda **given: forms.FloatField(min_value=-65, max_value=65, **given),
    ),
    options.Option(
        key="daily.longitude",
        group=DAILY,
        label=_("经度"),
        help=_("东经是正数，小数点后四位就够。"),
        default=116.3976,
        field=lambda **given: forms.FloatField(min_value=-180, max_value=180, **given),
    ),
    options.Option(
        key="daily.weather",
        group=DAILY,
        label=_("天气来源"),
        help=_("打开以后，服务器每半小时取一次，只发出上面的经纬度。"),
        default=OFF,
        field=lambda **given: forms.ChoiceField(choices=PROVIDERS, **given),
    ),
    options.Option(
        key="daily.open_meteo_host",
        group=DAILY,
        label=_("Open-Meteo 的主机"),
        help=_("自己架设了镜像才要改。"),
        default="api.open-meteo.com",
        field=_host,
    ),
    options.Option(
        key="daily.qweather_host",
        group=DAILY,
        label=_("和风天气的 API Host"),
        help=_("每个账号不同，在和风控制台的“设置”里。"),
        default="",
        field=_host,
    ),
    options.Option(
        key="daily.qweather_key",
        group=DAILY,
        label=_("和风天气的密钥（API KEY）"),
        help=_("加密保存，保存后谁也看不到。"),
        default="",
        secret=True,
        sent_to=("daily.qweather_host",),
        field=lambda **given: forms.CharField(
            max_length=200, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), **given
        ),
    ),
)
