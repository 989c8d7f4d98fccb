from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class HelpAgreementsConfig(AppConfig):
    name = "helpagreements"
    verbose_name = _("帮扶协议")

    def ready(self) -> None:
        # Importing registers what it answers below, and its chores.
        from foundation.core.pages.version import portal_changed  # noqa: PLC0415
        from helpagreements import receivers  # noqa: F401, PLC0415
        from helpagreements.domain import pushing, signing  # noqa: F401, PLC0415
        from helpagreements.domain.queries import own_tiles, steps  # noqa: F401, PLC0415
        from helpagreements.models import Agreement  # noqa: PLC0415

        # Its card stands on the portal, and goes with its standing.
        for signal in (post_save, post_delete):
            signal.connect(portal_changed, sender=Agreement, dispatch_uid="helpagreements.agreement_changed")
