from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "organisations"
    verbose_name = _("帮扶机构")

    def ready(self) -> None:
        from foundation.accounts.models import Organisation  # noqa: PLC0415
        from foundation.core.pages.version import portal_changed  # noqa: PLC0415

        # Importing registers handlers of the outbox, chores, and the own tabs of the desk.
        from organisations import receivers  # noqa: F401, PLC0415
        from organisations.domain import applying, own_desk, suspending  # noqa: F401, PLC0415
        from organisations.models import Institution, Service  # noqa: PLC0415

        # The portal tells who helps here: whoever is suspended stands on no page that was kept.
        for sender in (Organisation, Institution, Service):
            for signal in (post_save, post_delete):
                signal.connect(
                    portal_changed, sender=sender, dispatch_uid=f"organisations.{sender.__name__}_changed"
                )
