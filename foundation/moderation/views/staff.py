"""The inbox in Wagtail's admin: list, item, decision."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.accounts.domain.confirmation import require_fresh
from foundation.core import kinds
from foundation.core.access.permissions import has_permission
from foundation.core.access.routes import permit
from foundation.core.flow.workflow import StepNotAllowed
from foundation.moderation.domain import bulk, inbox
from foundation.moderation.domain.deciders import involved, object_of
from foundation.moderation.domain.queries import inbox as queries
from foundation.moderation.domain.queries import item as details
from foundation.moderation.domain.queries.inbox import Filter
from foundation.moderation.interfaces.review import BulkForm, DecisionForm, HandForm, kinds_of
from foundation.moderation.models import ReviewItem
from foundation.moderation.permissions import ModerationPermission

NOT_YOURS = gettext_lazy("您提交过、初审过或者与这件事有关，请由其他同事处理。")


@never_cache
@require_safe
@permit(ModerationPermission.OPEN_INBOX)
def reviews(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first; `?state=decided` what was decided, `?kind=`, `?place=` and `?mine=1` a part of it."""
    return _list_page(request)


def _list_page(request: HttpRequest, form: BulkForm | None = None) -> HttpResponse:
    wanted = Filter.of(request.GET.dict())
    listing = queries.listing(request.user, wanted, request.GET.get("page"))
    context = {
        "listing": listing,
        "page_obj": listing.page,
        "rows": listing.rows,
        "wanted": wanted,
        "form": form,
        "ticked": form.ticked if form else [],
        "total": sum(listing.counts.values()),
        "kinds": [
            (key, name, listing.counts[key])
            for key, name in kinds_of((key, kinds.get(key).name) for key in listing.counts)
        ],
        "can_bulk": any(row.can_tick for row in listing.rows),
        "may_set": has_permission(request.user, ModerationPermission.CHANGE_SETTINGS),
    }
    return render(request, "moderation/reviews.html", context, status=422 if form else 200)


@require_POST
@permit(ModerationPermission.OPEN_INBOX)
def decide_many(request: HttpRequest) -> HttpResponse:
    """Decide the ticked items with one reason, and name those that could not be."""
    form = BulkForm(request.POST)
    if not form.is_valid():
        return _list_page(request, form)
    approved = form.cleaned_data["decision"] == "approve"
    outcome = bulk.decide_many(
        form.picked(), approved=approved, reason=form.cleaned_data["reason"], by=request.user
    )
    if outcome.done:
        said = (
            ngettext("已通过 %(count)d 项。", "已通过 %(count)d 项。", outcome.done)
            if approved
            else ngettext(
                "已退回 %(count)d 项，并告知理由。", "已退回 %(count)d 项，并告知理由。", outcome.done
            )
        )
        messages.success(request, said % {"count": outcome.done})
    for title, why in outcome.left:
        messages.warning(request, _("没有处理：%(title)s。%(why)s") % {"title": title, "why": why})
    return _to_list(Filter.of(request.GET.dict()))


@never_cache
@require_safe
@permit(ModerationPermission.OPEN_INBOX)
def item(request: HttpRequest, public_id: str) -> HttpResponse:
    """One item with everything that the decision needs."""
    return _item_page(request, _find(request, public_id))


@require_POST
@permit(ModerationPermission.OPEN_INBOX)
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """Carry a decision out and go on to the next item."""
    found = _find(request, public_id)
    form = DecisionForm(request.POST, weighs=found.facet.weighs)
    more = found.facet.details(request.POST) if found.facet.details else None
    if not form.is_valid() or not (more is None or more.is_valid()):
        return _item_page(request, found, form=form)
    if found.facet.step_up:
        # What was typed is kept meanwhile, and carried out once she has shown who she is.
        require_fresh(request)
    approved = form.cleaned_data["decision"] == "approve"
    try:
        inbox.decide(
            found,
            approved=approved,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            details=more.cleaned_data if more else None,
            by=request.user,
        )
    except inbox.ChangedMeanwhile:
        messages.warning(request, _("内容刚刚改过，请再看一遍。"))
        return _to_item(found, Filter.of(request.GET.dict()))
    except (inbox.AlreadyDecided, StepNotAllowed):
        # The object itself may have moved on without its inbox row: to whoever decides it is the same.
        messages.warning(request, _("这一项已经由别人处理，或者已被撤回。"))
    except inbox.CannotBeCarriedOut as why:
        form.add_error(None, str(why))
        return _item_page(request, found, form=form)
    except inbox.NeedsAnother:
        form.add_error(None, NOT_YOURS)
        return _item_page(request, found, form=form)
    else:
        messages.success(request, _said(found))
    return _onwards(request, found)


