"""What a resident does about circles: found one, come in, go, choose what to hear of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import permit
from foundation.core.pages.ways import way_back
from groups.domain import circles, hearing, inviting, joining
from groups.domain.queries.circles import members_of
from groups.domain.standing import standing_of
from groups.interfaces.forms import AskForm, CircleForm
from groups.models import Circle, CircleInvitation, CircleMember, CircleRole
from groups.permissions import GroupPermission
from groups.views.answers import in_words
from groups.views.frame import circle_for, frame, inside

PER_PAGE = 30


def say_joined(request: MemberRequest, circle: Circle) -> None:
    """Say that she is in, with the way back beside it: nobody is asked whether she is sure."""
    undo = format_html(
        '<button class="linklike" form="act" formaction="{}">{}</button>',
        reverse("circles:leave", args=[circle.slug]),
        _("撤销"),
    )
    said = _("已加入“%(name)s”。") % {"name": circle.name}
    messages.success(request, format_html("{} {}", said, undo))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(GroupPermission.FOUND)
@in_words
def found(request: MemberRequest) -> HttpResponse:
    """Found a circle; staff of its place look at it before anybody else sees it."""
    form = CircleForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = circles.found_circle(
                by=request.user,
                place=form.cleaned_data["place"],
                values=form.values,
                tags=form.cleaned_data["tags"],
                questions=form.questions,
                cover=form.cleaned_data["cover"] or None,
                once=form.cleaned_data["once"],
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("已提交。社区审核后会通知您，一般一两天。"))
            return redirect(made)
    return render(request, "groups/circle_new.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(GroupPermission.JOIN)
@in_words
def join(request: MemberRequest, slug: str) -> HttpResponse:
    """Join at once, or read the rules, answer the questions and ask."""
    circle = circle_for(request, slug)
    mine = standing_of(circle, request.user)
    if mine is not None and mine.is_inside:
        return redirect(circle)
    if not circle.is_live or circle.hidden_at is not None or circle.joining == Circle.Joining.INVITATION:
        raise Http404
    if mine is not None:
        return redirect("circles:about", circle.slug)
    # One press is enough where there is nothing to read or to answer.
    bound = request.method == "POST" and (not circle.asks_first or "sent" in request.POST)
    form = AskForm(request.POST if bound else None, circle=circle)
    if bound and form.is_valid():
        try:
            return _come_in(request, circle, form)
        except ValidationError as fault:
            form.add_error(None, fault)
    context = {**frame(request, circle, tab="about", standing=mine), "form": form}
    return render(request, "groups/join.html", context, status=422 if form.is_bound else 200)


def _come_in(request: MemberRequest, circle: Circle, form: AskForm) -> HttpResponse:
    if circle.joining == Circle.Joining.OPEN:
        joining.join(circle, by=request.user, agreed=form.agreed)
        say_joined(request, circle)
        return redirect(way_back(request, request.POST.get("next", ""), circle.get_absolute_url()))
    joining.ask(circle, by=request.user, answers=form.answers, agreed=form.agreed)
    messages.success(request, _("已申请，管理员同意后会通知您。"))
    return redirect("circles:about", circle.slug)


@require_POST
@permit(GroupPermission.JOIN)
@in_words
def leave(request: MemberRequest, slug: str) -> HttpResponse:
    """Leave, or take the request back."""
    circle = circle_for(request, slug)
    mine = standing_of(circle, request.user)
    if mine is None:
        raise Http404
    joining.leave(circle, by=request.user)
    if mine.role == CircleRole.ASKED:
        messages.success(request, _("已撤回申请。"))
    elif mine.is_inside:
        messages.success(request, _("已退出“%(name)s”。") % {"name": circle.name})
    return redirect("circles:circles" if circle.secret else circle.get_absolute_url())


@require_POST
@permit(GroupPermission.JOIN)
def hear(request: MemberRequest, slug: str) -> HttpResponse:
    """Mute the circle (`muted=1`), choose the weekly letter (`weekly=1`)."""
    circle, _mine = inside(request, slug)
    hearing.choose(
        circle,
        by=request.user,
        muted=request.POST.get("muted") == "1",
        weekly=request.POST.get("weekly") == "1",
    )
    messages.success(request, _("已保存。"))
    return redirect(circle)


@never_cache
@require_safe
@permit(GroupPermission.JOIN)
def members(request: MemberRequest, slug: str) -> HttpResponse:
    """Who belongs to the circle, for its people: `?q=&page=`."""
    circle, mine = inside(request, slug)
    words = request.GET.get("q", "").strip()[:20]
    page = Paginator(members_of(circle, request.user, words=words), PER_PAGE)
    manages = mine.manages and circle.is_live
    banned = circle.members.filter(role=CircleRole.BANNED).select_related("user") if manages else []
    invitations: Any = []
    if manages:
        invitations = CircleInvitation.objects.open().filter(circle=circle).select_related("user", "asked_by")
    context = {
        **frame(request, circle, tab="members", standing=mine),
        "page_obj": page.get_page(request.GET.get("page")),
        "words": words,
        "manages": manages,
        "owns": mine.role == CircleRole.OWNER and circle.is_live,
        "banned": banned,
        "invitations": invitations,
    }
    return render(request, "groups/members.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(GroupPermission.JOIN)
@in_words
def invitation(request: MemberRequest, public_id: str) -> HttpResponse:
    """What one was invited to, by name or by link, and coming in; 404 for others' invitations."""
    asked = inviting.find_invitation(public_id, by=request.user)
    if asked is None:
        raise Http404
    circle = asked.circle
    mine: CircleMember | None = standing_of(circle, request.user)
    if mine is not None and mine.is_inside:
        return redirect(circle)
    form = AskForm(request.POST if request.method == "POST" else None, circle=circle, invited=True)
    if request.method == "POST" and form.is_valid():
        try:
            inviting.accept(asked, by=request.user, agreed=form.agreed)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            say_joined(request, circle)
            return redirect(circle)
    context = {"asked": asked, "circle": circle, "form": form, "over": not (asked.is_open and circle.is_live)}
    return render(
        request, "groups/invitation.html", context, status=422 if form.is_bound and form.errors else 200
    )


@require_POST
@permit(GroupPermission.JOIN)
def decline(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say no to an invitation of one's own."""
    asked = inviting.find_invitation(public_id, by=request.user)
    if asked is None or asked.user_id != request.user.pk:
        raise Http404
    inviting.decline(asked, by=request.user)
    messages.success(request, _("已谢绝，对方不会收到通知。"))
    return redirect("circles:circles")
