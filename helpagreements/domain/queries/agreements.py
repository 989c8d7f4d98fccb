"""Reading agreements: lists with exact counts, one with its life."""

from typing import Any

from django.db.models import Count

from foundation.accounts.models import Organisation
from foundation.core.flow.timeline import Happened, timeline
from foundation.core.models import Place
from helpagreements.enums import Side, Standing
from helpagreements.models import Agreement, Version
from helpagreements.models.agreement import STANDINGS, AgreementQuerySet
from helpagreements.rules import is_member

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


def life_of(agreement: Agreement) -> list[Happened]:
    """Return every step of an agreement and of what was asked about its end."""
    return timeline(agreement, *agreement.forced_ends.all())


def waiting_for(side: str, user: Any) -> AgreementQuerySet:
    """Return what waits for the reader's side: to be signed, or for its answer to the other side's wish to end."""
    found = Agreement.objects.visible_to(user).select_related(*RELATED)
    asked = found.filter(ending_requests__state="asked").exclude(ending_requests__side=side)
    if side == Side.INSTITUTION:
        return (found.filter(state=Agreement.State.PUSHED) | asked).distinct().order_by("sign_by", "pk")
    return asked.distinct().order_by("pk")
