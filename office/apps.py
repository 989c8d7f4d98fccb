from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    name = "office"
    verbose_name = _("办公室")

    def ready(self) -> None:
        # Importing registers the chore and the options.
        from office import options  # noqa: F401, PLC0415
        from office.domain import alarms, troubles  # noqa: F401, PLC0415
