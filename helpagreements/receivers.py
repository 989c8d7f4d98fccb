"""What agreements hear from below: institutions are suspended, closed, and left by people (H2, H5)."""

from typing import Any

from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import Organisation
from foundation.signing.domain.queries.fingerprints import fingerprints_of
from foundation.signing.domain.verification import Standing, register_standing
from foundation.signing.models import Certificate, SignedDocument
from foundation.signing.signals import certificate_revoked
from helpagreements.domain import ending, machine, paper
from helpagreements.domain.queries import agreements
from helpagreements.enums import Side
from helpagreements.models import Agreement, EndingRequest, ForcedEnd
from helpagreements.models.agreement import IN_FORCE
from organisations.domain import closing, desk, panels
from organisations.domain.members import is_head as heads
from organisations.models import Institution
from organisations.signals import institution_suspended, institution_suspending

MOST = 5


@receiver(institution_suspending, dispatch_uid="helpagreements.lock")
def lock_agreements(sender: Any, institution: Institution, **kwargs: Any) -> None:
    """Who acts on one of its agreements is done before the institution is suspended, or comes after it."""
    ending.lock_all(institution.organisation)


@receiver(institution_suspended, dispatch_uid="helpagreements.suspend")
def suspend_agreements(sender: Any, institution: Institution, reason: str = "", **kwargs: Any) -> None:
    """Its active agreements rest from the same moment on (help-platform.md §2.1, suspend)."""
    ending.suspend_all(institution.organisation, reason=_("机构已暂停：%(reason)s") % {"reason": reason})


@closing.register
def open_agreements(institution: Institution) -> list[str]:
    """An institution is not closed while something binds it."""
    open_states = (*IN_FORCE, Agreement.State.SIGNED, Agreement.State.PUSHED)
    count = Agreement.objects.filter(institution=institution.organisation, state__in=open_states).count()
    return [_("还有 %(count)s 份没有结束的协议。") % {"count": count}] if count else []


@receiver(certificate_revoked, dispatch_uid="helpagreements.key_gone")
def tell_of_revoked_key(sender: Any, certificate: Certificate, **kwargs: Any) -> None:
    """What waits for a signature with that key waits for nobody: the community hears of it (§2.1, certificate.revoke)."""
    waiting = Agreement.objects.filter(institution=certificate.organisation, state=Agreement.State.PUSHED)
    for agreement in waiting.select_related("place"):
        machine.tell("agreement_key_gone", agreement, Side.COMMUNITY)


def _fingerprints(institution: Institution, user: Any) -> dict[str, Any] | None:
    """What the institution can sign with, for whoever compares (§2.1, certificate.issue)."""
    found = fingerprints_of(institution.organisation)
    return {"fingerprints": found} if found else None


panels.register(
    panels.Panel(
        key="fingerprints", template="helpagreements/fingerprints.html", context=_fingerprints, order=60
    )
)
desk.register_tab(
    desk.Tab(
        key="agreements",
        words=gettext_lazy("协议"),
        url=lambda organisation: reverse("desk_agreements"),
        order=5,
        shown=lambda user, organisation: organisation.type == Organisation.Type.INSTITUTION,
    )
)


@desk.register_waiting
def what_waits(user: Any, organisation: Organisation) -> list[desk.Waiting]:
    """What an institution has to sign or to answer."""
    # Only the head can do it; a suspended institution signs nothing.
    if not organisation.stands or not heads(user, organisation):
        return []
    found = agreements.waiting_for(Side.INSTITUTION, user).filter(institution=organisation)
    return [
        desk.Waiting(
            _("签署协议：%(title)s") % {"title": one.title}
            if one.state == Agreement.State.PUSHED
            else _("答复社区的解约申请：%(title)s") % {"title": one.title},
            one.get_absolute_url(),
            one.sign_by if one.state == Agreement.State.PUSHED else None,
        )
        for one in found
    ]


def _standing_of(document: SignedDocument) -> Standing:
    """Say what holds today of an agreement, to whoever checks its file."""
    agreement = Agreement.objects.filter(pk=document.about_id).first()
    if agreement is None:
        return Standing(_("协议已经不在了。"), False)
    good = agreement.state in (*IN_FORCE, Agreement.State.SIGNED)
    words = _("协议现在的状态：%(state)s。有效期 %(starts)s 至 %(ends)s。") % {
        "state": agreement.get_state_display(),
        "starts": agreement.starts_on,
        "ends": agreement.ends_on,
    }
    return Standing(words, good, agreement.get_absolute_url())


def _ended_by(document: SignedDocument) -> Standing:
    """Say what became of the agreement that a statement ends."""
    request = EndingRequest.objects.filter(statement=document).select_related("agreement").first()
    forced = ForcedEnd.objects.filter(statement=document).select_related("agreement").first()
    ending_of = request or forced
    if ending_of is None:
        return Standing(_("协议已经不在了。"), False)
    state = ending_of.agreement.get_state_display()
    return Standing(
        _("原协议现在的状态：%(state)s。") % {"state": state}, True, ending_of.agreement.get_absolute_url()
    )


register_standing(paper.KIND, _standing_of)
register_standing(paper.ENDING, _ended_by)


def _signed_ones(institution: Institution, user: Any) -> dict[str, Any] | None:
    """The cards of what it signed, for its own page."""
    found = agreements.published(institution=institution.organisation)
    shown = list(found[: MOST + 1])
    return {"agreements": shown[:MOST], "more": len(shown) > MOST} if shown else None


panels.register(
    panels.Panel(key="agreements", template="helpagreements/panel.html", context=_signed_ones, order=40)
)
