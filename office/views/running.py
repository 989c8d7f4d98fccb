"""How the site runs, for those who keep it running: an ordinary page, since operators do not enter the admin (M4)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import permit
from foundation.core.flow import backlog
from office.domain import troubles
from office.domain.backup.reasons import reason
from office.domain.queries.backups import standing
from office.models import BackupRun, Trouble
from office.permissions import OfficePermission


@never_cache
@require_safe
@permit(OfficePermission.READ_TROUBLES)
def running(request: MemberRequest) -> HttpResponse:
    """What is wrong now, then what was."""
    found = Trouble.objects.visible_to(request.user)
    page = Paginator(found.order_by(F("over_at").desc(nulls_first=True), "-id"), 30)
    context = {"page_obj": page.get_page(request.GET.get("page")), "parked": backlog.parked()}
    return render(request, "office/running.html", context)


@never_cache
@require_safe
@permit(OfficePermission.READ_TROUBLES)
def backups(request: MemberRequest) -> HttpResponse:
    """How old the last backup, drill and keys are, and every run of the last time (O8)."""
    page = Paginator(BackupRun.objects.visible_to(request.user).order_by("-began_at", "-pk"), 30)
    shown = page.get_page(request.GET.get("page"))
    context = {
        "standing": standing(request.user),
        "page_obj": shown,
        "runs": [(run, reason(run)) for run in shown],
    }
    return render(request, "office/backups.html", context)


@require_POST
@permit(OfficePermission.RETRY_MESSAGES)
def retry(request: MemberRequest) -> HttpResponse:
    """Let what was given up be sent again."""
    count = troubles.retry_messages(by=request.user)
    if count:
        said = ngettext("%(count)s 条消息会再发一次。", "%(count)s 条消息会再发一次。", count)
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("没有停下的消息。"))
    return redirect("operations:running")
