"""The counter's page of family proxies (亲情代办): who acts for whom in one's places, recording and ending it (U2)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.domain import family
from foundation.accounts.domain.queries.family import kept_by
from foundation.accounts.interfaces.family import EndFamilyForm, RecordFamilyForm
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.permissions import AccountPermission
from foundation.core.access.permissions import Refused
from foundation.core.access.routes import permit

PER_PAGE = 30


def _page(request: MemberRequest, form: RecordFamilyForm, status: int = 200) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:60]
    page = Paginator(kept_by(request.user, query), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "query": query, "form": form}
    return render(request, "office/family.html", context, status=status)


@never_cache
@require_safe
@permit(AccountPermission.RECORD_FAMILY)
def relations(request: MemberRequest) -> HttpResponse:
    """Those in force in one's own places; `?q=` those of somebody called so."""
    return _page(request, RecordFamilyForm())


@require_POST
@permit(AccountPermission.RECORD_FAMILY)
def record(request: MemberRequest) -> HttpResponse:
    """Write down what two people agreed to at the counter."""
    form = RecordFamilyForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            family.record(
                given["principal"],
                given["proxy"],
                kinship=given["kinship"],
                purpose=given["purpose"],
                by=request.user,
            )
        except Refused:
            form.add_error(
                "principal", _("只能登记您管辖范围里的居民；您自己的亲情代办请在个人账号里办，或请同事登记。")
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("已登记，双方都收到了通知。"))
            return redirect("office:family")
    return _page(request, form, status=422)


@require_POST
@permit(AccountPermission.RECORD_FAMILY)
def end(request: MemberRequest, public_id: str) -> HttpResponse:
    """End one at the counter; 404 for what lies outside of one's places."""
    relation = get_object_or_404(kept_by(request.user), public_id=public_id)
    form = EndFamilyForm(request.POST)
    if form.is_valid():
        family.end(relation, purpose=form.cleaned_data["purpose"], by=request.user)
        messages.success(request, _("已结束，双方都会收到通知。"))
    else:
        messages.error(request, _("请写明为什么结束。"))
    return redirect("office:family")
