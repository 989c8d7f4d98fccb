"""The installation's own decisions (O6): name and look, options, places."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Site

from foundation.accounts.domain.confirmation import require_fresh
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.limits import TooOften
from foundation.core.access.routes import open_to_all, permit
from foundation.core.models import Place, SiteSettings
from foundation.core.pages import colours, options
from foundation.core.permissions import PortalPermission
from foundation.messaging.domain import gateway
from foundation.messaging.domain.gateway import Fault
from foundation.messaging.options import CHANNELS
from office.domain import places
from office.domain import settings as domain
from office.interfaces.settings import CommunityForm, NewPlaceForm, OptionsForm, PlaceForm

WRONG_WITH_MAIL = {
    Fault.UNKNOWN_HOST: gettext_lazy("找不到这个邮件服务器，请核对“邮件服务器”的写法。"),
    Fault.SILENT: gettext_lazy("邮件服务器没有应答，请核对服务器和端口，并确认防火墙放行。"),
    Fault.ENCRYPTION: gettext_lazy(
        "和邮件服务器说不到一起，多半是端口和加密方式不配套：465 配全程加密，587 配先连后加密。"
    ),
    Fault.PASSWORD: gettext_lazy("邮件服务器不认这个账号和密码，请核对，或换成服务商给的授权码。"),
    Fault.ADDRESS: gettext_lazy("邮件服务器不接受这个发件邮箱或您的邮箱，请核对“发件邮箱”是否和账号一致。"),
    Fault.UNREACHABLE: gettext_lazy("连接不上邮件服务器，请核对服务器和端口。"),
}


def _community() -> SiteSettings:
    return SiteSettings.for_site(Site.objects.get(is_default_site=True))


@never_cache
@permit(PortalPermission.CHANGE_SETTINGS)
def community(request: MemberRequest) -> HttpResponse:
    """Name, contacts, logo and colour."""
    settings = _community()
    form = CommunityForm(request.POST or None, instance=settings)
    if request.method == "POST" and form.is_valid():
        try:
            changed = domain.change_community(settings, values=form.cleaned_data, by=request.user)
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            messages.success(request, _("已保存，页面上立即生效。") if changed else _("没有改动。"))
            return redirect("office:settings")
    context = {"form": form, "groups": options.GROUPS, "chosen": ""}
    return render(request, "office/settings.html", context, status=422 if form.is_bound else 200)


@never_cache
@permit(PortalPermission.CHANGE_SETTINGS)
def option_group(request: MemberRequest, group: str) -> HttpResponse:
    """The options of one group."""
    if group not in options.GROUPS:
        raise Http404
    form = OptionsForm(group, request.POST if request.method == "POST" else None)
    if request.method == "POST" and any(option.secret for option in options.of_group(group)):
        require_fresh(request)
    if request.method == "POST" and form.is_valid():
        try:
            changed = domain.change_options(group, values=form.cleaned_data, by=request.user)
        except domain.SecretMissing as missing:
            form.add_error(missing.key, _("邮件服务器、端口、加密方式或账号改了，请重新填写密码。"))
        else:
            messages.success(request, _("已保存，立即生效。") if changed else _("没有改动。"))
            return redirect("office:options", group)
    context = {
        "form": form,
        "groups": options.GROUPS,
        "chosen": group,
        "title": options.GROUPS[group],
        "testable": group == CHANNELS,
    }
    return render(request, "office/options.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(PortalPermission.CHANGE_SETTINGS)
def send_test(request: MemberRequest) -> HttpResponse:
    """Send a letter to whoever presses, through what is saved, and say in words what came of it."""
    try:
        gateway.send_test(by=request.user)
    except TooOften:
        messages.error(request, _("短时间内次数太多了，请过一会儿再来。"))
    except gateway.NotTaken as wrong:
        messages.error(request, _("没有发出去。%(why)s") % {"why": WRONG_WITH_MAIL[wrong.fault]})
    else:
        messages.success(request, _("已发到您的邮箱 %(address)s，请查收。") % {"address": request.user.email})
    return redirect("office:options", CHANNELS)


@never_cache
@require_safe
@permit(PortalPermission.CHANGE_PLACES)
def place_tree(request: MemberRequest) -> HttpResponse:
    """The tree of places, with what can be done to each."""
    return _tree(request)


def _tree(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    tree = [
        {"place": place, "below": places.ORDER.index(place.level) < len(places.ORDER) - 1}
        for place in Place.objects.filter(retired_at=None).order_by("path")
    ]
    return render(
        request, "office/places.html", {"tree": tree, "groups": options.GROUPS, **more}, status=status
    )


@never_cache
@permit(PortalPermission.CHANGE_PLACES)
def add_place(request: MemberRequest) -> HttpResponse:
    """Add a place under `?in=`, or a street."""
    parent = None
    if wanted := request.GET.get("in", ""):
        parent = get_object_or_404(Place, slug=wanted, retired_at=None)
    form = NewPlaceForm(request.POST if request.method == "POST" else None)
    levels = places.ORDER[places.ORDER.index(Place.Level(parent.level)) + 1 :] if parent else places.ORDER[:1]
    form.fields["level"].choices = [(level.value, level.label) for level in levels]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            places.add_place(parent=parent, **form.cleaned_data, by=request.user)
        except places.WrongLevel:
            form.add_error("level", _("这个层级不能放在这里。"))
        else:
            messages.success(request, _("已添加。"))
            return redirect("office:places")
    context = {"form": form, "parent": parent}
    return render(request, "office/place.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(PortalPermission.CHANGE_PLACES)
def rename_place(request: MemberRequest, slug: str) -> HttpResponse:
    place = get_object_or_404(Place, slug=slug, retired_at=None)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _tree(request, 422, wrong=place.pk, form=form)
    places.rename_place(place, name=form.cleaned_data["name"], by=request.user)
    messages.success(request, _("已改名。"))
    return redirect("office:places")


@require_POST
@permit(PortalPermission.CHANGE_PLACES)
def remove_place(request: MemberRequest, slug: str) -> HttpResponse:
    place = get_object_or_404(Place, slug=slug, retired_at=None)
    try:
        places.remove_place(place, by=request.user)
    except places.InUse:
        messages.error(
            request, _("还有居民、角色或下级地点在“%(place)s”，不能删除。") % {"place": place.name}
        )
    else:
        messages.success(request, _("已删除。"))
    return redirect("office:places")


@open_to_all("the community's own colour")
@cache_control(public=True, max_age=365 * 86400, immutable=True)
@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The style sheet of the community's colour; pages name it with the portal's version."""
    accent = SiteSettings.current().accent
    return HttpResponse(colours.sheet(accent) if accent else "", content_type="text/css; charset=utf-8")
