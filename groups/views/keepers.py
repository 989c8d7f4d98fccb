"""What the owner and the moderators of a circle do for it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import User
from foundation.core.access.routes import permit
from groups.domain import circles, inviting, joining, keeping
from groups.domain.posters import code_of
from groups.domain.queries.circles import reported_in
from groups.interfaces.forms import CircleForm, ReasonForm
from groups.models import Circle, CircleInvitation, CircleRole
from groups.permissions import GroupPermission
from groups.views.answers import in_words
from groups.views.frame import frame, managing, owning


@never_cache
@require_safe
@permit(GroupPermission.JOIN)
def waiting(request: MemberRequest, slug: str) -> HttpResponse:
    """Who asked to come in, and what was reported here."""
    circle, mine = managing(request, slug)
    asked = circle.members.filter(role=CircleRole.ASKED, user__in=User.objects.visible_to(request.user))
    context = {
        **frame(request, circle, tab="waiting", standing=mine),
        "asked": asked.select_related("user__avatar").order_by("since", "pk")[:100],
        "reported": reported_in(circle, request.user),
    }
    return render(request, "groups/waiting.html", context)


@require_POST
@permit(GroupPermission.JOIN)
@in_words
def decide(request: MemberRequest, slug: str, username: str) -> HttpResponse:
    """Let somebody in who asked (`decision=yes`), or not, with a word if there is one."""
    circle, _mine = managing(request, slug)
    asked = get_object_or_404(
        circle.members.select_related("user"), role=CircleRole.ASKED, user__username=username
    )
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    approved = request.POST.get("decision") == "yes"
    joining.decide_request(asked, approved=approved, reason=reason, by=request.user)
    name = asked.user.display_name
    said = _("%(name)s 已加入。") if approved else _("没有同意 %(name)s 加入，已告诉她。")
    messages.success(request, said % {"name": name})
    return redirect("circles:waiting", circle.slug)


type Act = Callable[[Circle, User, Any], None]
ACTS: dict[str, tuple[Act, Any]] = {
    "promote": (
        lambda circle, user, by: keeping.set_moderator(circle, user, moderator=True, by=by),
        gettext_lazy("%(name)s 现在是管理员了。"),
    ),
    "demote": (
        lambda circle, user, by: keeping.set_moderator(circle, user, moderator=False, by=by),
        gettext_lazy("%(name)s 不再是管理员。"),
    ),
    "hand-over": (
        lambda circle, user, by: keeping.hand_over(circle, user, by=by),
        gettext_lazy("圈子已经交给 %(name)s，您现在是管理员。"),
    ),
    "remove": (
        lambda circle, user, by: keeping.remove_member(circle, user, by=by),
        gettext_lazy("已把 %(name)s 移出圈子。"),
    ),
    "ban": (
        lambda circle, user, by: keeping.ban(circle, user, by=by),
        gettext_lazy("%(name)s 已被禁止加入。"),
    ),
    "lift-ban": (
        lambda circle, user, by: keeping.lift_ban(circle, user, by=by),
        gettext_lazy("%(name)s 可以再加入了。"),
    ),
}


@require_POST
@permit(GroupPermission.JOIN)
@in_words
def keep(request: MemberRequest, slug: str, username: str, word: str) -> HttpResponse:
    """Promote, demote, hand over, remove, ban, lift a ban."""
    circle, _mine = managing(request, slug)
    if word not in ACTS:
        raise Http404
    standing = get_object_or_404(circle.members.select_related("user"), user__username=username)
    act, said = ACTS[word]
    act(circle, standing.user, request.user)
    messages.success(request, str(said) % {"name": standing.user.display_name})
    return redirect("circles:members", circle.slug)


@require_POST
@permit(GroupPermission.JOIN)
@in_words
def invite(request: MemberRequest, slug: str) -> HttpResponse:
    """Invite one person by the name in her address or her nickname."""
    circle, _mine = managing(request, slug)
    wanted = request.POST.get("name", "").strip().removeprefix("@")[:30]
    people = User.objects.visible_to(request.user).exclude(pk=request.user.pk)
    named = list(people.filter(username=wanted.lower())[:1]) or list(people.filter(display_name=wanted)[:2])
    if len(named) != 1:
        raise ValidationError(
            _("没有找到这位邻居，请写她空间网址里的名字。")
            if not named
            else _("有几位邻居都叫这个名字，请写她空间网址里的名字。")
        )
    inviting.invite(circle, named[0], by=request.user)
    messages.success(request, _("已邀请 %(name)s。") % {"name": named[0].display_name})
    return redirect("circles:members", circle.slug)


@require_POST
@permit(GroupPermission.JOIN)
@in_words
def make_link(request: MemberRequest, slug: str) -> HttpResponse:
    """Make a link for two weeks, and show its poster."""
    circle, _mine = managing(request, slug)
    made = inviting.make_link(circle, by=request.user)
    return redirect("circles:poster", made.public_id)


def _link(request: MemberRequest, public_id: str) -> CircleInvitation:
    visible = CircleInvitation.objects.visible_to(request.user).select_related("circle__place")
    found: CircleInvitation = get_object_or_404(visible, public_id=public_id)
    managing(request, found.circle.slug)
    return found


@require_POST
@permit(GroupPermission.JOIN)
@in_words
def withdraw_invitation(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take a link or an invitation back: whoever has it comes in no more."""
    found = _link(request, public_id)
    inviting.withdraw_invitation(found, by=request.user)
    messages.success(request, _("已撤回。"))
    return redirect("circles:members", found.circle.slug)


