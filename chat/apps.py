from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("消息")

    def ready(self) -> None:
        # Importing registers the scope, the number beside the bell, and the chores.
        from chat import providers  # noqa: F401, PLC0415
        from chat.domain import forgetting  # noqa: F401, PLC0415
