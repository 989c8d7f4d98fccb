"""Pages in the inbox: `moderation` alone listens to Wagtail's workflow (DESIGN §2)."""

from typing import Any

from django.db import transaction
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_approved, task_cancelled, task_rejected, task_submitted

from foundation.core import kinds, notify
from foundation.moderation.domain import inbox
from foundation.moderation.models import InboxTask, ReviewItem

STEPS = {
    ReviewItem.State.APPROVED: "approve",
    ReviewItem.State.REFUSED: "refuse",
    ReviewItem.State.WITHDRAWN: "withdraw",
}


def listen() -> None:
    """Connect once at start."""
    task_submitted.connect(_submitted, dispatch_uid="moderation.submitted")
    task_approved.connect(_closed, dispatch_uid="moderation.approved")
    task_rejected.connect(_closed, dispatch_uid="moderation.rejected")
    task_cancelled.connect(_closed, dispatch_uid="moderation.cancelled")


def _page_of(state: TaskState) -> Page | None:
    """The page of a task state of ours whose kind is reviewed; None for everything else."""
    if not isinstance(state.task.specific, InboxTask):
        return None
    page = state.workflow_state.content_object
    page = page.specific if isinstance(page, Page) else None
    return page if page is not None and kinds.is_reviewed(page) else None


def _submitted(sender: Any, instance: TaskState, user: Any, **_kwargs: Any) -> None:
    if (page := _page_of(instance)) is not None:
        inbox.submit(page, by=user or instance.workflow_state.requested_by)


@transaction.atomic
def _closed(sender: Any, instance: TaskState, user: Any = None, **_kwargs: Any) -> None:
    """Close the item of a page that was decided on Wagtail's own screens."""
    if (page := _page_of(instance)) is None:
        return
    states = {
        TaskState.STATUS_APPROVED: ReviewItem.State.APPROVED,
        TaskState.STATUS_REJECTED: ReviewItem.State.REFUSED,
    }
    state = states.get(instance.status, ReviewItem.State.WITHDRAWN)
    inbox.close_elsewhere(page, step=STEPS[state], by=user, reason=(instance.comment or "")[:300])
    _tell(page, state, instance, user)


def _tell(page: Page, state: str, instance: TaskState, user: Any) -> None:
    event = {str(ReviewItem.State.APPROVED): "approved", str(ReviewItem.State.REFUSED): "returned"}.get(state)
    author = instance.workflow_state.requested_by_id
    if event and author:
        notify.emit(event, to=[author], about=page, by=user, text=(instance.comment or "")[:300])


def decide_page(page: Page, *, approved: bool, reason: str, by: Any) -> None:
    """Carry a decision of the inbox out in Wagtail's workflow, which publishes or sends back.

    Raises inbox.AlreadyDecided where the page waits no more.
    """
    state = WorkflowState.objects.for_instance(page).filter(status=WorkflowState.STATUS_IN_PROGRESS).first()
    task_state = state.current_task_state if state else None
    if task_state is None or task_state.status != TaskState.STATUS_IN_PROGRESS:
        raise inbox.AlreadyDecided
    if approved and task_state.revision_id != page.latest_revision_id:
        # The inbox showed the newest revision (`ReviewFacet.version`), and that one is decided; an autosave that arrived
        # just behind the submission would otherwise let Wagtail ask for a second approval of what was approved.
        task_state.revision = page.latest_revision
        task_state.save(update_fields=["revision"])
    task = task_state.task.specific
    task.on_action(task_state, by, "approve" if approved else "reject", comment=reason)
