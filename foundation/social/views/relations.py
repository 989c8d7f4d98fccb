"""How somebody stands to others: following, muting, blocking, and who may follow her (S6)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import User
from foundation.core.access.routes import permit
from foundation.messaging.domain import muting
from foundation.social.domain import blocks, follows
from foundation.social.domain.queries.people import blocked_by, follow_rule_of
from foundation.social.interfaces.forms import FollowRuleForm
from foundation.social.permissions import SocialPermission
from foundation.social.views.ways import back


def _person(request: MemberRequest, username: str) -> Any:
    return get_object_or_404(User.objects.visible_to(request.user), username=username)


def _done(request: MemberRequest, person: Any, step: Callable[[], Any], said: str) -> HttpResponse:
    try:
        step()
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    else:
        if said:
            messages.success(request, said)
    return back(request, person.space_url)


@require_POST
@permit(SocialPermission.FOLLOW)
def follow(request: MemberRequest, username: str) -> HttpResponse:
    """Follow somebody; `secret=1`: without anybody's knowing."""
    person, secret = _person(request, username), request.POST.get("secret") == "1"
    said = _("已悄悄关注，对方不会知道。") if secret else ""
    return _done(request, person, lambda: follows.follow(person, by=request.user, secret=secret), said)


@require_POST
@permit(SocialPermission.FOLLOW)
def unfollow(request: MemberRequest, username: str) -> HttpResponse:
    person = _person(request, username)
    return _done(request, person, lambda: follows.unfollow(person, by=request.user), "")


@require_POST
@permit(SocialPermission.BLOCK)
def mute(request: MemberRequest, username: str) -> HttpResponse:
    """See and hear nothing more of somebody, without parting (`muted=0`: again)."""
    person = _person(request, username)
    if request.POST.get("muted") == "0":
        return _done(
            request, person, lambda: muting.unmute_person(person.pk, by=request.user), _("已恢复显示。")
        )
    said = _("已屏蔽：动态和通知里不再出现，对方不会知道。")
    return _done(request, person, lambda: muting.mute(person.pk, by=request.user), said)


@require_POST
@permit(SocialPermission.BLOCK)
def block(request: MemberRequest, username: str) -> HttpResponse:
    person = _person(request, username)
    try:
        blocks.block(person, by=request.user)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
        return back(request, person.space_url)
    messages.success(request, _("已拉黑：你们互相看不到对方。可以随时在这里解除。"))
    return redirect("social:rules")


@require_POST
@permit(SocialPermission.BLOCK)
def unblock(request: MemberRequest, username: str) -> HttpResponse:
    """Take a block back: found among the own blocks, for she is visible nowhere else."""
    row = get_object_or_404(blocked_by(request.user), blocked__username=username)
    blocks.unblock(row.blocked, by=request.user)
    messages.success(request, _("已解除拉黑。"))
    return redirect("social:rules")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(SocialPermission.BLOCK)
def rules(request: MemberRequest) -> HttpResponse:
    """Who may follow oneself, and whom one blocked."""
    posted = request.method == "POST"
    form = FollowRuleForm(request.POST if posted else None, instance=follow_rule_of(request.user))
    if posted and form.is_valid():
        follows.decide_follow_rule(**form.cleaned_data, by=request.user)
        messages.success(request, _("已保存。"))
        return redirect("social:rules")
    return render(request, "social/rules.html", {"form": form, "blocks": blocked_by(request.user)[:500]})
