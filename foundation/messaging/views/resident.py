from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.domain import sessions
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import permit
from foundation.messaging.domain import choices, muting, push, queries, reading
from foundation.messaging.interfaces.forms import PreferencesForm, device_name
from foundation.messaging.models import Mute, Notification, Subscription
from foundation.messaging.permissions import MessagingPermission


@never_cache
@require_safe
@permit(MessagingPermission.READ_NOTIFICATIONS)
def notifications(request: HttpRequest) -> HttpResponse:
    """The notification centre: newest first, like things in one line."""
    group, unread = request.GET.get("group", ""), request.GET.get("show") == "unread"
    groups = choices.groups_of(request.user)
    group = group if group in groups else ""
    before = request.GET.get("before", "")
    context = {
        "page": queries.page_of(request.user, before=before, group=group, unread=unread),
        "unread": queries.unread_count(request.user),
        "groups": [(one.value, one.label) for one in groups],
        "muted": queries.mute_of(request.user, request.GET.get("muted", "")),
        "group": group,
        "only_unread": unread,
        "before": before,
    }
    return render(request, "messaging/notifications.html", context)


@require_POST
@permit(MessagingPermission.READ_NOTIFICATIONS)
def open_notification(request: HttpRequest, public_id: str) -> HttpResponse:
    """Mark a line as read and go to what it tells of; back to the list where that is gone."""
    row = _own(request, public_id)
    several = queries.bundled(row)
    reading.mark_read(row, by=request.user)
    (told,) = queries.in_words([row], request.user, numbers={row.pk: several})
    return redirect(told.url or "messaging:notifications")


@require_POST
@permit(MessagingPermission.READ_NOTIFICATIONS)
def read_all(request: HttpRequest) -> HttpResponse:
    reading.mark_all_read(by=request.user)
    return redirect("messaging:notifications")


@never_cache
@require_safe
@permit(MessagingPermission.READ_NOTIFICATIONS)
def badge(request: HttpRequest) -> JsonResponse:
    """What the bell and the signs beside it ask for."""
    return JsonResponse(queries.header_counts(request.user))


@require_POST
@permit(MessagingPermission.READ_NOTIFICATIONS)
def mute(request: HttpRequest, public_id: str, what: str) -> HttpResponse:
    """Hear nothing more of the thread, or of the person, of a line."""
    row = _own(request, public_id)
    muted: Mute | None
    if what == "thread":
        muted = muting.mute_thread(row, by=request.user)
    elif what == "person":
        muted = muting.mute_person(row, who=request.POST.get("who", ""), by=request.user)
    else:
        raise Http404
    if muted is None:
        raise Http404
    # The page says whom it is about, with the way back.
    return redirect(f"{reverse('messaging:notifications')}?muted={muted.pk}")


@require_POST
@permit(MessagingPermission.READ_NOTIFICATIONS)
def unmute(request: HttpRequest, mute_id: int) -> HttpResponse:
    if not muting.unmute(mute_id, by=request.user):
        raise Http404
    messages.success(request, _("已恢复提醒。"))
    return redirect("messaging:settings")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(MessagingPermission.READ_NOTIFICATIONS)
def preferences(request: MemberRequest) -> HttpResponse:
    """What the reader wants to hear of, by which way and when."""
    user = request.user
    form = PreferencesForm(
        request.POST if request.method == "POST" else None,
        choice=choices.choices_of([user.pk])[user.pk],
        has_phone=user.phone_verified_at is not None,
        groups=choices.groups_of(user),
    )
    if request.method == "POST" and form.is_valid():
        choices.choose(**form.chosen(), by=user)
        messages.success(request, _("已保存。"))
        return redirect("messaging:settings")
    context = {"form": form, "mutes": queries.mutes_of(user)}
    if settings.WEB_PUSH:
        context |= {
            "push_key": push.public_key(),
            "subscriptions": Subscription.objects.filter(user=user).order_by("-pk"),
        }
    return render(request, "messaging/settings.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(MessagingPermission.READ_NOTIFICATIONS)
def subscribe(request: HttpRequest) -> HttpResponse:
    """Take what the browser's push service gave the page; refusals are one sentence of plain text."""
    if not settings.WEB_PUSH:
        raise Http404
    given = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    try:
        push.subscribe(
            **given,
            name=device_name(request.headers.get("User-Agent", "")),
            device=request.session.get(sessions.DEVICE),
            by=request.user,
        )
    except ValidationError as fault:
        return HttpResponse(fault.messages[0], status=422, content_type="text/plain; charset=utf-8")
    messages.success(request, _("这台设备以后会收到推送。"))
    return HttpResponse(status=204)


@require_POST
@permit(MessagingPermission.READ_NOTIFICATIONS)
def remove_subscription(request: HttpRequest, public_id: str) -> HttpResponse:
    if not push.remove(public_id, by=request.user):
        raise Http404
    messages.success(request, _("这台设备不再收到推送。"))
    return redirect("messaging:settings")


def _own(request: HttpRequest, public_id: str) -> Notification:
    return get_object_or_404(Notification.objects.visible_to(request.user), public_id=public_id)
