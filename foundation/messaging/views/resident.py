from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.core.access.routes import permit
from foundation.messaging.domain import queries, reading
from foundation.messaging.models import Notification
from foundation.messaging.permissions import MessagingPermission

PER_PAGE = 30


@never_cache
@require_safe
@permit(MessagingPermission.READ_NOTIFICATIONS)
def notifications(request: HttpRequest) -> HttpResponse:
    """The notification centre: newest first."""
    rows = (
        Notification.objects.visible_to(request.user)
        .select_related("by__avatar")
        .order_by("-created_at", "-id")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "told": queries.in_words(page.object_list, request.user),
        "unread": queries.unread_count(request.user),
    }
    return render(request, "messaging/notifications.html", context)


@require_POST
@permit(MessagingPermission.READ_NOTIFICATIONS)
def open_notification(request: HttpRequest, public_id: str) -> HttpResponse:
    """Mark one as read and go to what it tells of; back to the list where that is gone."""
    row = get_object_or_404(Notification.objects.visible_to(request.user), public_id=public_id)
    reading.mark_read(row, by=request.user)
    (told,) = queries.in_words([row], request.user)
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
    """What the bell polls."""
    return JsonResponse({"unread": queries.unread_count(request.user)})
