from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class DailyConfig(AppConfig):
    name = "daily"
    verbose_name = _("每日信息")

    def ready(self) -> None:
        from daily import options  # noqa: F401, PLC0415
        from daily.domain import reminders  # noqa: F401, PLC0415
        from daily.domain.queries import moments  # noqa: F401, PLC0415
        from daily.domain.weather import fetching  # noqa: F401, PLC0415
        from daily.models import FlagTime, PlateRule, WeatherReport, WeatherWarning  # noqa: PLC0415
        from foundation.core.pages.version import portal_changed, portal_grew  # noqa: PLC0415

        # A newer report takes nothing from the public: a crowded site may show the one before.
        post_save.connect(portal_grew, sender=WeatherReport, dispatch_uid="daily.report_changed")
        for sender in (WeatherWarning, FlagTime, PlateRule):
            for signal in (post_save, post_delete):
                signal.connect(portal_changed, sender=sender, dispatch_uid=f"daily.{sender.__name__}_changed")