@never_cache
@require_safe
@permit(GroupPermission.JOIN)
def poster(request: MemberRequest, public_id: str) -> HttpResponse:
    """One sheet of A4 with the code of a link, to hang up."""
    found = _link(request, public_id)
    if found.user_id is not None or not found.is_open:
        raise Http404
    address = request.build_absolute_uri(found.get_absolute_url())
    context = {"link": found, "circle": found.circle, "address": address, "code": code_of(address)}
    return render(request, "groups/poster.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(GroupPermission.JOIN)
@in_words
def edit(request: MemberRequest, slug: str) -> HttpResponse:
    """What the circle says of itself, and dissolving it; its owner's alone."""
    circle = owning(request, slug)
    if circle.state == Circle.State.ARCHIVED:
        raise Http404
    form = CircleForm(request.POST or None, request.FILES or None, instance=circle, user=request.user)
    if request.method == "POST" and form.is_valid():
        values = form.values
        try:
            circles.edit_circle(
                circle,
                by=request.user,
                values=values,
                tags=form.cleaned_data["tags"],
                questions=form.questions,
                cover=form.cleaned_data["cover"] or None,
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("已保存。"))
            return redirect(circle)
    context = {**frame(request, circle, tab="edit"), "form": form}
    return render(request, "groups/circle_edit.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(GroupPermission.FOUND)
@in_words
def resubmit(request: MemberRequest, slug: str) -> HttpResponse:
    """Lay a refused circle before the office again."""
    circle = owning(request, slug)
    circles.resubmit(circle, by=request.user)
    messages.success(request, _("已重新提交，社区审核后会通知您。"))
    return redirect(circle)


@require_POST
@permit(GroupPermission.JOIN)
@in_words
def withdraw(request: MemberRequest, slug: str) -> HttpResponse:
    """Take back what was not approved."""
    circle = owning(request, slug)
    circles.withdraw_circle(circle, by=request.user)
    messages.success(request, _("已撤回，没有留下任何内容。"))
    return redirect("circles:circles")


@require_POST
@permit(GroupPermission.JOIN)
@in_words
def archive(request: MemberRequest, slug: str) -> HttpResponse:
    """Dissolve the circle."""
    circle = owning(request, slug)
    circles.archive_circle(circle, by=request.user)
    messages.success(request, _("圈子已解散。成员还可以看以前的内容，不能再发。"))
    return redirect(circle)
