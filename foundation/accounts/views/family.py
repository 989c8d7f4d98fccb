"""Family proxies (亲情代办): who does things for one, for whom one does, and doing it (U2, DESIGN §3)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.domain import family
from foundation.accounts.interfaces.family import FOR_HER, AskFamilyForm
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import FamilyProxy
from foundation.accounts.permissions import AccountPermission
from foundation.core import kinds
from foundation.core.access.routes import permit
from foundation.core.flow.workflow import StepNotAllowed


def _page(request: MemberRequest, form: AskFamilyForm, status: int = 200) -> HttpResponse:
    standing = family.of(request.user)
    context = {
        "form": form,
        "proxies": [one for one in standing if one.is_agreed and one.principal_id == request.user.pk],
        "principals": [one for one in standing if one.is_agreed and one.proxy_id == request.user.pk],
        "to_answer": [one for one in standing if not one.is_agreed and one.asked_by_id != request.user.pk],
        "asked": [one for one in standing if not one.is_agreed and one.asked_by_id == request.user.pk],
    }
    return render(request, "accounts/family.html", context, status=status)


@never_cache
@require_safe
@permit(AccountPermission.KEEP_ACCOUNT)
def family_list(request: MemberRequest) -> HttpResponse:
    """List the own family proxies, what waits for an answer, and the form that asks."""
    return _page(request, AskFamilyForm())


@require_POST
@permit(AccountPermission.KEEP_FAMILY)
def ask(request: MemberRequest) -> HttpResponse:
    """Ask a relative."""
    form = AskFamilyForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            family.ask(
                given["person"],
                as_proxy=given["way"] == FOR_HER,
                kinship=given["kinship"],
                by=request.user,
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("已发给对方，等对方登录后确认。"))
            return redirect("accounts:family")
    return _page(request, form, status=422)


def _own(request: MemberRequest, public_id: str) -> FamilyProxy:
    return get_object_or_404(family.of(request.user), public_id=public_id)


@require_POST
@permit(AccountPermission.KEEP_FAMILY)
def agree(request: MemberRequest, public_id: str) -> HttpResponse:
    """Agree to what a relative asked; 404 for what nobody asked of her."""
    relation = _own(request, public_id)
    try:
        family.agree(relation, by=request.user)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    except StepNotAllowed:
        messages.error(request, _("对方已经撤回了。"))
    else:
        messages.success(request, _("已确认，从现在起有效。"))
    return redirect("accounts:family")


@require_POST
@permit(AccountPermission.KEEP_ACCOUNT, for_another=True)
def end(request: MemberRequest, public_id: str) -> HttpResponse:
    """End it, or decline, at once; 404 for what one has no part in."""
    family.end(_own(request, public_id), by=request.user)
    if request.session.get(family.ACTING) == public_id:
        del request.session[family.ACTING]
    messages.success(request, _("已结束，双方都会收到通知。"))
    return redirect("accounts:family")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(AccountPermission.KEEP_FAMILY)
def act(request: MemberRequest, public_id: str) -> HttpResponse:
    """What can be done for a relative; a POST begins to act for her, in this browser."""
    relation = family.relation_of(request.user, public_id)
    if relation is None:
        raise Http404
    if request.method == "POST":
        family.begin(public_id, by=request.user)
        request.session[family.ACTING] = public_id
        return redirect("accounts:act_for", public_id)
    context = {"relation": relation, "acts": kinds.proxy_acts()}
    return render(request, "accounts/acting.html", context)


@require_POST
@permit(AccountPermission.KEEP_ACCOUNT, for_another=True)
def stop(request: MemberRequest) -> HttpResponse:
    """Act for oneself again."""
    if request.session.pop(family.ACTING, None):
        messages.success(request, _("代办已结束，现在是您自己的账号。"))
    return redirect("accounts:family")
