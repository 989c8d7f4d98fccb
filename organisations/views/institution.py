"""The desk: an organisation's own pages, for whoever wears its hat."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.domain import hats
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import Membership, Organisation
from foundation.core.access.routes import permit
from foundation.core.flow.timeline import timeline
from foundation.core.flow.workflow import GuardFails
from organisations.domain import desk as port
from organisations.domain import members as people
from organisations.domain import page as own_page
from organisations.domain import papers as documents
from organisations.interfaces.forms import CheckForm, InviteForm, PageForm, PaperForm, ServiceForm
from organisations.models import Institution, Invitation
from organisations.permissions import InstitutionPermission
from organisations.views.answers import in_words


def worn(request: MemberRequest) -> Institution:
    """Return the institution whose hat is worn. Raises Http404 without one."""
    hat = request.user.acting_organisation
    if hat is None:
        raise Http404
    return get_object_or_404(Institution.objects.select_related("organisation__place", "logo"), pk=hat)


def _render(
    request: MemberRequest, tab: str, institution: Institution, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    organisation = institution.organisation
    shared = {
        "institution": institution,
        "organisation": organisation,
        "tabs": [
            (one.key, one.words, one.url(organisation)) for one in port.tabs(request.user, organisation)
        ],
        "tab": tab,
        "is_head": people.is_head(request.user, organisation),
    }
    return render(request, f"organisations/desk/{tab}.html", {**shared, **context}, status=status)


@never_cache
@require_safe
@permit(InstitutionPermission.OPEN_DESK)
def desk(request: MemberRequest) -> HttpResponse:
    """What waits for the organisation whose hat is worn; without a hat, which ones there are."""
    hat = request.user.acting_organisation
    organisation = Organisation.objects.filter(pk=hat).first() if hat else None
    if organisation is None or organisation.type != Organisation.Type.INSTITUTION:
        mine = hats.hats_of(request.user)
        return render(request, "organisations/desk/choose.html", {"mine": mine, "organisation": organisation})
    institution = worn(request)
    return _render(
        request, "desk", institution, {"waiting": port.waiting(request.user, institution.organisation)}
    )


def _page(
    request: MemberRequest, form: PageForm | None = None, service_form: ServiceForm | None = None
) -> HttpResponse:
    institution = worn(request)
    context = {
        "form": form or PageForm(instance=institution),
        "service_form": service_form or ServiceForm(auto_id="service_%s"),
        "services": institution.services.all(),
        "can_change": institution.can_be_filled or institution.is_open,
    }
    return _render(request, "page", institution, context, 422 if form or service_form else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(InstitutionPermission.EDIT_PROFILE)
@in_words
def page(request: MemberRequest) -> HttpResponse:
    """The form of the own page (个人主页定制)."""
    if request.method != "POST":
        return _page(request)
    institution = worn(request)
    form = PageForm(request.POST, request.FILES, instance=institution)
    if not form.is_valid():
        return _page(request, form=form)
    given = form.cleaned_data
    try:
        own_page.describe(
            institution,
            words=form.words(),
            groups=given["groups"],
            area=given["area"],
            serves_children=given.get("serves_children"),
            slug=given["slug"],
            logo=given["picture"],
            by=request.user,
        )
    except GuardFails as why:
        form.add_error("groups" if isinstance(why, own_page.ForChildren) else "slug", str(why.words))
        return _page(request, form=form)
    messages.success(request, _("已保存。"))
    return redirect("desk:page")


@require_POST
@permit(InstitutionPermission.EDIT_PROFILE)
@in_words
def add_service(request: MemberRequest) -> HttpResponse:
    """Add a service to the own page."""
    form = ServiceForm(request.POST, auto_id="service_%s")
    if not form.is_valid():
        return _page(request, service_form=form)
    own_page.add_service(worn(request), values=form.cleaned_data, by=request.user)
    messages.success(request, _("已添加。"))
    return redirect("desk:page")


@require_POST
@permit(InstitutionPermission.EDIT_PROFILE)
@in_words
def remove_service(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take a service off the own page; 404 for another institution's."""
    service = get_object_or_404(worn(request).services.select_related("institution"), public_id=public_id)
    own_page.remove_service(service, by=request.user)
    messages.success(request, _("已删除。"))
    return redirect("desk:page")


