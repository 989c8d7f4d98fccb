"""A signer's certificate: asked for, decided by two, used, revoked, expired (help-platform.md §2.1, §3.2; 电子签名法 15, 21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate
from django.core import signing as tokens
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import Membership, Organisation, User
from foundation.core import notify, reviews
from foundation.core.access.permissions import Refusal, Refused, has_permission, require
from foundation.core.files.uploads import store_picture
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed, Workflow
from foundation.signing.domain import authorities, licensed, pins
from foundation.signing.domain.faults import NotTheSigner, NotVerified
from foundation.signing.domain.pdf import pades, x509
from foundation.signing.models import Certificate
from foundation.signing.permissions import SigningPermission
from foundation.signing.signals import certificate_revoked

Backend, State = Certificate.Backend, Certificate.State
CHALLENGE_SECONDS = 10 * 60
CHALLENGE = "linli signing key"
MOST_LETTERS = 3


class AskedAlready(Exception):
    """There is a valid certificate, or one that waits."""


@dataclass(frozen=True, kw_only=True)
class DeviceKey:
    """A key that lives in a browser: its public half, and the proof that somebody has the other."""

    public_key: bytes
    challenge: str
    proof: bytes


@dataclass(frozen=True, kw_only=True)
class PinKey:
    """A key that the server keeps under a PIN of the holder's."""

    pin: str


@dataclass(frozen=True, kw_only=True)
class LicensedKey:
    """A key that a licensed authority keeps, by the name that it gave."""

    credential: str


type Holding = DeviceKey | PinKey | LicensedKey
BACKENDS: dict[type, str] = {
    DeviceKey: Backend.DEVICE,
    PinKey: Backend.PIN,
    LicensedKey: Backend.LICENSED,
}


def actors(user: Any, certificate: Certificate) -> set[str]:
    """Say which letters of the machine somebody is for a certificate: its holder, staff of the place, or neither.

    Who belongs to the organisation is none of its reviewers (回避).
    """
    letters = set()
    if certificate.user_id == user.pk:
        letters.add("H")
    place = certificate.organisation.place.path
    keeps = has_permission(user, SigningPermission.KEEP_CERTIFICATES, place_path=place)
    if keeps and user.pk not in members_of(certificate):
        letters.add("A")
    return letters


CERTIFICATE = Workflow.of_machine("certificate", actors=actors)


def members_of(certificate: Certificate) -> set[int]:
    """Return who belongs to the organisation now; an office's own staff keep its seal."""
    if certificate.is_seal:
        return set()
    found = Membership.objects.filter(organisation_id=certificate.organisation_id, until=None)
    return set(found.values_list("user_id", flat=True))


def challenge(by: Any, organisation: Organisation) -> str:
    """Return what a browser signs to show that it holds a key; for this person and organisation, for ten minutes."""
    return tokens.TimestampSigner(salt=CHALLENGE).sign(f"{by.pk}:{organisation.public_id}")


def may_ask(by: Any, organisation: Organisation) -> bool:
    """Whether somebody could have a certificate of that organisation: its head, of an office any member."""
    return any(one.pk == organisation.pk for one in askable(by))


def askable(by: Any) -> list[Organisation]:
    """Return the organisations for which somebody could have a certificate now."""
    if not has_permission(by, SigningPermission.KEEP_OWN_KEY):
        return []
    mine = Membership.objects.filter(user=by, until=None, organisation__stands=True)
    return [
        one.organisation
        for one in mine.select_related("organisation__place").order_by("organisation")
        if one.organisation.type == Organisation.Type.OFFICE or one.position == Membership.Position.HEAD
    ]


@transaction.atomic
def ask(
    organisation: Organisation, *, holding: Holding, letters: Sequence[UploadedFile], by: Any
) -> Certificate:
    """Ask for a certificate: the key is there, the letter of authority too; two of staff decide.

    A licensed authority's key is taken where its certificate names this person and organisation; that she holds it, she
    shows to that authority at every signature. Raises Refused, NotTheSigner (not the head, not verified), AskedAlready,
    TrivialPin, NotVerified (no proof of the key), LicensedUnreachable, ValidationError for a letter that is no picture.
    """
    require(by, SigningPermission.KEEP_OWN_KEY)
    # Two that press at once stand in line here.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    if not may_ask(by, organisation) or not by.is_verified:
        raise NotTheSigner
    if not letters or len(letters) > MOST_LETTERS:
        raise ValidationError(_("请上传 1 至 3 张授权书的照片。"), code="letters")
    row = Certificate(
        organisation=organisation, user=by, backend=BACKENDS[type(holding)], name=by.verified_name[:64]
    )
    _take_key(row, holding, by)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise AskedAlready from None
    for letter in letters:
        row.letters.add(store_picture(letter, owner=by, description=_("授权书")))
    place = organisation.place.path
    audit.append("certificate.ask", by=by, obj=row, place_path=place, data={"backend": row.backend})
    reviews.submit(row, by=by, place_path=place)
    return row


