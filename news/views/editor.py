"""What editors see beside the page they write: the findings of `checks`, anew after every save."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Page

from foundation.core.access.routes import permit
from foundation.core.permissions import PortalPermission
from news.domain import checks


@never_cache
@require_safe
@permit(PortalPermission.WRITE_PAGES)
def findings(request: HttpRequest, page_id: int) -> HttpResponse:
    """What could be better about the newest draft of a page; 404 for one that the reader does not edit."""
    page: Any = get_object_or_404(Page, pk=page_id).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise Http404
    draft = page.get_latest_revision_as_object()
    return render(request, "news/admin/findings.html", {"findings": checks.findings(draft)})
