"""The small acts on one's own conversations; each leads back to where it was done."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chat.domain import answering, keeping
from chat.domain.queries import messages as said
from chat.permissions import ChatPermission
from chat.views.found import conversation_of, message_of
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import permit
from foundation.core.pages.ways import way_back


def back(request: MemberRequest, fallback: str) -> HttpResponse:
    return redirect(way_back(request, request.POST.get("next", ""), fallback))


@require_POST
@permit(ChatPermission.KEEP, own_only=True)
def read(request: MemberRequest, public_id: str) -> HttpResponse:
    """Mark everything up to the line `up_to` as read; without one, everything."""
    conversation = conversation_of(request, public_id)
    named = request.POST.get("up_to", "")
    up_to = said.key_of(conversation, request.user, named) if named else conversation.last_id
    if not up_to:
        raise Http404
    keeping.mark_read(conversation, up_to=up_to, by=request.user)
    if request.headers.get("X-Page") == "chat":
        return HttpResponse(status=204)
    return redirect(conversation.url)


@require_POST
@permit(ChatPermission.KEEP, own_only=True)
def draft(request: MemberRequest, public_id: str) -> HttpResponse:
    """Keep what is being typed."""
    conversation = conversation_of(request, public_id)
    try:
        keeping.keep_draft(conversation, request.POST.get("text", ""), by=request.user)
    except ValidationError:
        return JsonResponse({"kept": False}, status=422)
    return JsonResponse({"kept": True})


@require_POST
@permit(ChatPermission.KEEP, own_only=True)
def answer(request: MemberRequest, public_id: str) -> HttpResponse:
    """Accept what somebody asked, decline it, or decline and have nothing to do with her any more."""
    conversation = conversation_of(request, public_id)
    match request.POST.get("answer", ""):
        case "accept":
            answering.accept(conversation, by=request.user)
            return redirect(conversation.url)
        case "decline":
            answering.decline(conversation, by=request.user)
            messages.success(request, _("已谢绝，对方不会知道。"))
        case "block":
            answering.decline_and_block(conversation, by=request.user)
            messages.success(request, _("已谢绝并拉黑，对方不会知道。"))
        case _other:
            raise Http404
    return redirect("chat:conversations")


@require_POST
@permit(ChatPermission.KEEP, own_only=True)
def mute(request: MemberRequest, public_id: str) -> HttpResponse:
    conversation = conversation_of(request, public_id)
    keeping.mute(conversation, muted=request.POST.get("muted") != "0", by=request.user)
    return back(request, conversation.url)


@require_POST
@permit(ChatPermission.KEEP, own_only=True)
def archive(request: MemberRequest, public_id: str) -> HttpResponse:
    conversation = conversation_of(request, public_id)
    archived = request.POST.get("archived") != "0"
    keeping.archive(conversation, archived=archived, by=request.user)
    messages.success(request, _("已归档，有新消息会回到列表。") if archived else _("已放回列表。"))
    return redirect("chat:conversations")


@require_POST
@permit(ChatPermission.KEEP, own_only=True)
def unsend(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take back what one said, for everybody."""
    message = message_of(request, public_id)
    if message.author_id != request.user.pk:
        raise Http404
    try:
        keeping.unsend(message, by=request.user)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    return redirect(message.conversation.url)


@require_POST
@permit(ChatPermission.KEEP, own_only=True)
def delete_for_me(request: MemberRequest, public_id: str) -> HttpResponse:
    message = message_of(request, public_id)
    keeping.delete_for_me(message, by=request.user)
    return redirect(message.conversation.url)
