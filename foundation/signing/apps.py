from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigningConfig(AppConfig):
    name = "foundation.signing"
    verbose_name = _("电子签名")