def _take_key(row: Certificate, holding: Holding, by: Any) -> None:
    if isinstance(holding, DeviceKey):
        row.public_key = _proved(holding, by, row.organisation)
    elif isinstance(holding, PinKey):
        key = x509.new_key()
        row.key = pins.seal_key(key, holding.pin, label=row.public_id)
        row.public_key = x509.public_der(key.public_key())
    else:
        row.credential = holding.credential[:100]
        chain = licensed.credential(row.credential).chain
        licensed.check(chain, name=row.name, organisation=row.organisation)
        found = load_der_x509_certificate(chain[0])
        row.certificate, row.chain = chain[0], b"".join(_pem(one) for one in chain[1:])
        row.public_key = x509.public_der(found.public_key())  # type: ignore[arg-type]


def _pem(der: bytes) -> bytes:
    return load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def _proved(holding: DeviceKey, by: Any, organisation: Organisation) -> bytes:
    """Return the public key whose other half signed our challenge. Raises NotVerified."""
    try:
        said = tokens.TimestampSigner(salt=CHALLENGE).unsign(holding.challenge, max_age=CHALLENGE_SECONDS)
        public = x509.public_key_from(holding.public_key)
        public.verify(pades.as_der(holding.proof), holding.challenge.encode(), ec.ECDSA(SHA256()))
    except (tokens.BadSignature, InvalidSignature, ValueError):
        raise NotVerified(_("没有收到这台设备的密钥，请刷新页面再试。")) from None
    if said != f"{by.pk}:{organisation.public_id}":
        raise NotVerified(_("没有收到这台设备的密钥，请刷新页面再试。"))
    return holding.public_key


@transaction.atomic
def decide_certificate(certificate: Certificate, *, approved: bool, reason: str, by: Any) -> None:
    """Issue or refuse; the inbox calls it at the second person's decision.

    Raises Refused, StepNotAllowed, and GuardFails where the asker may not sign for the organisation any more.
    """
    place = certificate.organisation.place.path
    if not approved:
        values: dict[str, Any] = {"ended_at": timezone.now(), "reason": reason, "key": ""}
        CERTIFICATE.apply(certificate, "refuse", by=by, place_path=place, **values)
        notify.emit(
            "certificate_refused", to=[certificate.user_id or 0], about=certificate, by=None, text=reason
        )
        return
    with CERTIFICATE.step(certificate, "issue", by=by, place_path=place) as taken:
        holder = certificate.user
        if holder is None or not may_ask(holder, certificate.organisation) or not holder.is_verified:
            raise GuardFails(_("申请人现在不能代表这个组织，请退回。"))
        taken.values.update(_issued(certificate))
        taken.data["fingerprint"] = taken.values["fingerprint"]
    notify.emit("certificate_issued", to=[certificate.user_id or 0], about=certificate, by=None)


def _issued(certificate: Certificate) -> dict[str, Any]:
    """Return what issuing writes: our certificate, or the licensed authority's own, which is there already."""
    if certificate.backend == Backend.LICENSED:
        made = load_der_x509_certificate(bytes(certificate.certificate))
        if licensed.is_taken(made, by_other_than=certificate.pk):
            raise GuardFails(_("这张证书已经在这里登记过了。"))
    else:
        organisation = certificate.organisation
        subject = x509.Subject(certificate.name, organisation.name, organisation.code)
        made = authorities.issue(subject, x509.public_key_from(bytes(certificate.public_key)))
    return {
        "certificate": x509.der_of(made),
        "serial": f"{made.serial_number:x}",
        "fingerprint": x509.print_of(made),
        "issued_at": timezone.now(),
        "valid_until": made.not_valid_after_utc,
    }