def _members(request: MemberRequest, form: InviteForm | None = None) -> HttpResponse:
    institution = worn(request)
    asked = Invitation.objects.waiting().filter(organisation=institution.organisation)
    context = {
        "members": documents.checks_of(institution),
        "asked": asked.select_related("user"),
        "form": form or InviteForm(),
        "check_form": CheckForm(),
        "me": request.user.pk,
    }
    return _render(request, "members", institution, context, 422 if form else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(InstitutionPermission.OPEN_DESK)
@in_words
def members(request: MemberRequest) -> HttpResponse:
    """Who belongs to it; a POST by the head asks somebody to join."""
    if request.method != "POST":
        return _members(request)
    institution = worn(request)
    documents.require_head(request.user, institution)
    form = InviteForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            people.invite(
                institution.organisation,
                given["person"],
                checked_on=given["checked_on"],
                by=request.user,
            )
        except GuardFails as why:
            form.add_error(None, str(why.words))
        else:
            messages.success(request, _("已发出邀请，等对方登录后确认。"))
            return redirect("desk:members")
    return _members(request, form)


def _membership(request: MemberRequest, username: str) -> Membership:
    rows = Membership.objects.filter(organisation_id=worn(request).pk, until=None)
    return get_object_or_404(rows.select_related("user"), user__username=username)


@require_POST
@permit(InstitutionPermission.OPEN_DESK)
@in_words
def end_membership(request: MemberRequest, username: str) -> HttpResponse:
    """The head removes a member, or a member leaves."""
    people.end(_membership(request, username), by=request.user)
    messages.success(request, _("已结束。"))
    if username == request.user.username:
        return redirect("/")
    return redirect("desk:members")


@require_POST
@permit(InstitutionPermission.OPEN_DESK)
@in_words
def hand_over(request: MemberRequest, username: str) -> HttpResponse:
    """Ask a member to become the head."""
    membership = _membership(request, username)
    people.invite(
        worn(request).organisation, membership.user, position=Membership.Position.HEAD, by=request.user
    )
    messages.success(request, _("已发给对方，对方确认后才换。"))
    return redirect("desk:members")


@require_POST
@permit(InstitutionPermission.OPEN_DESK)
@in_words
def declare_check(request: MemberRequest, username: str) -> HttpResponse:
    """Declare a member's record check."""
    form = CheckForm(request.POST)
    membership = _membership(request, username)
    if not form.is_valid():
        raise GuardFails(_("请填写查询日期。"))
    documents.declare_check(
        worn(request), membership.user, checked_on=form.cleaned_data["checked_on"], by=request.user
    )
    messages.success(request, _("已记下。"))
    return redirect("desk:members")


@require_POST
@permit(InstitutionPermission.OPEN_DESK)
@in_words
def take_back(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take an invitation back."""
    rows = Invitation.objects.filter(organisation_id=worn(request).pk).select_related("organisation__place")
    people.take_back(get_object_or_404(rows, public_id=public_id), by=request.user)
    messages.success(request, _("已撤回。"))
    return redirect("desk:members")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(InstitutionPermission.OPEN_DESK)
@in_words
def papers(request: MemberRequest) -> HttpResponse:
    """The own documents; a POST by the head adds one."""
    institution = worn(request)
    form = PaperForm()
    if request.method == "POST":
        documents.require_head(request.user, institution)
        form = PaperForm(request.POST, request.FILES)
        if form.is_valid():
            documents.add_paper(institution, **form.cleaned_data, by=request.user)
            messages.success(request, _("已上传，照片处理好后就能看到。"))
            return redirect("desk:papers")
    context = {"papers": institution.qualifications.select_related("file"), "form": form}
    return _render(request, "papers", institution, context, 422 if form.is_bound else 200)


@require_POST
@permit(InstitutionPermission.OPEN_DESK)
@in_words
def remove_paper(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take a document away."""
    rows = worn(request).qualifications.select_related("institution__organisation__place")
    documents.remove_paper(get_object_or_404(rows, public_id=public_id), by=request.user)
    messages.success(request, _("已删除。"))
    return redirect("desk:papers")


@never_cache
@require_safe
@permit(InstitutionPermission.OPEN_DESK)
def history(request: MemberRequest) -> HttpResponse:
    """What happened to it, step by step."""
    institution = worn(request)
    return _render(request, "history", institution, {"happened": timeline(institution)})