def _said(found: ReviewItem) -> str:
    if found.state == ReviewItem.State.HALF:
        return _("初审已记下，等另一位同事复审。")
    return _("已处理：%(what)s。") % {"what": found.outcome}


@require_POST
@permit(ModerationPermission.OPEN_INBOX)
def hand(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give an item to a colleague, or take it back."""
    found = _find(request, public_id)
    form = HandForm(request.POST, colleagues=details.colleagues(found, object_of(found), request.user))
    if not form.is_valid():
        return _item_page(request, found, hand_form=form)
    to = form.cleaned_data["to"]
    if to is None and found.assigned_to_id is None:
        form.add_error("to", _("请选择一位同事。"))
        return _item_page(request, found, hand_form=form)
    try:
        inbox.hand_over(found, to=to, note=form.cleaned_data["note"], by=request.user)
    except inbox.AlreadyDecided:
        messages.warning(request, _("这一项已经由别人处理，或者已被撤回。"))
    except inbox.NeedsAnother:
        form.add_error(None, NOT_YOURS)
        return _item_page(request, found, hand_form=form)
    except ValueError:
        form.add_error("to", _("这位同事不能处理这一项，请另选一位。"))
        return _item_page(request, found, hand_form=form)
    else:
        if to is None:
            messages.success(request, _("已收回，大家都可以处理。"))
            return _to_item(found, Filter.of(request.GET.dict()))
        messages.success(request, _("已转交给%(name)s。") % {"name": to.display_name})
    return _onwards(request, found)


def _find(request: HttpRequest, public_id: str) -> ReviewItem:
    people = ("submitted_by", "decided_by", "assigned_to", "first_by")
    items = ReviewItem.objects.visible_to(request.user).select_related(*people)
    return get_object_or_404(items, public_id=public_id)


def _onwards(request: HttpRequest, found: ReviewItem) -> HttpResponse:
    wanted = Filter.of(request.GET.dict())
    following = queries.next_waiting(request.user, after=found, wanted=wanted)
    return _to_item(following, wanted) if following else _to_list(wanted)


def _to_list(wanted: Filter) -> HttpResponse:
    return redirect(f"{reverse('reviews:list')}{wanted.query}")


def _to_item(found: ReviewItem, wanted: Filter) -> HttpResponse:
    return redirect(f"{found.get_absolute_url()}{wanted.query}")


def _item_page(
    request: HttpRequest,
    found: ReviewItem,
    *,
    form: DecisionForm | None = None,
    hand_form: HandForm | None = None,
) -> HttpResponse:
    inbox.look_at(found, by=request.user)
    facet, wanted = found.facet, Filter.of(request.GET.dict())
    obj = object_of(found)
    (row,) = queries.rows([found])
    version = facet.version(obj) if obj is not None else ""
    half = found.state == ReviewItem.State.HALF and found.first_version == version
    own = found.is_open and request.user.pk in involved(found, obj)
    colleagues = list(details.colleagues(found, obj, request.user)) if found.is_open and not own else []
    context: dict[str, Any] = {
        "row": row,
        "item": found,
        "wanted": wanted,
        "form": form or DecisionForm(weighs=facet.weighs),
        "hand_form": hand_form
        or (HandForm(colleagues=colleagues, initial={"to": found.assigned_to_id}) if colleagues else None),
        "details": facet.details(form.data if form else None, initial=found.first_decision if half else None)
        if facet.details and found.is_open
        else None,
        # Only an address without a query is gone on with after the way to confirm.
        "onwards": "" if facet.step_up else wanted.query,
        "labels": facet.labels or (_("通过"), _("不通过")),
        "obj": obj,
        "reasons": details.reasons_for(found.kind, facet.reasons) if found.is_open else [],
        "body": facet.template,
        "following": queries.next_waiting(request.user, after=found, wanted=wanted),
        "version": version,
        "own": own,
        "half": half,
        "first_label": found.label(approved=found.first_decision.get("approved", True)) if half else "",
        "first": half and request.user.pk == found.first_by_id,
        "history": details.history(found),
        **(facet.context(obj, request.user) if obj is not None else {}),
    }
    status = 422 if form or hand_form else 200
    return render(request, "moderation/item.html", context, status=status)
