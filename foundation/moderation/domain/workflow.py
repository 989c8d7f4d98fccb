"""The workflow that every page goes through: one step, decided in the inbox (P2)."""

from wagtail.models import Page, Task, Workflow, WorkflowPage, WorkflowTask

from foundation.moderation.models import InboxTask

NAME = "先审后发"
WAGTAILS_OWN = "Moderators approval"


def make_workflow() -> Workflow:
    """Create the workflow and put it over the whole tree of pages; again changes nothing."""
    task = InboxTask.objects.first() or InboxTask.objects.create(name="统一审核")
    workflow, _new = Workflow.objects.get_or_create(name=NAME)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    WorkflowPage.objects.update_or_create(page=Page.get_first_root_node(), defaults={"workflow": workflow})
    # The one that Wagtail brings asks groups that our roles don't fill.
    Workflow.objects.filter(name=WAGTAILS_OWN).update(active=False)
    Task.objects.filter(name=WAGTAILS_OWN).update(active=False)
    return workflow
