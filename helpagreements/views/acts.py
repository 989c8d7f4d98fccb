"""The acts of both sides: every event of the machine that a person causes has one address (H5)."""

import base64
from datetime import UTC, datetime
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from foundation.accounts.domain.confirmation import require_fresh
from foundation.accounts.middleware import require_staff_ready
from foundation.core.access.addresses import address_of
from foundation.core.access.permissions import require
from foundation.core.access.routes import permit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.signing.domain.certificates import certificate_of
from foundation.signing.domain.faults import SigningFault
from foundation.signing.domain.signatures import begin_device_signature
from helpagreements.domain import machine, notes, pushing, signing
from helpagreements.domain.drafting import content_digest
from helpagreements.domain.ending import open_request
from helpagreements.domain.machine import AGREEMENT, side_of
from helpagreements.domain.queries.agreements import shown_version
from helpagreements.domain.signing import Proof
from helpagreements.enums import Side
from helpagreements.interfaces.acts import ACTS, OF_RESCIND, Act, Given, event_of, to_sign
from helpagreements.interfaces.forms import CommentForm, NoteForm, PushForm, ReviseForm
from helpagreements.models import Agreement
from helpagreements.permissions import AgreementPermission
from helpagreements.views.found import found

# What an act does not start from is said as 409: somebody was quicker, or the page is old.
CONFLICT = 409


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(AgreementPermission.VIEW_FULL)
def act(request: HttpRequest, public_id: str, event: str) -> HttpResponse:
    """Show what an act means and what it asks for; a POST carries it out."""
    chosen = ACTS.get(event)
    if chosen is None:
        raise Http404
    agreement = found(public_id, request.user)
    require(request.user, chosen.permission, place_path=agreement.place.path, obj=agreement)
    machine.require_actor(agreement, event_of(event), request.user)
    _require_other_side(agreement, chosen, request.user)
    if machine.side_of(request.user, agreement) == Side.COMMUNITY:
        # The seal of an office asks no less than the admin's door.
        require_staff_ready(request, back=agreement.get_absolute_url())
    if chosen.step_up:
        require_fresh(request)
    form = _form(chosen, agreement, request)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                chosen.do(agreement, form, Given(request.user, _proof(request)))
            except StepNotAllowed:
                status = CONFLICT
                form.add_error(None, _("协议的状态刚刚变了，现在不能这样办。请回到协议页看最新情况。"))
            except (GuardFails, SigningFault) as fault:
                form.add_error(None, str(fault))
            else:
                messages.success(request, chosen.done)
                return redirect(agreement)
    elif event not in _possible(agreement):
        status = CONFLICT
    context = {
        "agreement": agreement,
        "event": event,
        "act": chosen,
        "form": form,
        "possible": status != CONFLICT,
    }
    context.update(_to_sign(chosen, agreement, request.user))
    return render(request, "helpagreements/act.html", context, status=status)


def _require_other_side(agreement: Agreement, chosen: Act, user: Any) -> None:
    """Nobody answers what her own side asked. Raises Refused."""
    asked = open_request(agreement) if chosen.answers else None
    if asked is not None and machine.side_of(user, agreement) == asked.side:
        raise machine.NOBODY


def _possible(agreement: Agreement) -> set[str]:
    allowed = AGREEMENT.allowed(agreement.state)
    return allowed | set(OF_RESCIND) if agreement.state == Agreement.State.SIGNED else allowed


def _form(chosen: Act, agreement: Agreement, request: HttpRequest) -> Any:
    data = request.POST if request.method == "POST" else None
    if chosen.form is ReviseForm:
        return ReviseForm(data, clauses=shown_version(agreement, request.user).clauses.all())
    if chosen.form is PushForm:
        return PushForm(data, initial={"seen": content_digest(agreement)})
    if chosen.signs:
        side = side_of(request.user, agreement)
        certificate = (
            certificate_of(request.user, agreement.institution) if side == Side.INSTITUTION else None
        )
        return chosen.form(data, certificate=certificate, by_seal=side == Side.COMMUNITY)  # type: ignore[call-arg]
    return chosen.form(data)


