"""Wagtail's admin without its own workflow mails: `messaging` tells authors and reviewers, once and in their words.

And without its own picture and name of a person: she has them in her profile.
"""

from wagtail.admin.apps import WagtailAdminAppConfig
from wagtail.signals import workflow_approved, workflow_rejected, workflow_submitted


class AdminConfig(WagtailAdminAppConfig):
    default = False

    def ready(self) -> None:
        from wagtail.admin.views.account import (  # noqa: PLC0415
            AvatarSettingsPanel,
            NameEmailSettingsPanel,
        )
        from wagtail.models import WorkflowState  # noqa: PLC0415 - models exist from here on

        from linli.admin_words import put_right  # noqa: PLC0415

        super().ready()
        put_right()
        # People have one picture, which is checked, shown and erased with their profile.
        # Nobody has a first and a last name here, which Wagtail's form requires: nothing beside it could be saved.
        for panel in (AvatarSettingsPanel, NameEmailSettingsPanel):
            panel.is_active = lambda self: False
        for signal, uid in (
            (workflow_submitted, "workflow_state_submitted_email_notification"),
            (workflow_approved, "workflow_state_approved_email_notification"),
            (workflow_rejected, "workflow_state_rejected_email_notification"),
        ):
            if not signal.disconnect(sender=WorkflowState, dispatch_uid=uid):
                raise RuntimeError(f"Wagtail has no {uid} any more: look for how it sends its mails now.")
