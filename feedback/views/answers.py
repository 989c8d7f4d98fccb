"""What a page answers where a step is not possible: 409 for the wrong moment, 422 for what is missing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from foundation.core.flow.workflow import GuardFails, StepNotAllowed

type View = Callable[..., HttpResponse]


def in_words(view: View) -> View:
    """Let a refused step be a page that says why, with the way back, instead of an error."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except StepNotAllowed:
            return refused(request, _("这条建议刚刚有了变化，现在不能这样做。请回到上一页看看。"), status=409)
        except GuardFails as why:
            return refused(request, str(why.words), status=422)
        except ValidationError as fault:
            return refused(request, " ".join(fault.messages), status=422)

    return answered


def refused(request: HttpRequest, words: str, *, status: int) -> HttpResponse:
    """Say why something was not done."""
    context = {"words": words, "back": request.META.get("HTTP_REFERER", "")}
    return render(request, "feedback/refused.html", context, status=status)
