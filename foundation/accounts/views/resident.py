"""The own account's safety: where it is signed in, and showing by a code who one is (A6)."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import BaseReauthenticateView, password_set
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.domain import confirmation, devices, tokens
from foundation.accounts.interfaces.forms import CodeAnswerForm
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.accounts.models import Device
from foundation.accounts.permissions import AccountPermission
from foundation.core.access.routes import permit


@never_cache
@require_safe
@permit(AccountPermission.KEEP_ACCOUNT)
def device_list(request: MemberRequest) -> HttpResponse:
    """List the devices on which the own account is signed in."""
    found = devices.devices_of(request.user)
    here = request.session.session_key
    apps = list(tokens.tokens_of(request.user))
    others = bool(apps) or any(row.session_key != here for row in found)
    context = {"devices": found, "here": here, "others": others, "tokens": apps}
    return render(request, "account/devices.html", context)


@never_cache
@require_safe
@permit(AccountPermission.KEEP_ACCOUNT)
def still_here(request: MemberRequest) -> HttpResponse:
    """Say that somebody still sits there: like every page that is looked at, this keeps a session of staff alive."""
    return HttpResponse(status=204)


@require_POST
@permit(AccountPermission.KEEP_ACCOUNT)
def sign_out(request: MemberRequest, public_id: str) -> HttpResponse:
    """Sign one of the own devices out; 404 for what is none of them."""
    try:
        devices.sign_out(public_id, by=request.user)
    except Device.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("那台设备已退出登录。"))
    return redirect("accounts:devices")


@require_POST
@permit(AccountPermission.KEEP_ACCOUNT)
def end_token(request: MemberRequest, public_id: str) -> HttpResponse:
    """End the token of one of the own devices; 404 for what is none of them."""
    token = get_object_or_404(tokens.tokens_of(request.user), public_id=public_id)
    tokens.end_token(token, by=request.user)
    messages.success(request, _("那台设备已退出登录。"))
    return redirect("accounts:devices")


@require_POST
@permit(AccountPermission.KEEP_ACCOUNT)
def sign_out_others(request: MemberRequest) -> HttpResponse:
    """Sign out every device but this one."""
    devices.sign_out_others(by=request.user, but=request.session.session_key)
    messages.success(request, _("其他设备都已退出登录。"))
    return redirect("accounts:devices")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(AccountPermission.KEEP_ACCOUNT)
def set_password(request: MemberRequest) -> HttpResponseBase:
    """Set the first password, after showing who one is: it opens the account for good, an open session does not."""
    confirmation.require_fresh(request)
    return password_set(request)


class ConfirmByCode(BaseReauthenticateView):
    """Shows by a code, sent to the account's mail address, that it is she; allauth's views know the other ways."""

    form_class = CodeAnswerForm
    template_name = "account/confirm_by_code.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = confirmation.is_waiting(self.request)
        return {**super().get_context_data(**kwargs), "waiting": waiting}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            right = confirmation.answer(self.request, form.cleaned_data["code"])
        except confirmation.NoCode:
            form.add_error(None, _("验证码已失效，请重新获取。"))
            return self.form_invalid(form)
        if not right:
            form.add_error("code", _("验证码不对，请核对后再填。"))
            return self.form_invalid(form)
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


_confirm = ConfirmByCode.as_view()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(AccountPermission.KEEP_ACCOUNT)
def confirm_by_code(request: MemberRequest) -> HttpResponseBase:
    """Answer the code and go on to where one was sent from."""
    return _confirm(request)


@require_POST
@permit(AccountPermission.KEEP_ACCOUNT)
def send_code(request: MemberRequest) -> HttpResponse:
    """Send a code and go back to the page that asks for it."""
    if not confirmation.send_code(request):
        messages.warning(request, _("验证码寄得太频繁了，请过一会儿再试。"))
    back = get_next_redirect_url(request)
    return redirect(reverse("accounts:confirm_by_code") + (f"?{urlencode({'next': back})}" if back else ""))
