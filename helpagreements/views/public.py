"""What everybody may read of agreements, and the whole of one for its parties (H5, H8)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.core.access.permissions import require
from foundation.core.access.routes import open_to_all, permit
from foundation.core.pages.keeping import kept_for_visitors
from helpagreements.domain.ending import open_request
from helpagreements.domain.machine import AGREEMENT, side_of
from helpagreements.domain.pushing import obstacles
from helpagreements.domain.queries import agreements
from helpagreements.domain.queries.steps import in_words, table
from helpagreements.domain.signing import pages_left
from helpagreements.domain.wording import filled
from helpagreements.enums import Side, Standing
from helpagreements.interfaces.acts import ACTS
from helpagreements.models import Agreement
from helpagreements.models.agreement import IN_FORCE
from helpagreements.permissions import AgreementPermission
from helpagreements.rules import is_head, is_member

PER_PAGE = 20
# So many on the page; the dossier has them all.
NOTES = 30
# What a suspended institution can still say: no, and that it takes its own wish back.
IN_SUSPENSION = {"reject", "recall_end", "recall_rescind", "refuse_end", "refuse_rescind"}
SHOWN = (Standing.SIGNED, Standing.EXPIRED, Standing.OTHER)


@require_safe
@permit(AgreementPermission.VIEW_PUBLIC)
def agreement_list(request: HttpRequest) -> HttpResponse:
    """The cards of all signed agreements, by standing; what is on its way is nobody's business."""
    every = agreements.published()
    standing = request.GET.get("standing", "")
    found = every.standing(standing) if standing in SHOWN else every
    counts = agreements.with_counts(every)
    context = {
        "page_obj": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "standing": standing,
        "standings": [(str(word), word.label, counts[str(word)]) for word in SHOWN],
        "total": sum(counts.values()),
    }
    return render(request, "helpagreements/list.html", context)


@never_cache
@require_safe
@permit(AgreementPermission.VIEW_PUBLIC)
def agreement(request: HttpRequest, public_id: str) -> HttpResponse:
    """One agreement: the whole for its parties, the card for everybody once it was signed, 404 for anything else."""
    related = ("community", "institution__place", "place", "supersedes")
    mine = (
        Agreement.objects.visible_to(request.user)
        .select_related(*related)
        .filter(public_id=public_id)
        .first()
    )
    if mine is not None:
        require(request.user, AgreementPermission.VIEW_FULL, place_path=mine.place.path, obj=mine)
        return render(request, "helpagreements/agreement.html", _whole(mine, request.user))
    card = agreements.published().filter(public_id=public_id).first()
    if card is None:
        raise Http404
    return render(request, "helpagreements/card.html", {"agreement": card})


def offered(one: Agreement, user: Any) -> list[tuple[str, Any]]:
    """Return the acts that a page offers to somebody now, in the order of ACTS."""
    open_steps = AGREEMENT.open_to(one, user)
    asked = open_request(one)
    signed = one.state == Agreement.State.SIGNED and "rescind" in open_steps
    # What the other side asked is answered; what one's own side asked is taken back.
    answers = {"rescind", "refuse_end", "approve_end", "refuse_rescind"}
    takes_back = {"recall_end", "recall_rescind"}
    if signed:
        open_steps |= {"ask_rescind", "refuse_rescind", "recall_rescind"}
    if asked is None:
        open_steps -= answers | takes_back
    else:
        open_steps -= {"ask_rescind"}
        open_steps -= answers if side_of(user, one) == asked.side else takes_back
    if one.forced_ends.filter(state="waiting").exists():
        open_steps -= {"force_end"}
    if is_member(user, one) and not one.institution.stands:
        open_steps &= IN_SUSPENSION
    return [(event, act) for event, act in ACTS.items() if event in open_steps]


def _whole(one: Agreement, user: Any) -> dict[str, Any]:
    version = agreements.shown_version(one, user)
    side = side_of(user, one)
    clauses = agreements.with_comments(version)
    for clause in clauses:
        clause.text = filled(clause.text, one)
    notes = one.notes.select_related("by").prefetch_related("note_pictures__file")[:NOTES]
    return {
        "agreement": one,
        "version": version,
        "clauses": clauses,
        "side": side,
        "of_staff": side == Side.COMMUNITY,
        "acts": offered(one, user),
        "asked": open_request(one),
        "obstacles": obstacles(one) if one.state == Agreement.State.DRAFT and side == Side.COMMUNITY else [],
        "head": is_head(user, one),
        "left": len(pages_left(version, user)) if is_head(user, one) else 0,
        "happened": agreements.life_of(one, side),
        "notes": notes,
        "stands": one.institution.stands,
        "forced": one.forced_ends.filter(state="done").first(),
        "may_note": one.state in IN_FORCE and (side == Side.COMMUNITY or one.institution.stands),
        "ended": one.ending_requests.filter(state="agreed").select_related("statement"),
    }


@kept_for_visitors
@require_safe
@open_to_all("how institutions, certificates and agreements go on, and who may do what: rules, no data")
def steps(request: HttpRequest) -> HttpResponse:
    """The steps and the rights of the help platform, as the site obeys them."""
    roles, rights = table()
    return render(
        request, "helpagreements/steps.html", {"machines": in_words(), "roles": roles, "rights": rights}
    )
