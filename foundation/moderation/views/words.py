"""Wagtail's admin: the list of words."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from foundation.core.access.permissions import Refused
from foundation.core.access.routes import permit
from foundation.moderation.domain import words as domain
from foundation.moderation.interfaces.cases import ListedWordsForm
from foundation.moderation.models import Word, WordScan
from foundation.moderation.permissions import ModerationPermission

PER_PAGE = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(ModerationPermission.KEEP_WORDS)
def words(request: HttpRequest) -> HttpResponse:
    """Add many at once, one a line; remove the ticked; read anew what stands already."""
    act = request.POST.get("do", "")
    form = ListedWordsForm(request.POST if act == "add" else None)
    if request.method == "POST" and act == "scan":
        domain.start_scan(by=request.user)
        messages.success(request, _("已开始，稍后回来看进度。"))
        return redirect("reviews:words")
    if request.method == "POST" and act == "remove":
        ids = [int(one) for one in request.POST.getlist("word") if one.isdecimal() and len(one) < 19]
        gone = domain.remove_words(ids, by=request.user)
        messages.success(request, _("已删除 %(count)d 个。") % {"count": gone})
        return redirect("reviews:words")
    if form.is_valid():
        given = form.cleaned_data
        try:
            added, wrong = domain.add_words(
                given["lines"].splitlines(), level=given["level"], note=given["note"], by=request.user
            )
        except Refused:
            form.add_error(
                "level", _("“不能发布”和“审核后才公开”的词对所有社区生效，只能由街道或管理员设置。")
            )
        else:
            messages.success(request, _("已加入 %(count)d 个。") % {"count": added})
            if wrong:
                messages.warning(
                    request, _("这些太短，没有加入：%(words)s") % {"words": "、".join(wrong[:20])}
                )
            return redirect("reviews:words")
    q = request.GET.get("q", "")[:60]
    page = Paginator(Word.objects.filter(text__icontains=q), PER_PAGE).get_page(request.GET.get("page"))
    scan = WordScan.objects.first()
    context = {
        "form": form,
        "page_obj": page,
        "q": q,
        "scan": scan,
        "scan_runs": scan is not None and domain.is_running(scan),
        "may_hold": domain.may_hold(request.user),
    }
    return render(request, "moderation/words.html", context, status=422 if request.method == "POST" else 200)
