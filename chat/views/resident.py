"""A resident's messages: her list, one conversation, a new one, and what she wants of them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from chat.domain import keeping, reaching, sending
from chat.domain.queries import conversations as listed
from chat.domain.queries import messages as said
from chat.domain.queries.contacts import contacts_of
from chat.enums import State
from chat.interfaces.forms import MessageForm, NewMessageForm, WishesForm
from chat.models import Conversation, Message
from chat.models.conversation import pair_key
from chat.permissions import ChatPermission
from chat.views.found import conversation_of, line_of
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import User
from foundation.core import contact
from foundation.core.access.limits import TooOften
from foundation.core.access.permissions import has_permission, require
from foundation.core.access.routes import permit

LISTS = ("requests", "archived")


@never_cache
@require_safe
@permit(ChatPermission.READ, own_only=True)
def conversations(request: MemberRequest) -> HttpResponse:
    """The own conversations, the newest first; `?show=requests` and `?show=archived` are lists apart."""
    show = request.GET.get("show", "")
    show = show if show in LISTS else ""
    before, query = request.GET.get("before", ""), request.GET.get("q", "").strip()[:40]
    context = {
        "page": listed.page_of(
            request.user,
            before=before,
            query=query,
            requests=show == "requests",
            archived=show == "archived",
        ),
        "requests": listed.request_count(request.user),
        "show": show,
        "before": before,
        "query": query,
        "may_send": has_permission(request.user, ChatPermission.SEND),
    }
    return render(request, "chat/conversations.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(ChatPermission.READ, own_only=True)
def conversation(request: MemberRequest, public_id: str) -> HttpResponse:
    """What was said in one conversation, the newest at the end; a POST says something."""
    found = conversation_of(request, public_id)
    if request.method == "POST":
        return _say(request, found)
    return _page(request, found)


def _say(request: MemberRequest, found: Conversation) -> HttpResponse:
    """Send the form; a page that stays open gets the new lines, or the one sentence that refuses."""
    by_script = request.headers.get("X-Page") == "chat"
    _keep_what_was_typed(request, found)
    require(request.user, ChatPermission.SEND)
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            made = sending.send(
                found,
                by=request.user,
                text=form.cleaned_data["text"],
                pictures=form.cleaned_data["pictures"],
                descriptions=request.POST.getlist("description"),
                once=form.cleaned_data["once"],
            )
        except ValidationError as fault:
            form.add_error("text", fault)
        except TooOften:
            if not by_script:
                raise
            form.add_error("text", _("发得太快了，请过一会儿再发。"))
        else:
            if by_script:
                return _newer(request, found, after=made.pk - 1)
            return redirect(f"{found.url}#newest")
    if by_script:
        sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return HttpResponse(sentence, status=422, content_type="text/plain; charset=utf-8")
    return _page(request, found, form=form)


def _keep_what_was_typed(request: MemberRequest, found: Conversation) -> None:
    """Nothing typed is ever lost: who may not send any more finds it as her draft."""
    if not has_permission(request.user, ChatPermission.SEND):
        keeping.keep_draft(found, request.POST.get("text", "")[: 2 * sending.MAX_TEXT], by=request.user)


def _page(request: MemberRequest, found: Conversation, *, form: MessageForm | None = None) -> HttpResponse:
    user, line = request.user, line_of(request, found)
    before = said.key_of(found, user, request.GET.get("before", ""))
    window = _window(found, user, before=before, at=request.GET.get("at", ""))
    context: dict[str, Any] = {"conversation": found, "line": line, "window": window}
    if request.htmx and before:
        return render(request, "chat/older.html", context)
    refused = form is not None
    active = line.part.state == State.ACTIVE
    closed = line.other is not None and not reaching.can_reach(line.other, by=user)
    if active and not closed and has_permission(user, ChatPermission.SEND):
        form = form or MessageForm(initial={"text": line.part.draft})
    context |= {
        "page": listed.page_of(user),
        "form": form,
        "closed": closed,
        "active": active,
        "before": before,
        "read": said.read_state(found, user),
        "asked": _asked(found, line, user),
        "can_block": contact.can_block() and not found.is_group,
    }
    return render(request, "chat/conversation.html", context, status=422 if refused else 200)


def _asked(found: Conversation, line: Any, user: User) -> User | None:
    """Return who has not yet accepted what the reader wrote to her."""
    if line.other is None or line.part.state != State.ACTIVE:
        return None
    states = {part.user_id: part.state for part in found.participants.all()}
    waits = states.get(line.other.pk) in (State.REQUESTED, State.DECLINED)
    return line.other if waits and not contact.knows(line.other, by=user) else None


def _window(found: Conversation, user: User, *, before: int, at: str) -> said.Window:
    key = said.key_of(found, user, at) if at and not before else 0
    if key:
        return said.around(found, user, at=Message.objects.get(pk=key))
    return said.window(found, user, before=before)


@never_cache
@require_safe
@permit(ChatPermission.READ, own_only=True)
def newer(request: MemberRequest, public_id: str) -> HttpResponse:
    """What an open page asks for: the lines behind `after`, and the young ones that may have changed."""
    found = conversation_of(request, public_id)
    return _newer(request, found, after=said.key_of(found, request.user, request.GET.get("after", "")))


def _newer(request: MemberRequest, found: Conversation, *, after: int) -> HttpResponse:
    context = {
        "conversation": found,
        "lines": said.newer(found, request.user, after=after),
        "read": said.read_state(found, request.user),
        "fresh": MessageForm(),
    }
    return render(request, "chat/newer.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(ChatPermission.SEND, own_only=True)
def new_message(request: MemberRequest) -> HttpResponse:
    """Write to somebody (`?to=` her address name); where there is a conversation already, it is opened."""
    if request.method != "POST":
        named = request.GET.get("to", "")
        person = User.objects.visible_to(request.user).filter(username=named).first() if named else None
        if named and (person is None or person.pk == request.user.pk):
            raise Http404
        if person is not None and (known := _between(request.user, person)):
            return redirect(known.url)
        context = {
            "form": NewMessageForm(initial={"to": named}),
            "person": person,
            "closed": person is not None and not reaching.can_reach(person, by=request.user),
            "asks": person is not None and not contact.knows(person, by=request.user),
            "contacts": [] if person else contacts_of(request.user),
        }
        return render(request, "chat/new_message.html", context)
    form = NewMessageForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            made = sending.write_to(
                form.cleaned_data["to"],
                by=request.user,
                text=form.cleaned_data["text"],
                pictures=form.cleaned_data["pictures"],
                once=form.cleaned_data["once"],
            )
        except ValidationError as fault:
            form.add_error("text", fault)
        else:
            return redirect(made.conversation.url)
    return render(request, "chat/new_message.html", {"form": form}, status=422)


def _between(user: User, person: User) -> Conversation | None:
    """Return the conversation of two, as far as the first of them sees it and something was said in it."""
    found = Conversation.objects.visible_to(user).filter(pair_key=pair_key(user, person), last_id__gt=0)
    return found.first()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(ChatPermission.KEEP, own_only=True)
def wishes(request: MemberRequest) -> HttpResponse:
    """Whose messages the reader wants, and whether others see what she read."""
    chosen = reaching.wishes_of(request.user)
    form = WishesForm(
        request.POST or None,
        initial={"who_may_write": chosen.who_may_write, "shows_read": chosen.shows_read},
    )
    if request.method == "POST" and form.is_valid():
        keeping.choose(**form.cleaned_data, by=request.user)
        messages.success(request, _("已保存。"))
        return redirect("chat:wishes")
    return render(request, "chat/wishes.html", {"form": form}, status=422 if form.is_bound else 200)
