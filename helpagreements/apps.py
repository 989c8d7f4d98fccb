from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HelpAgreementsConfig(AppConfig):
    name = "helpagreements"
    verbose_name = _("帮扶协议")
