"""A reader confirms that she has read a notice (P3)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import permit
from foundation.core.flow.workflow import StepNotAllowed
from news.domain import receipts
from news.models import NoticePage
from news.permissions import NewsPermission


@require_POST
@permit(NewsPermission.CONFIRM_NOTICE)
def confirm(request: MemberRequest, public_id: str) -> HttpResponse:
    """Write it down, and lead back to the notice; pressing twice is pressing once."""
    page = get_object_or_404(NoticePage.objects.visible_to(request.user), public_id=public_id)
    try:
        receipts.confirm(page, by=request.user)
    except StepNotAllowed:
        messages.info(request, _("这条公告不需要确认。"))
    else:
        messages.success(request, _("已记下：您读过这条公告了。"))
    return redirect(page.get_absolute_url())
