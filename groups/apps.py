from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = _("圈子和群组")

    def ready(self) -> None:
        # Importing registers the scope, the circle's own tabs, the tile of a space and the weekly letter.
        from groups import providers  # noqa: F401, PLC0415
        from groups.domain import letters, own_tabs, own_tiles  # noqa: F401, PLC0415