@transaction.atomic
def create_seal(organisation: Organisation, *, by: Any) -> Certificate:
    """Give an office its seal: a key that lies sealed on the server, and a certificate that is valid at once.

    `by` None: the system, when an office is founded. Raises NotTheSigner for anything but an office that stands,
    Refused, AskedAlready where it has one.
    """
    place = organisation.place.path
    if by is not None:
        require(by, SigningPermission.KEEP_CERTIFICATES, place_path=place)
    if organisation.type != Organisation.Type.OFFICE or not organisation.stands:
        raise NotTheSigner
    key = x509.new_key()
    row = Certificate(
        organisation=organisation,
        backend=Backend.SEAL,
        state=State.VALID,
        name=_("%(name)s电子公章") % {"name": organisation.name[:50]},
        public_key=x509.public_der(key.public_key()),
    )
    row.key = x509.key_to_text(key)
    for name, value in _issued(row).items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise AskedAlready from None
    audit.append("certificate.seal", by=by, obj=row, place_path=place, data={"fingerprint": row.fingerprint})
    return row


def seal_of(organisation: Organisation) -> Certificate | None:
    """Return an office's valid seal, None where it has none."""
    return Certificate.objects.valid().filter(organisation=organisation, backend=Backend.SEAL).first()


def certificate_of(user: Any, organisation: Organisation) -> Certificate | None:
    """Return with what somebody can sign for an organisation now, None for nothing."""
    return Certificate.objects.valid().filter(organisation=organisation, user_id=user.pk).first()


@transaction.atomic
def revoke(certificate: Certificate, *, reason: str, by: Any) -> None:
    """End a certificate at once and publish that; `by` its holder, staff of the place, or None for the system.

    Whatever waits for its signature hears of it in the same transaction (`signals.certificate_revoked`).
    Raises Refused, StepNotAllowed where it is not valid.
    """
    reason = reason.strip()[:300]
    values = {"ended_at": timezone.now(), "reason": reason, "key": ""}
    place = certificate.organisation.place.path
    with CERTIFICATE.step(certificate, "revoke", by=by, place_path=place) as taken:
        # As whoever signs under an old list: certificate, then the lists, the log's end last.
        authorities.lock_lists()
        taken.values.update(values)
        taken.data["reason"] = reason
    authorities.publish_lists()
    certificate_revoked.send(Certificate, certificate=certificate, by=by)
    if certificate.user_id is not None and (by is None or by.pk != certificate.user_id):
        notify.emit("certificate_revoked", to=[certificate.user_id], about=certificate, by=by, text=reason)


@transaction.atomic
def take_back(certificate: Certificate, *, by: Any) -> None:
    """Take one's own request back before it is decided. Raises Refused, StepNotAllowed."""
    if certificate.user_id != by.pk:
        raise Refused(Refusal.FORBIDDEN)
    # Out of the inbox first: whoever decides locks the inbox's row before the certificate.
    reviews.withdraw(certificate, by=by)
    withdraw(certificate, by=by, reason=_("本人撤回"))


def withdraw(certificate: Certificate, *, by: Any, reason: str) -> None:
    """End a request that nobody has to decide any more."""
    locked = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if locked.state != State.ASKED:
        raise StepNotAllowed("refuse", locked.state)
    locked.state, locked.ended_at, locked.reason, locked.key = State.REFUSED, timezone.now(), reason, ""
    locked.save(update_fields=["state", "ended_at", "reason", "key"])
    audit.append("certificate.take_back", by=by, obj=locked, place_path=locked.organisation.place.path)


def leave_inbox(organisation: Organisation, *, by: Any) -> None:
    """Take its requests out of the inbox, before anything else is locked: a decision locks the inbox's row first."""
    for one in Certificate.objects.filter(organisation=organisation, state=State.ASKED).order_by("pk"):
        reviews.withdraw(one, by=by)


def lock_all(organisation: Organisation) -> None:
    """Keep whoever signs with one of them waiting; before the caller's first entry in the log, which she needs too."""
    list(_running(organisation).select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    authorities.lock_lists()


def _running(organisation: Organisation) -> Any:
    return Certificate.objects.filter(organisation=organisation, state__in=[State.ASKED, State.VALID])


@transaction.atomic
def revoke_all(organisation: Organisation, *, reason: str, by: Any = None, user: Any = None) -> int:
    """End every certificate of an organisation (or one person's there): suspended, closed, left. Returns how many.

    It is the system's act, whoever caused it: what must end, ends. Requests that wait are closed.
    """
    found = _running(organisation)
    if user is not None:
        found = found.filter(user=user)
    # All at once before the first entry: a signer holds her certificate when she comes to the log's end.
    list(found.filter(state=State.VALID).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    authorities.lock_lists()
    ended = 0
    for one in found.select_related("organisation__place").order_by("state", "pk"):
        if one.state == State.ASKED:
            reviews.withdraw(one, by=by)
            withdraw(one, by=by, reason=reason[:300])
        else:
            revoke(one, reason=reason, by=None)
        ended += 1
    return ended
