"""What residents do with ideas: write, support, change, take back; each by a plain form (O3)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from feedback.domain import voting, writing
from feedback.domain.queries.ideas import as_read_by, similar
from feedback.interfaces.forms import IdeaForm, WordsForm
from feedback.models import Idea
from feedback.permissions import FeedbackPermission
from feedback.rules import MAX_TITLE
from feedback.views.answers import in_words
from foundation.accounts.interfaces.requests import MemberRequest
from foundation.core.access.routes import permit
from foundation.social.views.ways import back


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(FeedbackPermission.WRITE)
def write(request: MemberRequest) -> HttpResponse:
    """Write an idea: first its title (`?title=`), beside what was suggested already, then the rest."""
    if request.method != "POST":
        title = request.GET.get("title", "").strip()[:MAX_TITLE]
        form = IdeaForm(initial={"title": title}, user=request.user) if title else None
        return _form_page(request, form, title)
    form = IdeaForm(request.POST, request.FILES, user=request.user)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = writing.write_idea(
                by=request.user,
                place=given["place"],
                category=given["category"],
                title=given["title"],
                text=given["text"],
                private=given["private"],
                pictures=given["pictures"],
                descriptions=request.POST.getlist("description"),
                once=given["once"],
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            if made.is_shown:
                messages.success(request, _("已提交，社区会尽快答复，有进展会告诉您。"))
            else:
                messages.info(request, _("已保存，社区核对后公开，有结果会告诉您。"))
            return redirect(made)
    return _form_page(request, form, request.POST.get("title", "").strip()[:MAX_TITLE], status=422)


def _form_page(
    request: MemberRequest, form: IdeaForm | None, title: str, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "typed": title,
        "similar": similar(title, request.user) if title else [],
        "most_signs": MAX_TITLE,
    }
    return render(request, "feedback/new.html", context, status=status)


def _visible(request: MemberRequest, public_id: str) -> Any:
    visible = as_read_by(Idea.objects.visible_to(request.user), request.user)
    return get_object_or_404(visible, public_id=public_id)


def _own(request: MemberRequest, public_id: str) -> Any:
    found = _visible(request, public_id)
    if found.author_id != request.user.pk:
        raise Http404
    return found


@require_POST
@permit(FeedbackPermission.VOTE)
@in_words
def vote(request: MemberRequest, public_id: str) -> HttpResponse:
    """Support an idea (`wanted=1`), or no more (`wanted=0`)."""
    idea = _visible(request, public_id)
    wanted = request.POST.get("wanted") != "0"
    number = voting.vote(idea, by=request.user, wanted=wanted)
    if request.htmx:
        idea.vote_count, idea.voted = number, wanted
        return render(request, "feedback/vote_button.html", {"idea": idea})
    return back(request, idea.url, anchor=f"i-{public_id}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(FeedbackPermission.WRITE)
@in_words
def edit(request: MemberRequest, public_id: str) -> HttpResponse:
    """Change what the own idea says, while it is new and nobody else supports it."""
    idea = _own(request, public_id)
    said = {"title": idea.title, "text": idea.text, "category": idea.category}
    form = WordsForm(request.POST or None, initial=said, now=idea.category)
    if request.method == "POST" and form.is_valid():
        try:
            changed = writing.edit_idea(idea, by=request.user, values=form.cleaned_data)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("已保存。"))
            return redirect(changed)
    context = {"form": form, "idea": idea}
    return render(request, "feedback/edit.html", context, status=422 if form.is_bound else 200)


@require_POST
@permit(FeedbackPermission.VOTE)
@in_words
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take the own idea back: from now on only its author sees it."""
    idea = _own(request, public_id)
    writing.withdraw_idea(idea, by=request.user)
    messages.success(request, _("已撤回，只有您自己还看得到。"))
    return redirect(idea)
