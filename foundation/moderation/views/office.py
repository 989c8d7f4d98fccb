"""Pages of Wagtail's admin on which the office sets how things are reviewed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from foundation.core.access.permissions import has_permission
from foundation.core.access.routes import permit
from foundation.moderation.domain import office
from foundation.moderation.interfaces.review import ReasonFormSet, SettingForm
from foundation.moderation.models import ReviewReason
from foundation.moderation.permissions import ModerationPermission


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(ModerationPermission.CHANGE_SETTINGS)
def settings(request: HttpRequest) -> HttpResponse:
    """Each kind with its timing, steps, level and days."""
    sent = request.POST if request.method == "POST" else None
    forms = [
        (kind, SettingForm(sent, instance=office.setting_of(kind.key), prefix=kind.key, facet=facet))
        for kind, facet in office.reviewed_kinds()
    ]
    if sent is None:
        return render(request, "moderation/settings.html", {"forms": forms})
    # All of them, so that every fault is shown at once.
    valid = [form.is_valid() for _kind, form in forms]
    if not all(valid):
        return render(request, "moderation/settings.html", {"forms": forms}, status=422)
    changed = sum(office.change_setting(form.instance, by=request.user) for _kind, form in forms)
    messages.success(request, _("已保存。") if changed else _("没有改动。"))
    return redirect("reviews:settings")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(ModerationPermission.KEEP_REASONS)
def reasons(request: HttpRequest, kind: str = "") -> HttpResponse:
    """The reasons that lie at hand for one kind; without any, the kind brings its own."""
    own = [
        (one, facet)
        for one, facet in office.reviewed_kinds()
        if has_permission(request.user, facet.permission)
    ]
    facets = {one.key: facet for one, facet in own}
    if not own or (kind and kind not in facets):
        raise Http404
    chosen = kind or own[0][0].key
    kept = ReviewReason.objects.filter(kind=chosen)
    formset = ReasonFormSet(request.POST or None, queryset=kept)
    context = {"kinds": own, "chosen": chosen, "formset": formset, "brought": facets[chosen].reasons}
    if request.method != "POST":
        return render(request, "moderation/reasons.html", context)
    if not formset.is_valid():
        return render(request, "moderation/reasons.html", context, status=422)
    office.change_reasons(chosen, formset, by=request.user)
    messages.success(request, _("已保存。"))
    return redirect("reviews:reasons", chosen)
