"""The diary in a space (S3)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import User
from foundation.core.access.routes import open_to_all, permit
from foundation.social.domain.queries.comments import comment_page
from foundation.social.interfaces.forms import CommentForm
from spaces.domain import diary
from spaces.domain.queries.diary import drafts_of, entries_of, shown_body
from spaces.interfaces.diary_forms import DiaryForm
from spaces.models import DiaryEntry
from spaces.permissions import SpacePermission

PER_PAGE = 20


@open_to_all("lists only the entries that the reader may see")
@require_safe
def entry_list(request: HttpRequest, username: str) -> HttpResponse:
    """Somebody's diary, the newest first; her drafts above for herself."""
    people = User.objects.visible_to(request.user).select_related("avatar")
    owner = get_object_or_404(people, username=username)
    own = owner.pk == request.user.pk
    found = entries_of(owner, request.user).filter(published_at__isnull=False)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    drafts = drafts_of(request.user) if own else DiaryEntry.objects.none()
    context = {"owner": owner, "own": own, "page_obj": page, "drafts": drafts}
    return render(request, "spaces/diary.html", context)


@open_to_all("the entry decides by its own scope")
@require_safe
def entry(request: HttpRequest, username: str, public_id: str) -> HttpResponse:
    """One entry with its comments."""
    visible = DiaryEntry.objects.visible_to(request.user).select_related("author__avatar")
    found = get_object_or_404(visible, public_id=public_id, author__username=username)
    key = f"comment:diary_entry:{public_id}"
    context = {
        "entry": found,
        "owner": found.author,
        "own": found.author_id == request.user.pk,
        "body": shown_body(found),
        "topics": found.topics.all(),
        "comments": comment_page(found, request.user, number=request.GET.get("page"), owner=found.author_id),
        "form": CommentForm.below(request, key),
        "draft_key": key,
    }
    return render(request, "spaces/entry.html", context)


def _values(form: DiaryForm, request: MemberRequest) -> dict[str, Any]:
    said = form.cleaned_data
    return {
        "title": said["title"],
        "body": said["body"],
        "topics": said["topics"],
        "scope": form.scope_for(request.user),
        "publish": "draft" not in request.POST,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(SpacePermission.WRITE_DIARY)
def write(request: MemberRequest) -> HttpResponse:
    """Write an entry; `draft` keeps it for oneself."""
    form = DiaryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = diary.write_entry(
                by=request.user, once=form.cleaned_data["once"], **_values(form, request)
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("草稿已保存，只有您看得到。") if made.is_draft else _("已发布。"))
            return redirect(made.url)
    return render(request, "spaces/edit_entry.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(SpacePermission.WRITE_DIARY)
def edit(request: MemberRequest, username: str, public_id: str) -> HttpResponse:
    found = _own(request, username, public_id)
    initial = {
        "title": found.title,
        "body": found.body,
        "scope": found.scope.level,
        "topics": " ".join(topic.name for topic in found.topics.all()),
    }
    form = DiaryForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            diary.edit_entry(found, by=request.user, **_values(form, request))
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("已保存。"))
            return redirect(found.url)
    context = {"form": form, "entry": found}
    return render(request, "spaces/edit_entry.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(SpacePermission.WRITE_DIARY)
def delete(request: MemberRequest, username: str, public_id: str) -> HttpResponse:
    diary.delete_entry(_own(request, username, public_id), by=request.user)
    messages.success(request, _("日志已删除。"))
    return redirect("spaces:diary", username=request.user.username)


def _own(request: MemberRequest, username: str, public_id: str) -> DiaryEntry:
    own = DiaryEntry.objects.visible_to(request.user).filter(author=request.user, author__username=username)
    return get_object_or_404(own, public_id=public_id)
