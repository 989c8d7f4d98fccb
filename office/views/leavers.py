"""The page on which a member of staff leaves: what she holds, what she took out, and the one act (O9)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from foundation.accounts.domain.roles import LastAdministrator
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import User
from foundation.core.access.routes import permit
from office.domain.leavers import NoStaff, belongings, let_go
from office.domain.queries.log import in_words
from office.interfaces.leavers import LeaverForm
from office.permissions import OfficePermission


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(OfficePermission.LET_GO)
def leave(request: MemberRequest, username: str) -> HttpResponse:
    """Show what somebody holds of the office and took out of it; end it all with one act."""
    person = get_object_or_404(User.objects.filter(is_active=True), username=username)
    form = LeaverForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            handed = let_go(
                person, to=form.cleaned_data["to"], purpose=form.cleaned_data["purpose"], by=request.user
            )
        except LastAdministrator:
            form.add_error(None, _("这是最后一位管理员，请先让另一位同事当管理员。"))
        except NoStaff:
            form.add_error(None, _("这个账号没有后台角色，不用办理离岗。"))
        else:
            said = _("已办妥：角色已收回，登录和设备授权已结束，移交了 %(count)s 项。")
            messages.success(request, said % {"count": sum(handed.values())})
            return redirect("office:roles_of", username)
    found = belongings(person, by=request.user)
    context = {
        "person": person,
        "form": form,
        "found": found,
        "lines": in_words(found.taken_out, request.user),
        "own": person.pk == request.user.pk,
    }
    return render(request, "office/leave.html", context, status=422 if form.errors else 200)
