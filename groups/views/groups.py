"""Interest groups: the list, one group, and what its owner and its people do with it (G1, G2)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.permissions import has_permission
from foundation.core.access.routes import open_to_all, permit
from groups.domain import group_members
from groups.domain import groups as acts
from groups.domain.queries.groups import as_read_by, found_by, members_of
from groups.interfaces.forms import GroupForm
from groups.models import Group, GroupMember
from groups.permissions import GroupPermission
from groups.views.answers import in_words

PER_PAGE, MOST_SHOWN = 20, 60


@never_cache
@require_safe
@open_to_all("each reader finds only the groups that are shown to her")
def groups(request: HttpRequest) -> HttpResponse:
    """The groups that the reader may see: `?q=&mine=1&page=`."""
    words = request.GET.get("q", "").strip()[:40]
    mine = request.GET.get("mine") == "1" and request.user.is_authenticated
    rows = found_by(request.user, words=words, mine=mine)
    context = {
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "mine": mine,
        "may_found": has_permission(request.user, GroupPermission.FOUND),
    }
    return render(request, "groups/groups.html", context)


def _visible(request: HttpRequest, slug: str) -> Any:
    return get_object_or_404(as_read_by(Group.objects.visible_to(request.user), request.user), slug=slug)


def _own(request: MemberRequest, slug: str) -> Any:
    found = _visible(request, slug)
    if found.owner_id != request.user.pk:
        raise Http404
    return found


@never_cache
@require_safe
@open_to_all("the group decides by its own visibility")
def group(request: HttpRequest, slug: str) -> HttpResponse:
    """A group: what it is, whom to ask, who is in it."""
    found = _visible(request, slug)
    owns = request.user.is_authenticated and found.owner_id == request.user.pk
    context = {
        "group": found,
        "owns": owns,
        "verified": getattr(request.user, "is_verified", False),
        "members": members_of(found, request.user)[:MOST_SHOWN] if request.user.is_authenticated else [],
        "asked": members_of(found, request.user, roles=[GroupMember.Role.ASKED])[:MOST_SHOWN] if owns else [],
    }
    return render(request, "groups/group.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(GroupPermission.FOUND)
@in_words
def found(request: MemberRequest) -> HttpResponse:
    """Begin a group."""
    form = GroupForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.found_group(
                by=request.user,
                place=form.cleaned_data["place"],
                values=form.values,
                cover=form.cleaned_data["cover"] or None,
                once=form.cleaned_data["once"],
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("群组已建好。想让所有人看到，可以申请上首页。"))
            return redirect(made)
    return render(request, "groups/group_form.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(GroupPermission.FOUND)
@in_words
def edit(request: MemberRequest, slug: str) -> HttpResponse:
    """Change what a group says and to whom; its owner's alone."""
    one = _own(request, slug)
    form = GroupForm(request.POST or None, request.FILES or None, instance=one, user=request.user)
    if request.method == "POST" and form.is_valid():
        was = one.portal
        try:
            changed = acts.edit_group(
                one, by=request.user, values=form.values, cover=form.cleaned_data["cover"] or None
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            if was == Group.Portal.SHOWN and changed.portal != was:
                messages.info(request, _("已保存。群组暂时从首页撤下，社区重新审核后再显示。"))
            else:
                messages.success(request, _("已保存。"))
            return redirect(changed)
    context = {"form": form, "group": one}
    return render(request, "groups/group_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(GroupPermission.JOIN)
@in_words
def join(request: MemberRequest, slug: str) -> HttpResponse:
    """Join, or ask the contact person."""
    one = _visible(request, slug)
    member = group_members.join_group(one, by=request.user)
    if member.role == GroupMember.Role.MEMBER:
        messages.success(request, _("已加入“%(name)s”。") % {"name": one.name})
    else:
        messages.success(request, _("已申请，联系人同意后会通知您。"))
    return redirect(one)


@require_POST
@permit(GroupPermission.JOIN)
@in_words
def leave(request: MemberRequest, slug: str) -> HttpResponse:
    """Leave, or take the request back."""
    one = _visible(request, slug)
    group_members.leave_group(one, by=request.user)
    messages.success(request, _("已退出“%(name)s”。") % {"name": one.name})
    return redirect(one)


@require_POST
@permit(GroupPermission.JOIN)
@in_words
def portal(request: MemberRequest, slug: str) -> HttpResponse:
    """Ask staff to let everybody see it on the portal (`shown=1`), or take it off (`shown=0`)."""
    one = _own(request, slug)
    if request.POST.get("shown") == "1":
        acts.ask_for_portal(one, by=request.user)
        messages.success(request, _("已申请，社区审核后会通知您。"))
    else:
        acts.take_off_portal(one, by=request.user)
        messages.success(request, _("已从首页撤下。"))
    return redirect(one)


@require_POST
@permit(GroupPermission.JOIN)
def close(request: MemberRequest, slug: str) -> HttpResponse:
    """End the group: from now on only its owner sees it."""
    one = _own(request, slug)
    acts.close_group(one, by=request.user)
    messages.success(request, _("群组已关闭，只有您自己还看得到。"))
    return redirect(one)


@require_POST
@permit(GroupPermission.JOIN)
@in_words
def keep(request: MemberRequest, slug: str, username: str, word: str) -> HttpResponse:
    """Let somebody in (`let-in`), or not (`refuse`), or remove her (`remove`)."""
    one = _own(request, slug)
    member = get_object_or_404(one.members.select_related("user", "group__place"), user__username=username)
    if word in ("let-in", "refuse"):
        group_members.decide_group_request(member, approved=word == "let-in", by=request.user)
    elif word == "remove":
        group_members.remove_from_group(one, member.user, by=request.user)
    else:
        raise Http404
    messages.success(request, _("已处理。"))
    return redirect(one)
