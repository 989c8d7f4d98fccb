"""The institution's side: open every page, sign, and what the calendar does then (H5, steps 3 to 5; H6)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Organisation
from foundation.core.access.permissions import require
from foundation.core.flow import chores
from foundation.core.flow.audit import AuditEntry
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.signing.domain import documents, signatures
from foundation.signing.domain.ceremony import CONSENT_VERSION, Ceremony
from foundation.signing.domain.pins import OpenedKey
from foundation.signing.models import Certificate, SignedDocument
from helpagreements.domain import machine
from helpagreements.domain.forced import overtake, withdraw_forced
from helpagreements.domain.machine import AGREEMENT
from helpagreements.domain.pushing import by_clock, remind
from helpagreements.enums import Side
from helpagreements.models import Agreement, PageOpening, Version
from helpagreements.models.agreement import IN_FORCE
from helpagreements.permissions import AgreementPermission

# Both sides are told so many days before the end, and on the day (help-platform.md §2.1, expire).
WARN_DAYS = (30, 7, 0)


@dataclass(frozen=True)
class Credential:
    """How the institution's signer signs: with the key of her device, her PIN, or a licensed authority's key."""

    certificate: Certificate | None
    shown_digest: str
    pin: OpenedKey | str = ""
    task_token: str = ""
    signature: bytes = b""


@transaction.atomic
def open_page(version: Version, page: int, *, by: Any) -> None:
    """Write down that somebody of the institution has opened a page of what lies before her."""
    now = timezone.now()
    PageOpening.objects.get_or_create(version=version, user=by, page=page, defaults={"at": now})
    Version.objects.filter(pk=version.pk, first_opened_at=None).update(first_opened_at=now)


def pages_left(version: Version, user: Any) -> list[int]:
    """Return the pages of the frozen version that somebody has not opened yet."""
    if version.document is None:
        return []
    opened = set(PageOpening.objects.filter(version=version, user=user).values_list("page", flat=True))
    return [page for page in range(1, documents.page_count(version.document) + 1) if page not in opened]


def ceremony_of_statement(request: Any, proof: "Proof") -> Ceremony:
    """What is kept of how somebody signed the statement that ends an agreement; it has one page and no reading of its own."""
    delivered = getattr(request, "asked_at", None)
    return Ceremony(
        consent_version=proof.consent_version,
        confirmed_by=proof.confirmed_by,
        confirmed_at=proof.confirmed_at,
        ip=proof.ip,
        user_agent=proof.user_agent,
        delivered_at=delivered,
        first_opened_at=delivered,
    )


def ceremony_of(version: Version, proof: "Proof", *, by: Any) -> Ceremony:
    """Put together what is kept as evidence of how somebody signed (电子签名法 8)."""
    openings = PageOpening.objects.filter(version=version, user=by)
    entries = AuditEntry.objects.filter(kind="agreement", object_id=str(version.agreement_id))
    return Ceremony(
        pages_opened=dict(openings.values_list("page", "at")),
        consent_version=proof.consent_version,
        confirmed_by=proof.confirmed_by,
        confirmed_at=proof.confirmed_at,
        ip=proof.ip,
        user_agent=proof.user_agent,
        delivered_at=version.pushed_at,
        first_opened_at=version.first_opened_at,
        audit_seqs=list(entries.order_by("seq").values_list("seq", flat=True)),
    )


@dataclass(frozen=True)
class Proof:
    """How the signer proved who she is, moments before."""

    confirmed_by: str
    confirmed_at: Any
    ip: str
    user_agent: str
    consent_version: str = CONSENT_VERSION


def sign(agreement: Agreement, *, credential: Credential, proof: Proof, by: Any) -> None:
    """Sign for the institution (已签约). The caller has let `by` prove again who she is.

    Raises Refused, StepNotAllowed, GuardFails where she has not opened every page or the institution is suspended,
    and what `signing` raises: AlreadySigned, DigestDiffers, CertificateNotValid, WrongPin, NotTheSigner.
    """
    with AGREEMENT.step(agreement, "sign", by=by, place_path=agreement.place.path) as taken:
        machine.require_standing(agreement)
        _require_in_time(agreement)
        version = agreement.current
        if version.document is None:
            raise GuardFails(_("这份协议没有可签的文件。"))
        if left := pages_left(version, by):
            raise GuardFails(_("请先把每一页都打开看过，还有 %(count)s 页没看。") % {"count": len(left)})
        signed = sign_side(
            version.document,
            Side.INSTITUTION,
            credential=credential,
            ceremony=ceremony_of(version, proof, by=by),
            by=by,
        )
        taken.values["signed_at"] = signed.signed_at
        taken.values["reminded_at_days"] = None
        taken.data.update(version=version.number, sha256=version.document.latest_sha256)
        machine.settle(agreement)
        machine.tell("agreement_signed", agreement, Side.COMMUNITY, Side.INSTITUTION, by=by)


def _require_in_time(agreement: Agreement) -> None:
    """The clock decides, whether or not it was looked at meanwhile. Raises GuardFails."""
    late = agreement.sign_by is None or agreement.sign_by <= timezone.now()
    if late or agreement.ends_on is None or agreement.ends_on < timezone.localdate():
        raise GuardFails(_("签署期限已过，请让社区重新推送。"))


def sign_side(
    document: SignedDocument, side: str, *, credential: Credential | None, ceremony: Ceremony, by: Any
) -> Any:
    """Sign a document for one side: the community with its seal, the institution with its signer's own key."""
    if side == Side.COMMUNITY:
        return signatures.sign_with_seal(document, slot=side, by=by, ceremony=ceremony)
    if credential is None or credential.certificate is None:
        raise GuardFails(_("请先选择签名证书。"))
    own: dict[str, Any] = {"by": by, "ceremony": ceremony}
    if credential.task_token:
        return signatures.finish_device_signature(
            document,
            task_token=credential.task_token,
            signature=credential.signature,
            shown_digest=credential.shown_digest,
            **own,
        )
    own.update(slot=side, certificate=credential.certificate)
    if credential.certificate.backend == Certificate.Backend.LICENSED:
        return signatures.sign_with_licensed(
            document, secret=str(credential.pin), shown_digest=credential.shown_digest, **own
        )
    return signatures.sign_with_pin(document, pin=credential.pin, shown_digest=credential.shown_digest, **own)


