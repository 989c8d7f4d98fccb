"""How this installation composes the apps of others."""

from wagtail.admin.apps import WagtailAdminAppConfig
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted


class AdminConfig(WagtailAdminAppConfig):
    """Wagtail's admin without its own mails about the workflow: our notifications tell the same people the same."""

    def ready(self) -> None:
        super().ready()
        from wagtail.models import TaskState, WorkflowState  # noqa: PLC0415 - models stand only now

        for signal, sender, event in (
            (task_submitted, TaskState, "group_approval_task_submitted"),
            (workflow_submitted, WorkflowState, "workflow_state_submitted"),
            (workflow_approved, WorkflowState, "workflow_state_approved"),
            (workflow_rejected, WorkflowState, "workflow_state_rejected"),
        ):
            signal.disconnect(sender=sender, dispatch_uid=f"{event}_email_notification")
