"""The guestbook in a space (S5)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import User
from foundation.core.access.routes import permit
from foundation.social.views.ways import back
from spaces.domain import guestbook
from spaces.interfaces.diary_forms import AnswerForm, GuestbookRuleForm, MessageForm
from spaces.models import GuestbookEntry
from spaces.permissions import SpacePermission

PER_PAGE = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(SpacePermission.READ_GUESTBOOK)
def book(request: MemberRequest, username: str) -> HttpResponse:
    """Somebody's guestbook, the newest first, with the form where one may write."""
    owner = get_object_or_404(
        User.objects.visible_to(request.user).select_related("avatar"), username=username
    )
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = guestbook.leave_message(
                owner, by=request.user, text=form.cleaned_data["text"], once=form.cleaned_data["once"]
            )
        except ValidationError as fault:
            form.add_error("text", fault)
        else:
            if made.hidden_at is not None:
                messages.info(request, _("已保存，社区核对后公开，有结果会告诉您。"))
            elif not made.shown:
                messages.success(request, _("已留言，主人看过后才公开。"))
            return redirect(made.url)
    visible = GuestbookEntry.objects.visible_to(request.user).filter(owner=owner)
    page = Paginator(visible.select_related("author__avatar", "owner").order_by("-pk"), PER_PAGE)
    own = owner.pk == request.user.pk
    context = {
        "owner": owner,
        "own": own,
        "page_obj": page.get_page(request.GET.get("page")),
        "form": form if guestbook.may_write(owner, request.user) else None,
        "rule_form": GuestbookRuleForm(instance=guestbook.rule_of(owner)) if own else None,
        "answer_form": AnswerForm() if own else None,
    }
    return render(request, "spaces/guestbook.html", context, status=422 if form.is_bound else 200)


def _entry(request: MemberRequest, public_id: str) -> GuestbookEntry:
    visible = GuestbookEntry.objects.visible_to(request.user).select_related("owner", "author")
    return get_object_or_404(visible, public_id=public_id)


@require_POST
@permit(SpacePermission.WRITE_IN_GUESTBOOK)
def answer(request: MemberRequest, public_id: str) -> HttpResponse:
    entry, form = _own_entry(request, public_id), AnswerForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([said for some in form.errors.values() for said in some])
        guestbook.answer(entry, form.cleaned_data["text"], by=request.user)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    return redirect(entry.url)


@require_POST
@permit(SpacePermission.WRITE_IN_GUESTBOOK)
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    """Show a message to others (`shown=1`), or take it from their eyes."""
    entry = _own_entry(request, public_id)
    guestbook.show(entry, shown=request.POST.get("shown") == "1", by=request.user)
    return redirect(entry.url)


@require_POST
@permit(SpacePermission.READ_GUESTBOOK)
def delete(request: MemberRequest, public_id: str) -> HttpResponse:
    entry = _entry(request, public_id)
    if request.user.pk not in (entry.owner_id, entry.author_id):
        raise Http404
    guestbook.delete_message(entry, by=request.user)
    messages.success(request, _("留言已删除。"))
    return back(request, entry.owner.space_url)


@require_POST
@permit(SpacePermission.WRITE_IN_GUESTBOOK)
def decide_rule(request: MemberRequest) -> HttpResponse:
    """Say who may write into the own guestbook."""
    form = GuestbookRuleForm(request.POST)
    if form.is_valid():
        guestbook.decide_rule(**form.cleaned_data, by=request.user)
        messages.success(request, _("已保存。"))
    return redirect("spaces:guestbook", username=request.user.username)


def _own_entry(request: MemberRequest, public_id: str) -> GuestbookEntry:
    entry = _entry(request, public_id)
    if entry.owner_id != request.user.pk:
        raise Http404
    return entry