def _proof(request: HttpRequest) -> Proof:
    records = get_authentication_records(request, request.user)
    # The moment at which she proved it, not the one at which she pressed.
    proved = [one for one in records if one.get("reauthenticated")] or records
    last: dict[str, Any] = proved[-1] if proved else {}
    at = datetime.fromtimestamp(last["at"], UTC) if last else timezone.now()
    return Proof(
        confirmed_by=str(last.get("method", "")),
        confirmed_at=at,
        ip=address_of(request),
        user_agent=request.headers.get("User-Agent", "")[:300],
    )


def _to_sign(chosen: Act, agreement: Agreement, user: Any) -> dict[str, Any]:
    """What the page shows of what is signed: the file's digest, the pages not yet opened, the other side's words."""
    if not chosen.signs:
        return {}
    version, asked = shown_version(agreement, user), open_request(agreement)
    answers = asked.statement if asked is not None and chosen.answers else None
    return {
        "document": version.document if chosen.reads else answers,
        "left": signing.pages_left(version, user) if chosen.reads else [],
        "asked": asked,
    }


@never_cache
@require_POST
@permit(AgreementPermission.VIEW_FULL)
def begin(request: HttpRequest, public_id: str, event: str) -> HttpResponse:
    """Give the signer's browser what its key has to sign for an act; what she typed is looked at first."""
    chosen = ACTS.get(event)
    if chosen is None or not chosen.signs:
        raise Http404
    agreement = found(public_id, request.user)
    require(request.user, chosen.permission, place_path=agreement.place.path, obj=agreement)
    machine.require_actor(agreement, event_of(event), request.user)
    require_fresh(request)
    certificate = certificate_of(request.user, agreement.institution)
    if certificate is None:
        return JsonResponse({"error": _("您还没有有效的签名证书。")}, status=422)
    try:
        document = to_sign(agreement, event, _form(chosen, agreement, request), by=request.user)
        task = begin_device_signature(
            document, slot=Side.INSTITUTION, certificate=certificate, by=request.user
        )
    except StepNotAllowed:
        return JsonResponse({"error": _("协议的状态刚刚变了。")}, status=CONFLICT)
    except (GuardFails, SigningFault) as fault:
        return JsonResponse({"error": str(fault)}, status=422)
    return JsonResponse(
        {
            "token": task.token,
            "to_sign": base64.b64encode(task.to_sign).decode(),
            "digest": task.digest.hex(),
            "document": document.sha256,
        }
    )


@require_POST
@permit(AgreementPermission.VIEW_FULL)
def comment(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    """Say something about one clause."""
    agreement = found(public_id, request.user)
    clause = shown_version(agreement, request.user).clauses.filter(key=key).first()
    if clause is None:
        raise Http404
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            pushing.comment(clause, text=form.cleaned_data["text"], by=request.user)
        except StepNotAllowed:
            messages.error(request, _("协议已经签署或结束，不能再提意见。"))
            return redirect(agreement)
        except GuardFails as fault:
            messages.error(request, str(fault))
            return redirect(agreement)
        messages.success(request, _("意见已发给对方。"))
        return redirect(f"{agreement.get_absolute_url()}#clause-{key}")
    context = {"agreement": agreement, "clause": clause, "form": form}
    return render(request, "helpagreements/comment.html", context, status=422)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permit(AgreementPermission.RECORD_NOTE)
def note(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write down what was done under the agreement."""
    agreement = found(public_id, request.user)
    require(request.user, AgreementPermission.RECORD_NOTE, place_path=agreement.place.path, obj=agreement)
    form = NoteForm(request.POST or None, request.FILES or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            notes.record_note(agreement, by=request.user, **form.cleaned_data)
        except StepNotAllowed:
            status = CONFLICT
            form.add_error(None, _("协议现在不在履行中，不能记录。"))
        except GuardFails as fault:
            form.add_error(None, str(fault))
        except ValidationError as fault:
            form.add_error("pictures", fault)
        else:
            messages.success(request, _("记好了。"))
            return redirect(f"{agreement.get_absolute_url()}#notes")
    return render(request, "helpagreements/note.html", {"agreement": agreement, "form": form}, status=status)
