"""Groups as their people see and keep them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.domain import groups
from chat.domain.queries import conversations as listed
from chat.domain.queries.contacts import contacts_of
from chat.enums import State
from chat.interfaces.forms import GroupForm, PeopleForm, TitleForm
from chat.models import Conversation
from chat.permissions import ChatPermission
from chat.views.found import conversation_of, line_of, member_of
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.permissions import has_permission, require
from foundation.core.access.routes import permit
from foundation.social.domain.queries.mentions import offered
from foundation.social.interfaces.mentions import as_json, count_asking


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(ChatPermission.SEND, own_only=True)
def new_group(request: MemberRequest) -> HttpResponse:
    """Begin a group."""
    form = GroupForm(request.POST or None, offered=contacts_of(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            made = groups.start_group(
                form.cleaned_data["title"], form.chosen(), by=request.user, once=form.cleaned_data["once"]
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            return redirect(made.url)
    return render(request, "chat/new_group.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(ChatPermission.READ, own_only=True)
def people(request: MemberRequest, public_id: str) -> HttpResponse:
    """Who is in a group; its keeper asks others in, names it and hands it over."""
    conversation = _group(request, public_id)
    form = None
    if request.method == "POST":
        require(request.user, ChatPermission.SEND)
        form = PeopleForm(request.POST, offered=contacts_of(request.user))
        if form.is_valid():
            try:
                groups.add_people(conversation, form.chosen(), by=request.user)
            except ValidationError as fault:
                form.add_error(None, fault)
            else:
                messages.success(request, _("已邀请。不认识您的邻居，要先同意才会进群。"))
                return redirect("chat:people", public_id=public_id)
    return _people_page(request, conversation, form=form)


def _people_page(
    request: MemberRequest, conversation: Conversation, *, form: Any = None, title_form: Any = None
) -> HttpResponse:
    line = line_of(request, conversation)
    is_keeper = line.part.is_keeper
    may_send = has_permission(request.user, ChatPermission.SEND)
    refused = any(one is not None and one.is_bound for one in (form, title_form))
    if is_keeper and may_send:
        form = form or PeopleForm(offered=contacts_of(request.user))
        title_form = title_form or TitleForm(initial={"title": conversation.title})
    context = {
        "line": line,
        "conversation": conversation,
        "people": listed.people_of(conversation, request.user),
        "is_keeper": is_keeper,
        "form": form,
        "title_form": title_form,
    }
    return render(request, "chat/people.html", context, status=422 if refused else 200)


@require_POST
@permit(ChatPermission.SEND, own_only=True)
def rename(request: MemberRequest, public_id: str) -> HttpResponse:
    conversation = _kept(request, public_id)
    form = TitleForm(request.POST)
    if form.is_valid():
        try:
            groups.rename(conversation, form.cleaned_data["title"], by=request.user)
        except ValidationError as fault:
            form.add_error("title", fault)
        else:
            messages.success(request, _("群名已修改。"))
            return redirect("chat:people", public_id=public_id)
    return _people_page(request, conversation, title_form=form)


@require_POST
@permit(ChatPermission.KEEP, own_only=True)
def remove(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take somebody out of a group."""
    conversation = _kept(request, public_id)
    person = member_of(request, conversation)
    if person.pk == request.user.pk:
        raise Http404
    groups.remove_person(conversation, person, by=request.user)
    messages.success(request, _("已移出。"))
    return redirect("chat:people", public_id=public_id)


@require_POST
@permit(ChatPermission.KEEP, own_only=True)
def hand_over(request: MemberRequest, public_id: str) -> HttpResponse:
    """Let somebody else keep the group."""
    conversation = _kept(request, public_id)
    person = member_of(request, conversation)
    if person.pk == request.user.pk:
        raise Http404
    groups.hand_over(conversation, person, by=request.user)
    messages.success(request, _("已转交，您现在是普通成员。"))
    return redirect("chat:people", public_id=public_id)


@require_POST
@permit(ChatPermission.KEEP, own_only=True)
def leave(request: MemberRequest, public_id: str) -> HttpResponse:
    conversation = _group(request, public_id)
    try:
        groups.leave(conversation, by=request.user)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
        return redirect("chat:people", public_id=public_id)
    messages.success(request, _("已退出群聊。"))
    return redirect("chat:conversations")


@never_cache
@require_safe
@permit(ChatPermission.SEND, own_only=True)
def mentionable(request: MemberRequest, public_id: str) -> HttpResponse:
    """Answer with those in the conversation whose name begins like `q`, for an @ that is being written."""
    conversation = conversation_of(request, public_id)
    if (refused := count_asking(request.user)) is not None:
        return refused
    return as_json(offered(request.user, request.GET.get("q", ""), among=listed.accounts_in(conversation)))


def _group(request: MemberRequest, public_id: str) -> Conversation:
    """Return a group that the reader is in, or asked into. Raises Http404."""
    conversation = conversation_of(request, public_id)
    if not conversation.is_group:
        raise Http404
    return conversation


def _kept(request: MemberRequest, public_id: str) -> Conversation:
    """Return a group that the reader keeps. Raises Http404."""
    conversation = _group(request, public_id)
    part = line_of(request, conversation).part
    if part.state != State.ACTIVE or not part.is_keeper:
        raise Http404
    return conversation