def ready_to_sign(agreement: Agreement, *, by: Any) -> SignedDocument:
    """Return the document that the institution's signer may sign now. Raises Refused, StepNotAllowed, GuardFails."""
    require(by, AgreementPermission.SIGN, obj=agreement)
    if agreement.state != Agreement.State.PUSHED:
        raise StepNotAllowed("sign", agreement.state)
    machine.require_standing(agreement)
    version = agreement.current
    if version.document is None or pages_left(version, by):
        raise GuardFails(_("请先把每一页都打开看过。"))
    return version.document


@transaction.atomic
def _activate(agreement: Agreement) -> None:
    with AGREEMENT.step(agreement, "activate", by=None, place_path=agreement.place.path):
        if agreement.starts_on is None or agreement.starts_on > timezone.localdate():
            raise GuardFails(_("还没有到生效日。"))
        # What somebody wanted rescinded before today is answered by today.
        overtake(agreement)
        machine.tell("agreement_active", agreement, Side.COMMUNITY, Side.INSTITUTION)
    if not Organisation.objects.filter(pk=agreement.institution_id, stands=True).exists():
        # Its institution was suspended before it began: it rests from its first moment.
        with AGREEMENT.step(agreement, "suspend", by=None, place_path=agreement.place.path) as taken:
            taken.data["reason"] = str(_("机构处于暂停状态。"))


@transaction.atomic
def _supersede(older: Agreement) -> None:
    withdraw_forced(older, by=None)
    with AGREEMENT.step(older, "supersede", by=None, place_path=older.place.path) as taken:
        newer = older.renewals.filter(state=Agreement.State.ACTIVE).first()
        if newer is None:
            raise GuardFails(_("接替它的协议还没有生效。"))
        taken.values["ended_at"] = older.ended_at or timezone.now()
        taken.data["by"] = newer.number
        overtake(older)


@transaction.atomic
def _expire(agreement: Agreement) -> None:
    withdraw_forced(agreement, by=None)
    with AGREEMENT.step(agreement, "expire", by=None, place_path=agreement.place.path) as taken:
        if agreement.ends_on is None or agreement.ends_on >= timezone.localdate():
            raise GuardFails(_("截止日还没有过。"))
        taken.values["ended_at"] = timezone.now()
        overtake(agreement)
        machine.settle(agreement)
        machine.tell("agreement_expired", agreement, Side.COMMUNITY, Side.INSTITUTION)


@chores.each(chores.Rhythm.MINUTE)
def follow_the_calendar() -> int:
    """Put in force what begins today and end what is over; return how many."""
    today = timezone.localdate()
    begins = Agreement.objects.filter(state=Agreement.State.SIGNED, starts_on__lte=today)
    ends = Agreement.objects.filter(state__in=IN_FORCE, ends_on__lt=today)
    done = sum(by_clock(_activate, one) for one in begins.select_related("place"))
    # Whenever the older one can be taken: it may have been suspended on the day when the newer began.
    replaced = Agreement.objects.filter(
        state__in=AGREEMENT.steps["supersede"].sources, renewals__state=Agreement.State.ACTIVE
    )
    done += sum(by_clock(_supersede, one) for one in replaced.select_related("place").distinct())
    return done + sum(by_clock(_expire, one) for one in ends.select_related("place"))


@chores.each(chores.Rhythm.DAY)
def warn_of_the_end() -> int:
    """Tell both sides 30 and 7 days before the end and on the last day; return how many were told."""
    today, told = timezone.localdate(), 0
    for days in sorted(WARN_DAYS):
        due = Agreement.objects.filter(
            state__in=IN_FORCE, ends_on__gte=today, ends_on__lte=today + timedelta(days=days)
        )
        for one in due.select_related("place"):
            left = (one.ends_on - today).days  # type: ignore[operator]
            told += remind(one, days, left, "agreement_ending", Side.COMMUNITY, Side.INSTITUTION)
    return told
