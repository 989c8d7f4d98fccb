"""The task of Wagtail's workflow that stands in our inbox: who may decide follows from our rights, not groups."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Task, TaskState

from foundation.core import kinds
from foundation.core.access.permissions import has_permission
from foundation.core.facets import ReviewFacet
from foundation.moderation.models.setting import rule_of


class InboxTask(Task):
    class Meta:
        verbose_name = _("统一审核")
        verbose_name_plural = _("统一审核")

    @classmethod
    def get_description(cls) -> str:
        return str(_("有审稿权的人在统一审核里决定。"))

    def _may_decide(self, obj: Any, user: Any) -> bool:
        try:
            # Wagtail's own screens bring the bare page.
            kind = kinds.of(obj.specific if isinstance(obj, Page) else obj)
        except KeyError:
            return False
        if not isinstance(kind.review, ReviewFacet) or not has_permission(
            user, kind.review.permission, obj=obj
        ):
            return False
        waiting = obj.current_workflow_state
        return waiting is None or waiting.requested_by_id != user.pk

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        return self._may_decide(obj, user)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """What waits is not changed under the reviewer's eyes, but a reviewer may correct it."""
        return not self._may_decide(obj, user)

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        if not self._may_decide(obj, user):
            return []
        back = ("reject", _("退回修改"), True)
        # Two people are counted in the inbox; Wagtail's own button would be one.
        if rule_of(kinds.of(obj.specific if isinstance(obj, Page) else obj).key).steps == 2:
            return [back]
        return [back, ("approve", _("通过并发布"), False)]

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        states = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS, task=self.task_ptr)
        reviewed_pages = (
            kind.review.permission
            for kind in kinds.all_kinds().values()
            if isinstance(kind.review, ReviewFacet) and issubclass(kind.model_class, Page)
        )
        if any(has_permission(user, permission) for permission in reviewed_pages):
            return states.exclude(workflow_state__requested_by_id=user.pk)
        return states.none()
