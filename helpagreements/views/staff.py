"""Agreements in the admin: the list with its counts, drafting, and the office's clauses (H5)."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.models import Organisation
from foundation.core.access.permissions import place_paths, require
from foundation.core.access.routes import permit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.models import Place
from helpagreements.domain import clauses, drafting
from helpagreements.domain.queries import agreements
from helpagreements.domain.wording import placeholders
from helpagreements.enums import AgreementType, Standing
from helpagreements.interfaces.forms import DraftForm, EditForm, TemplateForm, clauses_of
from helpagreements.models import Agreement, ClauseTemplate
from helpagreements.permissions import AgreementPermission
from helpagreements.views.found import found

PER_PAGE = 30


@never_cache
@require_safe
@permit(AgreementPermission.DRAFT)
def agreement_list(request: HttpRequest) -> HttpResponse:
    """What lies in the reader's places, by standing and in words."""
    every = agreements.of_staff(request.user)
    counts = agreements.with_counts(every)
    standing, words = request.GET.get("standing", ""), request.GET.get("q", "").strip()[:60]
    shown = every.standing(standing) if standing in Standing.values else every
    if words:
        shown = (
            shown.filter(number__icontains=words)
            | shown.filter(title__icontains=words)
            | shown.filter(institution__name__icontains=words)
        )
    context = {
        "page_obj": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "standing": standing,
        "query": words,
        "standings": [(value, label, counts[value]) for value, label in Standing.choices],
        "total": sum(counts.values()),
    }
    return render(request, "helpagreements/admin/list.html", context)


def _choices(user: Any) -> dict[str, Any]:
    """What a draft can be between: the streets and committees she works for, and institutions in good standing."""
    paths = place_paths(user, AgreementPermission.DRAFT) or ()
    within = Q(pk__in=[])
    for path in paths:
        within |= Q(path__startswith=path)
    places = Place.objects.filter(within, level__in=Place.WITH_OFFICE, retired_at=None)
    institutions = Organisation.objects.filter(type="institution", stands=True).order_by("name")
    return {"institutions": institutions, "places": places.order_by("path")}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(AgreementPermission.DRAFT)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft with the office's own clauses."""
    form = DraftForm(request.POST or None, **_choices(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            agreement = drafting.start_draft(by=request.user, **form.cleaned_data)
        except GuardFails as fault:
            form.add_error(None, str(fault))
        else:
            return redirect("agreements:edit", agreement.public_id)
    context = {"form": form}
    return render(request, "helpagreements/admin/new.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(AgreementPermission.DRAFT)
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write the draft: its dates and every clause, with what the institution said about each."""
    agreement = found(public_id, request.user)
    require(request.user, AgreementPermission.DRAFT, place_path=agreement.place.path)
    if agreement.state != Agreement.State.DRAFT and request.method != "POST":
        return redirect(agreement)
    data = request.POST if request.method == "POST" else None
    facts = {"title": agreement.title, "starts_on": agreement.starts_on, "ends_on": agreement.ends_on}
    form = EditForm(data, initial={**facts, "seen": drafting.content_digest(agreement)})
    written = clauses_of(agreement, data)
    status = 200
    if data is not None:
        status = 422
        if form.is_valid() and written.is_valid():
            try:
                drafting.edit_draft(
                    agreement,
                    clauses=[one.wording() for one in written if _counts(one)],
                    by=request.user,
                    **form.cleaned_data,
                )
            except StepNotAllowed:
                status = 409
                form.add_error(None, _("这份草稿刚刚变了，请复制您改的内容，再打开最新的草稿。"))
            except GuardFails as fault:
                form.add_error(None, str(fault))
            else:
                messages.success(request, _("草稿已保存。"))
                # "One more clause": back to the form, which ends with an empty one.
                return (
                    redirect("agreements:edit", public_id) if "more" in request.POST else redirect(agreement)
                )
    context = {
        "agreement": agreement,
        "form": form,
        "clauses": written,
        "said": _said(agreement),
        "placeholders": placeholders(agreement),
    }
    return render(request, "helpagreements/admin/edit.html", context, status=status)


def _counts(form: Any) -> bool:
    """An empty last form is no clause; a removed one neither."""
    return bool(form.cleaned_data.get("text")) and not form.cleaned_data.get("DELETE")


def _said(agreement: Agreement) -> list[Any]:
    """What the institution said about the version before, clause by clause."""
    older = agreement.versions.exclude(pushed_at=None).order_by("-number").first()
    if older is None:
        return []
    known = older.clauses.prefetch_related("comments__by")
    return [clause for clause in known if clause.comments.all()]


@require_POST
@permit(AgreementPermission.DRAFT)
def discard(request: HttpRequest, public_id: str) -> HttpResponse:
    """Throw away a draft that was never pushed."""
    agreement = found(public_id, request.user)
    try:
        drafting.discard_draft(agreement, by=request.user)
    except StepNotAllowed:
        messages.error(request, _("推送过的协议不能删除。"))
        return redirect(agreement)
    messages.success(request, _("草稿已删除。"))
    return redirect("agreements:list")


@require_POST
@permit(AgreementPermission.DRAFT)
def renew(request: HttpRequest, public_id: str) -> HttpResponse:
    """Draft what shall follow an agreement."""
    agreement = found(public_id, request.user)
    try:
        draft = drafting.renew(agreement, by=request.user)
    except (StepNotAllowed, GuardFails) as fault:
        words = str(fault) if isinstance(fault, GuardFails) else _("这份协议现在不能续签。")
        messages.error(request, words)
        return redirect(agreement)
    return redirect("agreements:edit", draft.public_id)


@never_cache
@require_safe
@permit(AgreementPermission.DRAFT)
def templates(request: HttpRequest) -> HttpResponse:
    """The office's clauses, type by type."""
    known = list(ClauseTemplate.objects.all())
    groups = [(type_, [one for one in known if one.type == type_]) for type_ in AgreementType]
    context = {"groups": groups, "may_keep": clauses.may_keep(request.user)}
    return render(request, "helpagreements/admin/templates.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(AgreementPermission.DRAFT)
def template(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write one of the office's clauses; agreements that were drafted keep theirs."""
    known = get_object_or_404(ClauseTemplate, pk=pk) if pk else None
    form = TemplateForm(request.POST or None, instance=known, initial={"type": request.GET.get("type")})
    if request.method == "POST" and form.is_valid():
        clauses.keep_template(form.save(commit=False), by=request.user)
        messages.success(request, _("条款模板已保存，新的协议会用它。"))
        return redirect("agreements:templates")
    context = {"form": form, "template": known}
    return render(
        request, "helpagreements/admin/template.html", context, status=422 if form.is_bound else 200
    )


@require_POST
@permit(AgreementPermission.DRAFT)
def remove_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a clause out of the office's list."""
    known = ClauseTemplate.objects.filter(pk=pk).first()
    if known is None:
        raise Http404
    clauses.remove_template(known, by=request.user)
    messages.success(request, _("条款模板已删除。"))
    return redirect("agreements:templates")
