"""The diary in a space (S3)."""

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.middleware.csp import get_nonce
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import User
from foundation.core.access.routes import open_to_all, permit
from foundation.social.domain import drafts
from foundation.social.domain.queries.comments import comment_page
from foundation.social.interfaces.forms import CommentForm
from spaces.domain import diary
from spaces.domain.queries.diary import drafts_of, entries_of, pictures_of, shown_body
from spaces.interfaces.diary_forms import DiaryForm
from spaces.models import DiaryEntry
from spaces.permissions import SpacePermission

PER_PAGE = 20
NEW = "diary:new"
# The editor writes sheets of its own into the page; they carry the page's nonce, here and nowhere else.
EDITOR_CSP: dict[str, Any] = {**settings.SECURE_CSP, "style-src": [CSP.SELF, CSP.NONCE]}
KEPT = ("title", "body", "topics", "scope")


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
        "pictures": pictures_of(found),
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
        "pictures": said["pictures"],
        "descriptions": request.POST.getlist("description"),
        "scope": form.scope_for(request.user),
        "publish": "draft" not in request.POST,
    }


def _typed(key: str, user: Any) -> dict[str, str]:
    """Return what the page's script kept of a form that was not sent (static/js/kept-form.js)."""
    try:
        found = json.loads(drafts.draft_of(key, user) or "{}")
    except ValueError:
        return {}
    return {name: str(found[name]) for name in KEPT if found.get(name)} if isinstance(found, dict) else {}


def _page(request: MemberRequest, form: DiaryForm, entry: DiaryEntry | None = None) -> HttpResponse:
    context = {
        "form": form,
        "entry": entry,
        "pictures": pictures_of(entry) if entry else [],
        "csp_nonce": get_nonce(request),
    }
    return render(request, "spaces/edit_entry.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(SpacePermission.WRITE_DIARY)
@csp_override(EDITOR_CSP)
def write(request: MemberRequest) -> HttpResponse:
    """Write an entry; `draft` keeps it for oneself."""
    form = DiaryForm(request.POST or None, request.FILES or None, initial=_typed(NEW, request.user))
    if request.method == "POST" and form.is_valid():
        try:
            made = diary.write_entry(
                by=request.user, once=form.cleaned_data["once"], **_values(form, request)
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            drafts.forget_draft(NEW, by=request.user)
            return _written(request, made)
    return _page(request, form)


def _written(request: MemberRequest, made: DiaryEntry) -> HttpResponse:
    if made.hidden_at is not None:
        messages.info(request, _("已保存，社区核对后公开，有结果会告诉您。"))
    else:
        messages.success(request, _("草稿已保存，只有您看得到。") if made.is_draft else _("已发布。"))
    return redirect(made.url)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(SpacePermission.WRITE_DIARY)
@csp_override(EDITOR_CSP)
def edit(request: MemberRequest, username: str, public_id: str) -> HttpResponse:
    """Change the own entry: its words, whom it is for, its pictures; a draft is published here."""
    found = _own(request, username, public_id)
    key = f"diary:{found.public_id}"
    initial = {
        "title": found.title,
        "body": found.body,
        "scope": found.scope.level,
        "topics": " ".join(topic.name for topic in found.topics.all()),
    }
    form = DiaryForm(request.POST or None, request.FILES or None, initial=initial | _typed(key, request.user))
    if request.method == "POST" and form.is_valid():
        without = request.POST.getlist("without")
        try:
            made = diary.edit_entry(found, by=request.user, without=without, **_values(form, request))
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            drafts.forget_draft(key, by=request.user)
            made.refresh_from_db(fields=["hidden_at"])
            return _written(request, made)
    return _page(request, form, found)


@require_POST
@permit(SpacePermission.WRITE_DIARY)
def delete(request: MemberRequest, username: str, public_id: str) -> HttpResponse:
    diary.delete_entry(_own(request, username, public_id), by=request.user)
    messages.success(request, _("日志已删除。"))
    return redirect("spaces:diary", username=request.user.username)


def _own(request: MemberRequest, username: str, public_id: str) -> DiaryEntry:
    own = DiaryEntry.objects.visible_to(request.user).filter(author=request.user, author__username=username)
    return get_object_or_404(own, public_id=public_id)
