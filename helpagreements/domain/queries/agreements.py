"""Reading agreements: lists with exact counts, one with its life."""

from collections import defaultdict
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from foundation.accounts.models import Organisation
from foundation.core.flow.timeline import Happened, timeline
from foundation.core.models import Place
from helpagreements.enums import Side, Standing
from helpagreements.models import Agreement, Clause, ClauseComment, EndingRequest, Version
from helpagreements.models.agreement import STANDINGS, AgreementQuerySet
from helpagreements.rules import is_member

ONLY_OF_THE_OFFICE = ("agreement.ask_force_end", "agreement.draft", "agreement.edit")
RELATED = ("community", "institution", "place")


def with_counts(found: AgreementQuerySet) -> dict[str, int]:
    """Return how many of each standing (待签约, 已签约, 已到期, 其他) there are, in one statement."""
    by_state = dict(found.order_by().values_list("state").annotate(Count("pk")))
    counts = {
        str(word): sum(by_state.get(state, 0) for state in states) for word, states in STANDINGS.items()
    }
    counts[str(Standing.OTHER)] = sum(by_state.values()) - sum(counts.values())
    return counts


def of_institution(organisation: Organisation, user: Any) -> AgreementQuerySet:
    """Return what an institution reads at its desk, the newest first."""
    found = Agreement.objects.visible_to(user).filter(institution=organisation)
    return found.select_related(*RELATED).order_by("-id")


def of_own(user: Any) -> AgreementQuerySet:
    """Return what was ever put before the institutions that somebody belongs to, the newest first."""
    found = Agreement.objects.visible_to(user).filter(institution_id__in=user.organisation_ids)
    return found.select_related(*RELATED).order_by("-id")


def of_staff(user: Any) -> AgreementQuerySet:
    """Return what staff work on in the admin, the newest first."""
    return Agreement.objects.visible_to(user).select_related(*RELATED).order_by("-id")


def published(place: Place | None = None, institution: Organisation | None = None) -> AgreementQuerySet:
    """Return the cards that everybody may read, of one place or institution or of all, the newest first."""
    found = Agreement.objects.public().select_related(*RELATED).order_by("-signed_at", "-id")
    if place is not None:
        found = found.filter(place__path__startswith=place.path)
    return found.filter(institution=institution) if institution is not None else found


def shown_version(agreement: Agreement, user: Any) -> Version:
    """Return the wording that somebody reads: the institution never the one that is being drafted anew."""
    if is_member(user, agreement) and agreement.state == Agreement.State.DRAFT:
        return agreement.versions.exclude(pushed_at=None).select_related("document").latest("number")
    return agreement.current


def with_comments(version: Version) -> list[Clause]:
    """Return the clauses of a version, each with what was said about it in this version and the ones before (`said`)."""
    clauses = list(version.clauses.all())
    said = ClauseComment.objects.filter(
        clause__version__agreement_id=version.agreement_id, clause__version__number__lte=version.number
    )
    by_key: dict[str, list[ClauseComment]] = defaultdict(list)
    for comment in said.select_related("by", "clause__version"):
        by_key[comment.clause.key].append(comment)
    for clause in clauses:
        clause.said = by_key[clause.key]  # type: ignore[attr-defined]
    return clauses


def life_of(agreement: Agreement, side: str) -> list[Happened]:
    """Return every step of an agreement as one side reads it.

    What the community considers against the institution is its own until two have decided; then it is a step.
    """
    if side == Side.COMMUNITY:
        return timeline(agreement, *agreement.forced_ends.all())
    return [one for one in timeline(agreement) if one.action not in ONLY_OF_THE_OFFICE]


def waiting_for(side: str, user: Any) -> AgreementQuerySet:
    """Return what waits for the reader's side: to be signed, or for its answer to the other side's wish to end."""
    found = Agreement.objects.visible_to(user).select_related(*RELATED)
    theirs = EndingRequest.objects.filter(agreement=OuterRef("pk"), state="asked").exclude(side=side)
    waits = Q(Exists(theirs))
    if side == Side.INSTITUTION:
        waits |= Q(state=Agreement.State.PUSHED)
    return found.filter(waits).order_by("sign_by", "pk")
