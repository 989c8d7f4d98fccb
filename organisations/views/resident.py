"""Applying for an institution, and answering an invitation into one."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.domain import hats
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.permissions import held_roles
from foundation.core.access.roles import Role
from foundation.core.access.routes import permit
from organisations.domain import applying, members, page
from organisations.domain.papers import missing
from organisations.interfaces.forms import StartForm
from organisations.models import Institution, Invitation
from organisations.permissions import InstitutionPermission
from organisations.rules import is_code
from organisations.views.answers import in_words


def _mine(request: MemberRequest) -> Any:
    heads = [held.organisation for held in held_roles(request.user) if held.role == Role.INSTITUTION_HEAD]
    mine = Institution.objects.filter(Q(applicant=request.user) | Q(pk__in=heads))
    return mine.select_related("organisation__place").order_by("-created_at")


def _own(request: MemberRequest, slug: str) -> Institution:
    return get_object_or_404(_mine(request), slug=slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(InstitutionPermission.APPLY)
@in_words
def apply(request: MemberRequest) -> HttpResponse:
    """The own applications, and the form that begins one; what was begun is kept and gone on with."""
    form = StartForm(request.POST or None, initial={"place": request.user.place_id})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = applying.start(
                name=given["name"], code=given["code"], place=given["place"], by=request.user
            )
        except applying.DraftOpen as one:
            messages.info(request, _("您有一份还没有提交的申请，先把它填完吧。"))
            made = one.institution
        hats.put_on(request.session, request.user, made.organisation.public_id)
        return redirect("organisations:application", made.slug)
    mine = list(_mine(request))
    context = {"form": form, "mine": mine, "has_draft": any(one.state == "draft" for one in mine)}
    return render(request, "organisations/apply.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(InstitutionPermission.APPLY)
@in_words
def application(request: MemberRequest, slug: str) -> HttpResponse:
    """One application: how far it is, what it stands on, and what is still missing."""
    one = _own(request, slug)
    organisation = one.organisation
    form = StartForm(
        request.POST or None,
        initial={"name": organisation.name, "code": organisation.code, "place": organisation.place_id},
    )
    if request.method == "POST" and form.is_valid():
        page.name_it(one, **form.cleaned_data, by=request.user)
        messages.success(request, _("已保存。"))
        return redirect("organisations:application", one.slug)
    context = {
        "institution": one,
        "form": form,
        "steps": _steps(one),
        "missing": missing(one) if one.can_be_filled else "",
        "wears": request.user.acting_organisation == one.pk,
    }
    return render(request, "organisations/application.html", context, status=422 if form.is_bound else 200)


def _steps(one: Institution) -> list[dict[str, Any]]:
    """What an application consists of, and which of it is there."""
    said = bool(one.introduction.strip()) and one.audiences.exists()
    return [
        {"words": _("机构名称和代码"), "view": "", "done": is_code(one.organisation.code)},
        {"words": _("简介和帮扶对象"), "view": "desk:page", "done": said},
        {"words": _("服务项目"), "view": "desk:page", "anchor": "#services", "done": one.services.exists()},
        {
            "words": _("证照照片"),
            "view": "desk:papers",
            "done": one.licence is not None and one.licence.holds,
        },
        {"words": _("成员和查询声明"), "view": "desk:members", "done": not missing(one)},
    ]


@require_POST
@permit(InstitutionPermission.APPLY)
@in_words
def submit(request: MemberRequest, slug: str) -> HttpResponse:
    """Lay it before the office."""
    one = _own(request, slug)
    applying.submit(one, by=request.user)
    messages.success(request, _("已提交。社区审核后会通知您，一般需要几个工作日。"))
    return redirect("organisations:application", one.slug)


@require_POST
@permit(InstitutionPermission.APPLY)
@in_words
def withdraw(request: MemberRequest, slug: str) -> HttpResponse:
    """Take it back."""
    one = _own(request, slug)
    applying.withdraw(one, by=request.user)
    messages.success(request, _("申请已撤回，上传的证照 30 天内删除。"))
    return redirect("organisations:application", one.slug)


@never_cache
@require_safe
@permit(InstitutionPermission.ANSWER_INVITATION)
def invitation(request: MemberRequest, public_id: str) -> HttpResponse:
    """What one was asked; 404 for what nobody asked of her."""
    asked = get_object_or_404(
        Invitation.objects.filter(user=request.user).select_related("organisation__place", "asked_by"),
        public_id=public_id,
    )
    return render(request, "organisations/invitation.html", {"asked": asked})


@require_POST
@permit(InstitutionPermission.ANSWER_INVITATION)
@in_words
def answer(request: MemberRequest, public_id: str, word: str) -> HttpResponse:
    """Accept or decline."""
    if word not in ("accept", "decline"):
        raise Http404
    asked = get_object_or_404(Invitation, public_id=public_id, user=request.user)
    members.answer(asked, accept=word == "accept", by=request.user)
    if word == "accept":
        messages.success(request, _("您已成为机构的一员。"))
        hats.put_on(request.session, request.user, asked.organisation.public_id)
        return redirect("desk:desk")
    messages.success(request, _("已谢绝，对方会收到通知。"))
    return redirect("organisations:invitation", public_id)
