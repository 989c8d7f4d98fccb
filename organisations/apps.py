from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "organisations"
    verbose_name = _("帮扶机构")

    def ready(self) -> None:
        # Importing registers handlers of the outbox, chores, and the own tabs of the desk.
        from organisations import receivers  # noqa: F401, PLC0415
        from organisations.domain import applying, own_desk, suspending  # noqa: F401, PLC0415
