"""Who holds which role, giving and taking them, and the table of what each may do (A5)."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.domain import roles
from foundation.accounts.domain.queries.holders import found_people, given_roles
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import RoleRequest, User
from foundation.accounts.permissions import AccountPermission
from foundation.core.access.permissions import Grant, Refused, has_permission, table_of_rights
from foundation.core.access.roles import GIVEN, PLACED, SENTENCES, STRONG, Role
from foundation.core.access.routes import permit
from office.interfaces.roles import GiveRoleForm, TakeRoleForm
from office.permissions import OfficePermission

PER_PAGE = 30


@never_cache
@require_safe
@permit(AccountPermission.READ_RIGHTS)
def holders(request: HttpRequest) -> HttpResponse:
    """Those who hold a role that is given by hand; `?q=` finds everybody, `?role=` those of one role."""
    query, role = request.GET.get("q", "").strip()[:60], request.GET.get("role", "")
    page = Paginator(found_people(query, role=role), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "people": given_roles(page.object_list),
        "query": query,
        "chosen": role,
        "roles": [(one.value, one.label, SENTENCES[one], one in STRONG) for one in GIVEN],
        "waiting": RoleRequest.objects.visible_to(request.user)
        .filter(state=RoleRequest.State.WAITING)
        .select_related("user", "asked_by", "place")
        .order_by("asked_at"),
    }
    return render(request, "office/roles.html", context)


@never_cache
@require_safe
@permit(AccountPermission.READ_RIGHTS)
def roles_of(request: HttpRequest, username: str) -> HttpResponse:
    """One person's roles, who gave them, and the form that gives another."""
    person = get_object_or_404(User.objects.filter(is_active=True), username=username)
    return _page_of(request, person, GiveRoleForm())


def _page_of(request: HttpRequest, person: User, form: GiveRoleForm, status: int = 200) -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "held": person.role_assignments.select_related("place", "given_by").order_by("role", "place__path"),
        "waiting": RoleRequest.objects.visible_to(request.user)
        .filter(user=person, state=RoleRequest.State.WAITING)
        .select_related("asked_by", "place"),
        "may_give": has_permission(request.user, AccountPermission.GIVE_ROLES)
        and person.pk != request.user.pk,
        "may_let_go": has_permission(request.user, OfficePermission.LET_GO) and person.pk != request.user.pk,
        "own": person.pk == request.user.pk,
    }
    return render(request, "office/roles_of.html", context, status=status)


@require_POST
@permit(AccountPermission.GIVE_ROLES)
def give(request: MemberRequest, username: str) -> HttpResponse:
    """Give a role, or ask the second administrator where it is a strong one."""
    person = get_object_or_404(User.objects.filter(is_active=True), username=username)
    form = GiveRoleForm(request.POST)
    if not form.is_valid():
        return _page_of(request, person, form, status=422)
    given = form.cleaned_data
    try:
        asked = roles.ask_for_role(
            person, Role(given["role"]), place=given["place"], purpose=given["purpose"], by=request.user
        )
    except roles.HeldAlready:
        form.add_error("role", _("这个角色已经授予，或者正在等待第二人确认。"))
        return _page_of(request, person, form, status=422)
    except roles.NotTogether:
        form.add_error("role", _("管理员、审计员和运维人员由不同的人担任：请先收回另一个角色。"))
        return _page_of(request, person, form, status=422)
    except Refused:
        form.add_error(None, _("自己的角色由其他管理员授予。"))
        return _page_of(request, person, form, status=422)
    if asked is None:
        messages.success(request, _("角色已授予，下一次点击就生效。"))
    else:
        messages.success(request, _("已提交。另一位管理员在统一审核里确认后生效。"))
    return redirect("office:roles_of", person.username)


@require_POST
@permit(AccountPermission.GIVE_ROLES)
def take(request: MemberRequest, username: str) -> HttpResponse:
    """Take a role away at once."""
    person = get_object_or_404(User, username=username)
    form = TakeRoleForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            roles.take_role(
                person, Role(given["role"]), place=given["place"], purpose=given["purpose"], by=request.user
            )
        except roles.LastAdministrator:
            messages.error(request, _("这是最后一位管理员：请先让另一个人成为管理员。"))
        else:
            messages.success(request, _("角色已收回，立即生效。"))
    return redirect("office:roles_of", person.username)


def _mark(cells: Mapping[Role, Role | Grant], role: Role) -> str:
    """How a role holds a right: not at all, always, on a condition, or only at its own place."""
    if role not in cells:
        return ""
    if isinstance(cells[role], Grant):
        return "when"
    return "placed" if role in PLACED else "yes"


@never_cache
@require_safe
@permit(AccountPermission.READ_RIGHTS)
def rights(request: HttpRequest) -> HttpResponse:
    """The table of rights: what every role may do, as the code obeys it."""
    columns: list[dict[str, Any]] = [
        {"role": role, "label": role.label, "sentence": SENTENCES[role]}
        for role in Role
        if any(role in cells for app in table_of_rights() for _right, cells in app.rights)
    ]
    table = [
        {
            "name": app.name,
            "rows": [
                {"label": right.label, "cells": [_mark(cells, column["role"]) for column in columns]}
                for right, cells in app.rights
            ],
        }
        for app in table_of_rights()
        if app.rights
    ]
    return render(request, "office/rights.html", {"columns": columns, "table": table})
