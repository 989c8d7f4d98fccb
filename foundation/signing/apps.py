from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigningConfig(AppConfig):
    name = "foundation.signing"
    verbose_name = _("电子签名")

    def ready(self) -> None:
        # Importing registers the chores and the handlers.
        from foundation.signing.domain import authorities, endings, evidence, sweeping  # noqa: F401, PLC0415
