"""The inbox in Wagtail's admin: list, item, decision."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.core import kinds
from foundation.core.access.permissions import Refused
from foundation.core.access.routes import permit
from foundation.core.flow.workflow import StepNotAllowed
from foundation.moderation.domain import inbox, queries
from foundation.moderation.interfaces import DecisionForm
from foundation.moderation.models import ReviewItem
from foundation.moderation.permissions import ModerationPermission

PER_PAGE = 30


@never_cache
@require_safe
@permit(ModerationPermission.OPEN_INBOX)
def reviews(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first; `?state=decided` shows what was decided, `?kind=` one kind."""
    decided = request.GET.get("state") == "decided"
    items = queries.waiting_for(request.user)
    if decided:
        items = (
            ReviewItem.objects.visible_to(request.user)
            .exclude(state="waiting")
            .order_by("-decided_at", "-id")
        )
    counts = queries.count_by_kind(request.user)
    chosen = request.GET.get("kind", "")
    if chosen:
        items = items.filter(kind=chosen)
    page = Paginator(items.select_related("submitted_by", "decided_by"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page_obj": page,
        "rows": queries.rows(page.object_list),
        "decided": decided,
        "chosen": chosen,
        "total": sum(counts.values()),
        "kinds": [(key, kinds.get(key).name, count) for key, count in sorted(counts.items())],
    }
    return render(request, "moderation/reviews.html", context)


@never_cache
@require_safe
@permit(ModerationPermission.OPEN_INBOX)
def item(request: HttpRequest, public_id: str) -> HttpResponse:
    """One item with everything that the decision needs."""
    return _item_page(request, _find(request, public_id), DecisionForm())


@require_POST
@permit(ModerationPermission.OPEN_INBOX)
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """Carry a decision out and go on to the next item."""
    found = _find(request, public_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _item_page(request, found, form, status=422)
    approved = form.cleaned_data["decision"] == "approve"
    try:
        inbox.decide(
            found,
            approved=approved,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            by=request.user,
        )
    except inbox.ChangedMeanwhile:
        messages.warning(request, _("内容刚刚改过，请再看一遍。"))
        return redirect("reviews:item", found.public_id)
    except (inbox.AlreadyDecided, StepNotAllowed):
        # The object itself may have moved on without its inbox row: to whoever decides it is the same.
        messages.warning(request, _("这一项已经由别人处理，或者已被撤回。"))
    except inbox.CannotBeCarriedOut as why:
        form.add_error(None, str(why))
        return _item_page(request, found, form, status=422)
    except Refused:
        form.add_error(None, _("自己提交的内容请由其他同事审核。"))
        return _item_page(request, found, form, status=422)
    else:
        messages.success(request, _("已通过。") if approved else _("已退回，并告知理由。"))
    following = queries.next_waiting(request.user, after=found)
    return redirect("reviews:item", following.public_id) if following else redirect("reviews:list")


def _find(request: HttpRequest, public_id: str) -> ReviewItem:
    items = ReviewItem.objects.visible_to(request.user).select_related("submitted_by", "decided_by")
    return get_object_or_404(items, public_id=public_id)


def _item_page(
    request: HttpRequest, found: ReviewItem, form: DecisionForm, status: int = 200
) -> HttpResponse:
    inbox.look_at(found, by=request.user)
    facet = found.facet
    obj = found.kind_of.model_class._default_manager.filter(pk=found.object_id).first()
    (row,) = queries.rows([found])
    context = {
        "row": row,
        "item": found,
        "form": form,
        "obj": obj,
        "reasons": facet.reasons,
        "body": facet.template,
        "following": queries.next_waiting(request.user, after=found),
        "version": facet.version(obj) if obj is not None else "",
        "own": found.submitted_by_id == request.user.pk,
        **(facet.context(obj, request.user) if obj is not None else {}),
    }
    return render(request, "moderation/item.html", context, status=status)
