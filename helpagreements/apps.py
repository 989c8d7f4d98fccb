from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HelpAgreementsConfig(AppConfig):
    name = "helpagreements"
    verbose_name = _("帮扶协议")

    def ready(self) -> None:
        # Importing registers what it answers below, and its chores.
        from helpagreements import receivers  # noqa: F401, PLC0415
        from helpagreements.domain import pushing, signing  # noqa: F401, PLC0415
        from helpagreements.domain.queries import steps  # noqa: F401, PLC0415
