"""What residents do to each other's content; each answers a plain form and an htmx request alike."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core import kinds
from foundation.core.access import scopes
from foundation.core.access.routes import permit
from foundation.core.facets import CommentsFacet
from foundation.social.domain import comments, drafts, polls, posts, reactions
from foundation.social.domain.queries.posts import as_read_by
from foundation.social.enums import ReactionKind
from foundation.social.interfaces.forms import CommentForm, ShareForm
from foundation.social.models import Comment, Post
from foundation.social.permissions import SocialPermission
from foundation.social.views.ways import back


@require_POST
@permit(SocialPermission.REACT)
def react(request: MemberRequest, public_id: str) -> HttpResponse:
    """React (`kind`, a like without it) or take the reaction back (`liked=0`)."""
    post = kinds.find_public("post", public_id, request.user)
    liked = request.POST.get("liked") != "0"
    kind = request.POST.get("kind", ReactionKind.LIKE.value)
    if kind not in ReactionKind.values:
        raise Http404
    reactions.react(post, by=request.user, liked=liked, kind=ReactionKind(kind))
    if request.htmx:
        post = as_read_by(Post.objects.filter(pk=post.pk), request.user).get()
        context = {"post": post, "signed_in": True, "after": True}
        return render(request, "components/reaction_button.html", context)
    return back(request, post.url, anchor=f"p-{public_id}")


@require_POST
@permit(SocialPermission.REACT)
def vote(request: MemberRequest, public_id: str) -> HttpResponse:
    """Choose in a post's poll: the choices stand under a name of its own, since all cards of a page share one form."""
    post = kinds.find_public("post", public_id, request.user)
    if not post.has_poll:
        raise Http404
    given = [word for word in request.POST.getlist(f"choice-{public_id}") if word.isdecimal()]
    try:
        polls.vote(post, [int(word) for word in given if len(word) < 3], by=request.user)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    else:
        messages.success(request, _("已投票，截止前可以改。") if given else _("已收回您的票。"))
    return back(request, post.url, anchor=f"p-{public_id}")


@require_POST
@permit(SocialPermission.POST_STATUS)
def share(request: MemberRequest, public_id: str) -> HttpResponse:
    """Share a post into the own space, with a word of one's own."""
    post = kinds.find_public("post", public_id, request.user)
    form = ShareForm(request.POST)
    if form.is_valid():
        try:
            posts.post_status(
                by=request.user,
                text=form.cleaned_data["text"],
                scope=posts.Scope("residents"),
                share_of=post,
                once=form.cleaned_data["once"],
            )
        except ValidationError as fault:
            if any(error.code == "gone" for error in fault.error_list):
                # The page for what is gone gives back what was typed.
                raise Http404 from fault
            form.add_error("text", fault)
        else:
            messages.success(request, _("已转发到您的空间。"))
            return back(request, post.url)
    return render(request, "social/share_form.html", {"form": form, "post": post}, status=422)


@require_POST
@permit(SocialPermission.POST_STATUS)
def delete_post(request: MemberRequest, public_id: str) -> HttpResponse:
    post = kinds.find_public("post", public_id, request.user)
    if post.author_id != request.user.pk and not scopes.may_manage(request.user, post.scope):
        raise Http404
    posts.delete_post(post, by=request.user)
    messages.success(request, _("已删除。"))
    return redirect(scopes.url(post.scope) or request.user.space_url)


@require_POST
@permit(SocialPermission.COMMENT)
def comment(request: MemberRequest, kind: str, public_id: str) -> HttpResponse:
    """Write a comment under an object of any kind that takes comments."""
    target = kinds.find_public(kind, public_id, request.user)
    if not isinstance(kinds.of(target).comments, CommentsFacet):
        raise Http404
    url = kinds.of(target).url(target)
    form = CommentForm(request.POST)
    key = f"comment:{kind}:{public_id}"
    if form.is_valid():
        try:
            made = comments.comment(
                by=request.user,
                target=target,
                text=form.cleaned_data["text"],
                reply_to=comments.answered(form.cleaned_data["reply_to"], request.user),
                once=form.cleaned_data["once"],
            )
        except ValidationError as fault:
            form.add_error("text", fault)
        else:
            drafts.forget_draft(key, by=request.user)
            if made.waiting:
                messages.success(request, _("已收到，编辑看过后会公开。"))
            return redirect(made.url)
    drafts.keep_draft(key, request.POST.get("text", "")[: drafts.MAX_TEXT], by=request.user)
    context = {"form": form, "target": target, "title": kinds.of(target).title(target), "url": url}
    return render(request, "social/comment_form.html", context | {"kind": kind}, status=422)


@require_POST
@permit(SocialPermission.COMMENT)
def delete_comment(request: MemberRequest, public_id: str) -> HttpResponse:
    found: Comment = kinds.find_public("comment", public_id, request.user)
    if not comments.may_delete(found, request.user):
        raise Http404
    target = found.target
    comments.delete_comment(found, by=request.user)
    messages.success(request, _("评论已删除。"))
    return redirect(kinds.of(target).url(target))


@require_POST
@permit(SocialPermission.KEEP_DRAFT)
def draft(request: MemberRequest) -> HttpResponse:
    """Keep what is being typed."""
    try:
        drafts.keep_draft(request.POST.get("key", ""), request.POST.get("text", ""), by=request.user)
    except ValidationError:
        return JsonResponse({"kept": False}, status=422)
    return JsonResponse({"kept": True})
