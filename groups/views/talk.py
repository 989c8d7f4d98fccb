"""What the people of a circle write for each other: posts, pins, files (G4)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access import scopes
from foundation.core.access.permissions import has_permission
from foundation.core.access.routes import permit
from foundation.social.domain import drafts, posts
from foundation.social.domain.queries.comments import comment_page
from foundation.social.domain.queries.posts import as_read_by, load_content, posts_for
from foundation.social.interfaces.forms import CommentForm, ShareForm
from foundation.social.models import Post, PostRevision
from foundation.social.permissions import SocialPermission
from groups.domain import filing, pinning
from groups.domain.queries.circles import posts_in
from groups.interfaces.forms import CirclePostForm, EditCirclePostForm, FileForm
from groups.models import Circle, CirclePin
from groups.permissions import GroupPermission
from groups.views.answers import in_words
from groups.views.frame import frame, inside, managing

PER_PAGE = 30


def _key(circle: Circle) -> str:
    return f"circle:{circle.public_id}"


@never_cache
@require_POST
@permit(SocialPermission.POST_STATUS)
def write(request: MemberRequest, slug: str) -> HttpResponse:
    """Write a post for the circle's people."""
    circle, mine = inside(request, slug)
    form = CirclePostForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            made = posts.post_status(
                by=request.user,
                text=form.cleaned_data["text"],
                scope=circle.scope,
                pictures=form.cleaned_data["pictures"],
                descriptions=request.POST.getlist("description"),
                poll=form.poll,
                once=form.cleaned_data["once"],
            )
        except ValidationError as fault:
            form.add_error("text", fault)
        else:
            drafts.forget_draft(_key(circle), by=request.user)
            if made.hidden_at is None:
                messages.success(request, _("已发布。"))
            else:
                messages.info(request, _("已保存，社区核对后公开，有结果会告诉您。"))
            return redirect(circle)
    drafts.keep_draft(_key(circle), request.POST.get("text", "")[: drafts.MAX_TEXT], by=request.user)
    context = {
        **frame(request, circle, tab="circle", standing=mine),
        "form": form,
        "draft_key": _key(circle),
        "scope_label": scopes.label(circle.scope),
    }
    return render(request, "groups/write.html", context, status=422)


def _post(request: MemberRequest, circle: Circle, public_id: str) -> Post:
    visible = as_read_by(posts_in(circle, request.user), request.user)
    found: Post = get_object_or_404(visible, public_id=public_id)
    return found


@never_cache
@require_safe
@permit(GroupPermission.JOIN)
def post(request: MemberRequest, slug: str, public_id: str) -> HttpResponse:
    """One post with its comments; who keeps order can pin it."""
    circle, mine = inside(request, slug)
    manages = mine.manages and circle.is_live
    (shown,) = posts_for(request.user, [_post(request, circle, public_id)], manages=manages)
    key = f"comment:post:{public_id}"
    context = {
        **frame(request, circle, tab="circle", standing=mine),
        "post": shown,
        "comments": comment_page(shown, request.user, number=request.GET.get("page"), owner=shown.author_id),
        "comment_form": CommentForm.below(request, key),
        "draft_key": key,
        "share_form": ShareForm(auto_id="share_%s"),
        "manages": manages,
        "pin": CirclePin.objects.filter(circle=circle, post=shown).first() if manages else None,
    }
    return render(request, "groups/post.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(SocialPermission.POST_STATUS)
def edit_post(request: MemberRequest, slug: str, public_id: str) -> HttpResponse:
    """Change the own post; its history stays, and it stays in the circle."""
    circle, mine = inside(request, slug)
    found = _post(request, circle, public_id)
    if found.author_id != request.user.pk or not circle.is_live:
        raise Http404
    form = EditCirclePostForm(request.POST or None, initial={"text": found.text})
    if request.method == "POST" and form.is_valid():
        try:
            posts.edit_post(found, by=request.user, text=form.cleaned_data["text"], scope=found.scope)
        except ValidationError as fault:
            form.add_error("text", fault)
        else:
            messages.success(request, _("已修改，原来的文字留在修改记录里。"))
            return redirect(found.url)
    context = {**frame(request, circle, tab="circle", standing=mine), "form": form, "post": found}
    return render(request, "groups/edit_post.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
@permit(GroupPermission.JOIN)
def history(request: MemberRequest, slug: str, public_id: str) -> HttpResponse:
    """What a post said before it was edited."""
    circle, mine = inside(request, slug)
    (shown,) = posts_for(request.user, [_post(request, circle, public_id)])
    load_content(shown)
    context = {
        **frame(request, circle, tab="circle", standing=mine),
        "post": shown,
        "revisions": PostRevision.objects.visible_to(request.user).filter(post=shown),
    }
    return render(request, "groups/history.html", context)


@require_POST
@permit(GroupPermission.JOIN)
@in_words
def pin(request: MemberRequest, slug: str, public_id: str) -> HttpResponse:
    """Let a post stand first (`pinned=1`), tell everybody of it (`announce=1`), or let it stand among the others."""
    circle, _mine = managing(request, slug)
    found = _post(request, circle, public_id)
    if request.POST.get("pinned") == "0":
        pinning.unpin(circle, found, by=request.user)
        messages.success(request, _("已取消置顶。"))
    else:
        announce = request.POST.get("announce") == "1"
        pinning.pin(circle, found, announce=announce, by=request.user)
        messages.success(request, _("已置顶，并通知了成员。") if announce else _("已置顶。"))
    return redirect(found.url)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(GroupPermission.JOIN)
@in_words
def files(request: MemberRequest, slug: str) -> HttpResponse:
    """The circle's files, and laying one there."""
    circle, mine = inside(request, slug)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            filing.add_file(
                circle,
                form.cleaned_data["file"],
                name=form.cleaned_data["name"],
                once=form.cleaned_data["once"],
                by=request.user,
            )
        except ValidationError as fault:
            form.add_error("file", fault)
        else:
            messages.success(request, _("已上传。"))
            return redirect("circles:files", circle.slug)
    rows = circle.files.select_related("file", "by")
    context: dict[str, Any] = {
        **frame(request, circle, tab="files", standing=mine),
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "form": form
        if circle.is_live and has_permission(request.user, SocialPermission.POST_STATUS)
        else None,
        "manages": mine.manages and circle.is_live,
    }
    return render(request, "groups/files.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(GroupPermission.JOIN)
@in_words
def remove_file(request: MemberRequest, slug: str, public_id: str) -> HttpResponse:
    """Take a file away."""
    circle, mine = inside(request, slug)
    row = get_object_or_404(circle.files.all(), public_id=public_id)
    if row.by_id != request.user.pk and not mine.manages:
        raise Http404
    filing.remove_file(row, by=request.user)
    messages.success(request, _("已删除。"))
    return redirect("circles:files", circle.slug)
