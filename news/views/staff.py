"""Publishing a notice at once from the admin, adding to it, lifting it, and who has read it (H1, P3)."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.core.access.permissions import has_permission, place_paths
from foundation.core.access.routes import permit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.models import Place
from foundation.social.domain import drafts
from news.domain import local_notices, receipts, urgent
from news.interfaces.forms import EditorsNoticeForm, LocalNoticeForm, NamesForm, NoticeForm, UpdateForm
from news.models import NoticePage
from news.permissions import NewsPermission

DRAFT = "notice:new"


def _own_places(user: Any) -> Any:
    places = Place.objects.none()
    for path in place_paths(user, NewsPermission.PUBLISH_LOCALLY) or ():
        places |= Place.objects.filter(path__startswith=path, retired_at=None)
    return places.order_by("path")


def _form(request: HttpRequest) -> NoticeForm:
    """Editors say for whom it is, staff for which of their places."""
    given: dict[str, Any] = {"initial": {"level": NoticePage.Level.NORMAL, **_kept(request.user)}}
    if "level" in request.GET:
        given["initial"]["level"] = request.GET["level"]
    if has_permission(request.user, NewsPermission.PUBLISH_NOTICES):
        return EditorsNoticeForm(request.POST or None, **given)
    places = _own_places(request.user)
    given["initial"].setdefault("place", places.first())
    return LocalNoticeForm(request.POST or None, places=places, **given)


def _kept(user: Any) -> dict[str, Any]:
    """Return what the page's script kept of a notice that was not published yet (static/js/kept-form.js)."""
    try:
        found = json.loads(drafts.draft_of(DRAFT, user) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(NewsPermission.OPEN_NOTICES)
def publish(request: HttpRequest) -> HttpResponse:
    """Write a notice; it is published at once and bears the writer's name in the log. Below: what holds now."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            page = local_notices.publish_notice(by=request.user, **form.cleaned_data)
        except GuardFails as fault:
            form.add_error(None, str(fault))
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            drafts.forget_draft(DRAFT, by=request.user)
            messages.success(request, _("公告已发布。"))
            return redirect(page.get_absolute_url())
    context = {
        "form": form,
        "is_urgent": request.GET.get("level") == NoticePage.Level.URGENT,
        "in_hand": local_notices.in_hand(request.user),
        "to_take_back": {page.pk for page in local_notices.notices_of(request.user)},
    }
    return render(request, "news/admin/publish.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(NewsPermission.OPEN_NOTICES)
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


def _page(request: HttpRequest, public_id: str) -> NoticePage:
    page: NoticePage = get_object_or_404(NoticePage.objects.visible_to(request.user), public_id=public_id)
    return page.original


@never_cache
@require_safe
@permit(NewsPermission.OPEN_NOTICES)
def notice(request: HttpRequest, public_id: str) -> HttpResponse:
    """One notice: what was added, and how many have read it."""
    return _notice(request, _page(request, public_id))


def _notice(request: HttpRequest, page: NoticePage, *, status: int = 200, **more: Any) -> HttpResponse:
    places = _own_places(request.user)
    context = {
        "notice": page,
        "updates": list(page.updates.select_related("by").order_by("-at", "-pk")),
        "may_add": page.is_in_force and urgent.may_add(page, request.user),
        "update_form": UpdateForm(),
        "standing": receipts.standing_of(page, by=request.user) if page.must_read else None,
        "reminders": list(page.reminders.order_by("-day", "-pk")[:5]),
        "names_form": NamesForm(places=places, initial={"place": places.first()}) if places else None,
        **more,
    }
    return render(request, "news/admin/notice.html", context, status=status)


@require_POST
@permit(NewsPermission.OPEN_NOTICES)
def update(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add a dated word to a notice, or lift it."""
    page = _page(request, public_id)
    ends = request.POST.get("ends") == "1"
    form = UpdateForm(request.POST)
    if ends:
        form.fields["text"].required = False
    if not form.is_valid():
        return _notice(request, page, status=422, update_form=form)
    try:
        urgent.add_update(page, text=form.cleaned_data["text"], ends=ends, by=request.user)
    except GuardFails as fault:
        form.add_error(None, str(fault))
    except ValidationError as wrong:
        form.add_error(None, wrong)
    except StepNotAllowed:
        messages.info(request, _("这条公告已经结束了。"))
        return redirect("notices:notice", page.public_id)
    else:
        messages.success(request, _("公告已解除，每一页上的提示都撤下了。") if ends else _("更新已发布。"))
        return redirect("notices:notice", page.public_id)
    return _notice(request, page, status=422, update_form=form)


@require_POST
@permit(NewsPermission.OPEN_NOTICES)
def remind(request: HttpRequest, public_id: str) -> HttpResponse:
    """Tell those who have not read it yet."""
    page = _page(request, public_id)
    try:
        number = receipts.remind(page, by=request.user)
    except GuardFails as fault:
        messages.warning(request, str(fault))
    else:
        said = ngettext("已提醒 %(number)s 人。", "已提醒 %(number)s 人。", number) % {"number": number}
        messages.success(request, said)
    return redirect("notices:notice", page.public_id)


@never_cache
@require_POST
@permit(NewsPermission.PUBLISH_LOCALLY)
def names(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show who of a place has not read it; that somebody looked, and what for, is in the log."""
    page = _page(request, public_id)
    form = NamesForm(request.POST, places=_own_places(request.user))
    if not page.must_read or not form.is_valid():
        return _notice(request, page, status=422, names_form=form)
    place = form.cleaned_data["place"]
    unread = receipts.unread_names(page, place=place, purpose=form.cleaned_data["purpose"], by=request.user)
    more = len(unread) > receipts.MOST_NAMES
    shown = unread[: receipts.MOST_NAMES]
    return _notice(request, page, names_form=form, unread=shown, unread_more=more, unread_place=place)
