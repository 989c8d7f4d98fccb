"""What a resident does in her own space, and her feed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.domain.profile import FIELDS, change_profile
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import Profile
from foundation.accounts.permissions import AccountPermission
from foundation.core.access import scopes
from foundation.core.access.permissions import has_permission, require
from foundation.core.access.routes import permit
from foundation.social.domain import drafts, posts
from foundation.social.domain.queries.feed import NEWEST, feed_page
from foundation.social.domain.queries.posts import as_read_by, load_content, posts_for
from foundation.social.interfaces.forms import EditPostForm, PostForm
from foundation.social.models import Post
from foundation.social.permissions import SocialPermission
from foundation.social.views.ways import back
from spaces.domain import first_steps
from spaces.domain.queries.first_steps import first_steps_of
from spaces.interfaces.forms import ProfileForm
from spaces.permissions import SpacePermission

NEW = "status:new"


@never_cache
@require_safe
@permit(SocialPermission.READ_FEED)
def feed(request: MemberRequest) -> HttpResponse:
    """What those whom the reader follows did; `?before=` goes on from where the last page ended."""
    before = request.GET.get("before", "")
    key = min(int(before), NEWEST) if before.isdecimal() and len(before) < 20 else None
    page = feed_page(request.user, before=key)
    context: dict[str, Any] = {"page": page}
    if request.htmx:
        return render(request, "spaces/feed_items.html", context)
    if not page.items:
        context["steps"] = first_steps_of(request.user)
    if has_permission(request.user, SocialPermission.POST_STATUS):
        context["form"] = PostForm(initial={"text": drafts.draft_of(NEW, request.user)})
    return render(request, "spaces/feed.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(SocialPermission.KEEP_DRAFT)
def post_status(request: MemberRequest) -> HttpResponse:
    """Write a status. Who is not verified yet keeps the text as a draft and is told the way."""
    if request.method != "POST":
        form = PostForm(initial={"text": drafts.draft_of(NEW, request.user)})
        return render(request, "spaces/post_status.html", {"form": form})
    if not has_permission(request.user, SocialPermission.POST_STATUS):
        drafts.keep_draft(NEW, request.POST.get("text", "")[: drafts.MAX_TEXT], by=request.user)
    require(request.user, SocialPermission.POST_STATUS)
    form = PostForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            post = posts.post_status(
                by=request.user,
                text=form.cleaned_data["text"],
                scope=form.scope_for(request.user),
                pictures=form.cleaned_data["pictures"],
                descriptions=request.POST.getlist("description"),
                poll=form.poll,
                once=form.cleaned_data["once"],
            )
        except ValidationError as fault:
            form.add_error("text", fault)
        else:
            drafts.forget_draft(NEW, by=request.user)
            if post.hidden_at is None:
                messages.success(request, _("已发布。"))
            else:
                messages.info(request, _("已保存，社区核对后公开，有结果会告诉您。"))
            return redirect(post.url)
    drafts.keep_draft(NEW, request.POST.get("text", "")[: drafts.MAX_TEXT], by=request.user)
    return render(request, "spaces/post_status.html", {"form": form}, status=422)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(SocialPermission.POST_STATUS)
def edit_status(request: MemberRequest, username: str, public_id: str) -> HttpResponse:
    """Change the own status; its history stays."""
    visible = as_read_by(Post.objects.visible_to(request.user), request.user)
    own = visible.filter(author=request.user, author__username=username)
    post = get_object_or_404(own, public_id=public_id)
    if scopes.is_place(post.scope):
        return redirect(f"{post.url}edit/")
    form = EditPostForm(request.POST or None, initial={"text": post.text, "scope": post.scope.level})
    if request.method == "POST" and form.is_valid():
        try:
            posts.edit_post(
                post, by=request.user, text=form.cleaned_data["text"], scope=form.scope_for(request.user)
            )
        except ValidationError as fault:
            form.add_error("text", fault)
        else:
            messages.success(request, _("已修改，原来的文字留在修改记录里。"))
            return redirect(post.url)
    (post,) = posts_for(request.user, [post])
    load_content(post)
    context = {"form": form, "post": post}
    return render(request, "spaces/edit_status.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(SpacePermission.ARRANGE_SPACE)
def dismiss_steps(request: MemberRequest) -> HttpResponse:
    """Put the card of one's first steps away."""
    first_steps.dismiss(by=request.user)
    return back(request, request.user.space_url)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(AccountPermission.EDIT_PROFILE)
def edit_profile(request: MemberRequest) -> HttpResponse:
    """The own profile, each field with who may see it (S1)."""
    profile = Profile.objects.filter(user=request.user).first() or Profile(user=request.user)
    form = ProfileForm(request.POST or None, request.FILES or None, instance=profile, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            change_profile(
                request.user,
                by=request.user,
                display_name=form.cleaned_data["display_name"],
                values={field: form.cleaned_data[field] for field in FIELDS},
                levels=form.levels(),
                avatar=form.cleaned_data["avatar"] or None,
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("资料已保存。"))
            return redirect(request.user.space_url)
    return render(request, "spaces/edit_profile.html", {"form": form}, status=422 if form.is_bound else 200)
