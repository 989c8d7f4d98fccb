from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from daily.models import OwnPlate, WeatherWarning
from foundation.core.facets import (
    BY_SITE_AND_MAIL,
    Event,
    EventGroup,
    ExportFacet,
    OnErase,
    PrivacyFacet,
    Without,
)
from foundation.core.kinds import Kind


def _plate_as_data(row: OwnPlate) -> dict[str, Any]:
    return {"plate": row.plate, "reminds": row.reminds, "hour": row.hour}


KINDS = [
    Kind(
        key="weather_warning",
        model="daily.WeatherWarning",
        name=_("天气预警"),
        title=lambda warning: warning.title,
        url=lambda warning: reverse("home:today"),
        visible_to=WeatherWarning.objects.visible_to,
        owner=lambda warning: None,
        place_path=lambda warning: warning.place.path,
        audit={
            "daily.warn": _("发布天气预警"),
            "daily.lift_warning": _("解除天气预警"),
            "daily.keep_row": _("修改每日信息"),
            "daily.remove_row": _("删除每日信息"),
            "daily.fetch_weather": _("要求马上取一次天气"),
        },
        privacy=PrivacyFacet(
            subject="", category="publication", retain="for good", on_erase=OnErase.ANONYMISE
        ),
        search=Without("stands on the first page while it holds"),
        review=Without("a warning can't wait"),
        notify=Without("stands on everybody's first page; who must be told gets a notice"),
        comments=Without("a warning is heeded; questions go to the telephone"),
        feed=Without("the portal shows it; the feed is for people"),
        report=Without("the office's own word"),
        export=Without("the office's publication, nobody's data"),
        demo=Without("the demo's day is composed in linli"),
    ),
    Kind(
        key="own_plate",
        model="daily.OwnPlate",
        name=_("我的车牌"),
        title=lambda row: str(_("我的车牌")),
        url=lambda row: reverse("daily:own_plates"),
        visible_to=OwnPlate.objects.visible_to,
        owner=lambda row: row.user_id,
        place_path=Without("belongs to one person, wherever she lives"),
        audit=Without("what somebody wants to be reminded of is nobody's business"),
        privacy=PrivacyFacet(
            subject="user", category="contact", retain="until its owner removes it", on_erase=OnErase.DELETE
        ),
        search=Without("nobody else may find it"),
        review=Without("nobody else sees it"),
        notify={
            "plate_stays": Event(_("您的车今天限行"), EventGroup.OWN, channels=BY_SITE_AND_MAIL),
        },
        comments=Without("nobody else sees it"),
        feed=Without("nobody else sees it"),
        report=Without("nobody else sees it"),
        export=ExportFacet(rows=OwnPlate.objects.visible_to, as_data=_plate_as_data),
        demo=Without("invented plates remind nobody"),
    ),
]
NOT_KINDS = {
    "FlagTime": "the office's times of one date, shown whole to everybody",
    "PlateRule": "the city's rule, shown whole to everybody",
    "WeatherReport": "what a provider forecast, about nobody",
}
