"""Publishing a notice of one's place from the admin, and taking it back (H1, P3)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from foundation.core.access.permissions import place_paths
from foundation.core.access.routes import permit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.models import Place
from news.domain import local_notices
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
            page = local_notices.publish_notice(by=request.user, **form.cleaned_data)
        except GuardFails as fault:
            form.add_error(None, str(fault))
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            messages.success(request, _("公告已发布。"))
            return redirect(page.get_absolute_url())
    context = {"form": form, "standing": local_notices.notices_of(request.user)}
    return render(request, "news/admin/publish.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(NewsPermission.PUBLISH_LOCALLY)
def take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a notice of one's places from the site; 404 for any other."""
    standing = local_notices.notices_of(request.user)
    page = next((one for one in standing if one.public_id == public_id), None)
    if page is None:
        raise Http404
    try:
        local_notices.take_back(page, by=request.user)
    except StepNotAllowed:
        messages.info(request, _("这条公告已经撤下了。"))
    else:
        messages.success(request, _("公告已撤下。"))
    return redirect("notices:publish")
