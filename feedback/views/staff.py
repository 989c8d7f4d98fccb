"""The office's ideas: what waits for an answer, one idea with all that can be done with it, the categories (O3)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.domain.answering import answer_idea, merge_idea
from feedback.domain.machine import FLOW, letters_of
from feedback.domain.queries import ideas as reading
from feedback.domain.sorting import keep_category
from feedback.interfaces.forms import AnswerForm, CategoryForm, MergeForm
from feedback.models import Category, Idea
from feedback.permissions import FeedbackPermission
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import permit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed

PER_PAGE = 30


@never_cache
@require_safe
@permit(FeedbackPermission.ANSWER)
def ideas(request: MemberRequest) -> HttpResponse:
    """The ideas of the own places, what waits for an answer first: `?q=&state=&category=&page=`."""
    state, query = request.GET.get("state", ""), request.GET.get("q", "").strip()[:40]
    category = request.GET.get("category", "")[:16]
    rows = reading.answered_by(request.user, state=state, category=category, words=query)
    context = {
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "states": [one for one in Idea.State.choices if one[0] != Idea.State.WITHDRAWN],
        "categories": Category.objects.all(),
        "state": state,
        "category": category,
        "query": query,
    }
    return render(request, "feedback/office/ideas.html", context)


def _one(request: MemberRequest, public_id: str) -> Idea:
    rows = reading.whole(reading.as_read_by(Idea.objects.answered_by(request.user), request.user))
    found: Idea = get_object_or_404(rows, public_id=public_id)
    return found


def _page(
    request: MemberRequest,
    idea: Idea,
    *,
    form: AnswerForm | None = None,
    merge_form: MergeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:40]
    possible = FLOW.open_to(idea, request.user)
    context: dict[str, Any] = {
        "idea": idea,
        "answers_for_it": "A" in letters_of(request.user, idea),
        "form": form or AnswerForm(idea=idea, user=request.user),
        "merge_form": merge_form or MergeForm(),
        "may_merge": "merge" in possible,
        "words": words,
        "candidates": reading.similar(words or idea.title, request.user, most=10, without=idea.pk)
        if "merge" in possible
        else [],
        "merged": list(reading.merged_with(idea, request.user)),
    }
    return render(request, "feedback/office/idea.html", context, status=status)


@never_cache
@require_safe
@permit(FeedbackPermission.ANSWER)
def idea(request: MemberRequest, public_id: str) -> HttpResponse:
    """One idea of the own places, with what can be done: `?q=` finds what to merge it into."""
    return _page(request, _one(request, public_id))


@require_POST
@permit(FeedbackPermission.ANSWER)
def answer(request: MemberRequest, public_id: str) -> HttpResponse:
    """Answer an idea (`text`), carry it on (`step`), or both."""
    one = _one(request, public_id)
    form = AnswerForm(request.POST, idea=one, user=request.user)
    if not form.is_valid():
        return _page(request, one, form=form, status=422)
    try:
        answer_idea(one, by=request.user, text=form.cleaned_data["text"], step=form.cleaned_data["step"])
    except GuardFails as why:
        form.add_error("text", str(why.words))
        return _page(request, one, form=form, status=422)
    except ValidationError as fault:
        form.add_error(None, fault)
        return _page(request, one, form=form, status=422)
    except StepNotAllowed:
        form.add_error(None, _("这条建议刚刚有了变化，现在不能这样做。"))
        return _page(request, _one(request, public_id), form=form, status=409)
    messages.success(request, _("已答复，提建议的人和支持的邻居会收到通知。"))
    return redirect("feedback_office:idea", public_id)


@require_POST
@permit(FeedbackPermission.ANSWER)
def merge(request: MemberRequest, public_id: str) -> HttpResponse:
    """Merge an idea into another of the own places (`into`)."""
    one = _one(request, public_id)
    form = MergeForm(request.POST)
    if not form.is_valid():
        return _page(request, one, merge_form=form, status=422)
    target = Idea.objects.answered_by(request.user).filter(public_id=form.cleaned_data["into"]).first()
    if target is None:
        form.add_error("into", _("这条建议已经不在了，请另选一条。"))
        return _page(request, one, merge_form=form, status=422)
    try:
        merge_idea(one, target, by=request.user, text=form.cleaned_data["text"])
    except GuardFails as why:
        form.add_error("into", str(why.words))
        return _page(request, one, merge_form=form, status=422)
    except StepNotAllowed:
        form.add_error(None, _("这条建议刚刚有了变化，现在不能这样做。"))
        return _page(request, _one(request, public_id), merge_form=form, status=409)
    messages.success(request, _("已合并，支持票并到了“%(title)s”。") % {"title": target.title})
    return redirect("feedback_office:idea", target.public_id)


def _categories(request: MemberRequest, form: CategoryForm | None = None, status: int = 200) -> HttpResponse:
    changed = form.instance.pk if form is not None else None
    rows = Category.objects.all()
    forms = [form if form and one.pk == changed else CategoryForm(instance=one) for one in rows]
    context = {"forms": forms, "new": form if form is not None and changed is None else CategoryForm()}
    return render(request, "feedback/office/categories.html", context, status=status)


def _keep(request: MemberRequest, known: Category | None) -> HttpResponse:
    form = CategoryForm(request.POST, instance=known)
    if form.is_valid():
        try:
            keep_category(known, by=request.user, values=form.values)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("已保存。"))
            return redirect("feedback_office:categories")
    return _categories(request, form, status=422)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(FeedbackPermission.KEEP_CATEGORIES)
def categories(request: MemberRequest) -> HttpResponse:
    """The categories; a form sent here adds one."""
    return _keep(request, None) if request.method == "POST" else _categories(request)


@require_POST
@permit(FeedbackPermission.KEEP_CATEGORIES)
def category(request: MemberRequest, public_id: str) -> HttpResponse:
    """Change a category, or retire it."""
    return _keep(request, get_object_or_404(Category, public_id=public_id))
