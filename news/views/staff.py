"""Publishing a notice of one's place from the admin (H1, P3)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from foundation.core.access.permissions import place_paths
from foundation.core.access.routes import permit
from foundation.core.flow.workflow import GuardFails
from foundation.core.models import Place
from news.domain.local_notices import publish_notice
from news.interfaces.forms import LocalNoticeForm
from news.permissions import NewsPermission


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(NewsPermission.PUBLISH_LOCALLY)
def publish(request: HttpRequest) -> HttpResponse:
    """Write a notice for a place that the reader works for; it is published at once and bears her name in the log."""
    places = Place.objects.none()
    for path in place_paths(request.user, NewsPermission.PUBLISH_LOCALLY) or ():
        places |= Place.objects.filter(path__startswith=path, retired_at=None)
    form = LocalNoticeForm(request.POST or None, places=places.order_by("path"))
    if request.method == "POST" and form.is_valid():
        try:
            page = publish_notice(by=request.user, **form.cleaned_data)
        except GuardFails as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, _("公告已发布。"))
            return redirect(page.get_absolute_url())
    return render(request, "news/admin/publish.html", {"form": form}, status=422 if form.is_bound else 200)
