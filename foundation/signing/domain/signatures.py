"""Signing: under the document's lock, by the holder herself, validated before anybody sees it (H6; 电子签名法 13).

Every function works inside the caller's transaction: the file is on the disk before the row that names it is written,
so whatever dies in between leaves the document unsigned and a file that `sweeping` removes.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import load_pem_x509_certificates
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator.errors import PathError, ValidationError

from foundation.accounts.models import Membership, Organisation
from foundation.core.access.permissions import held_roles
from foundation.core.access.roles import Role
from foundation.core.flow import audit, outbox
from foundation.signing.domain import authorities, documents, licensed, pins, store
from foundation.signing.domain.ceremony import Ceremony
from foundation.signing.domain.documents import place_path
from foundation.signing.domain.faults import (
    AlreadySigned,
    CertificateNotValid,
    DeviceTaskOver,
    DigestDiffers,
    NotTheSigner,
    NotVerified,
)
from foundation.signing.domain.pdf import pades, reading, seals, x509
from foundation.signing.models import Certificate, DeviceTask, Revision, Signature, SignedDocument, Slot

Backend = Certificate.Backend
TASK_LIFE = timedelta(minutes=10)
EVIDENCE = "signing_evidence"
# What pyHanko says of a certificate that does not stand on a root, or not any more.
NOT_VALID = (PathError, ValidationError, SigningError)


@dataclass(frozen=True)
class Task:
    """What a browser is asked to sign; `token` is said once and stored nowhere."""

    token: str
    to_sign: bytes
    # SHA-256 over the file but for the room of the signature: the message digest inside `to_sign`.
    digest: bytes
    expires_at: datetime


@dataclass(frozen=True)
class _Open:
    """A document under its lock, and the place that is to be signed."""

    document: SignedDocument
    slot: Slot
    first: bool


def sign_with_seal(document: SignedDocument, *, slot: str, by: Any, ceremony: Ceremony) -> Signature:
    """Put an office's seal on its place; the caller has had `by` confirm who she is.

    Raises AlreadySigned, NotTheSigner (no office; `by` neither member nor its staff), CertificateNotValid, NotVerified.
    """
    opened = _open(document, slot)
    organisation = opened.slot.organisation
    if organisation.type != Organisation.Type.OFFICE or not may_use_seal(by, organisation):
        raise NotTheSigner
    certificate = Certificate.objects.valid().filter(organisation=organisation, backend=Backend.SEAL).first()
    if certificate is None:
        raise CertificateNotValid
    key = x509.key_from_text(certificate.key).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return _sign_here(opened, certificate, key, by, ceremony)


def sign_with_pin(
    document: SignedDocument,
    *,
    slot: str,
    certificate: Certificate,
    pin: str | pins.OpenedKey,
    shown_digest: str,
    by: Any,
    ceremony: Ceremony,
) -> Signature:
    """Sign with a key that a PIN opens; `pin` is what the ceremony's form gives (already opened), or the digits.

    Digits that are wrong count only where the caller's transaction commits after all (`pins.open_key`).
    Raises AlreadySigned, DigestDiffers, NotTheSigner, CertificateNotValid, WrongPin, NotVerified.
    """
    opened = _open(document, slot, shown_digest)
    checked = _usable(certificate, opened.slot, Backend.PIN, by)
    key = pin if isinstance(pin, pins.OpenedKey) else pins.open_key(checked, pin, by=by)
    if key.certificate_id != checked.pk:
        raise NotTheSigner
    return _sign_here(opened, checked, key.key, by, ceremony)


def sign_with_licensed(
    document: SignedDocument,
    *,
    slot: str,
    certificate: Certificate,
    secret: str,
    shown_digest: str,
    by: Any,
    ceremony: Ceremony,
) -> Signature:
    """Sign with a key that a licensed authority holds (电子签名法 16).

    `secret`: her PIN or code there; with it the authority signs this digest and no other (`licensed.sign_hash`).
    Raises as `sign_with_pin`, and LicensedUnreachable, NotAuthorised.
    """
    opened = _open(document, slot, shown_digest)
    checked = _usable(certificate, opened.slot, Backend.LICENSED, by)
    prepared, order = _prepare(opened, checked)
    signature = licensed.sign_hash(checked, prepared.attributes, secret=secret)
    return _finish(opened, checked, prepared, order, signature, by, ceremony)


@transaction.atomic
def begin_device_signature(document: SignedDocument, *, slot: str, certificate: Certificate, by: Any) -> Task:
    """Prepare the file up to the signature, for a key that never leaves the signer's browser.

    Raises AlreadySigned, NotTheSigner, CertificateNotValid.
    """
    opened = _open(document, slot)
    checked = _usable(certificate, opened.slot, Backend.DEVICE, by)
    prepared, _order = _prepare(opened, checked)
    token = secrets.token_urlsafe(24)
    # Asked again, the earlier task is void: one at a time for each place and person.
    DeviceTask.objects.filter(slot=opened.slot, user=by).delete()
    row = DeviceTask(
        token_digest=_digest(token),
        slot=opened.slot,
        certificate=checked,
        user=by,
        base_sha256=opened.document.latest_sha256,
        prepared_sha256=store.put(prepared.data),
        digest=prepared.digest,
        region_start=prepared.region[0],
        region_end=prepared.region[1],
        attributes=prepared.attributes,
        expires_at=timezone.now() + TASK_LIFE,
    )
    row.save(force_insert=True)
    return Task(token, prepared.attributes, prepared.digest, row.expires_at)


def task_of(token: str, *, by: Any) -> DeviceTask:
    """Return a task that somebody began, that still runs, and that she could still finish. Raises DeviceTaskOver."""
    found = DeviceTask.objects.select_related("slot__document", "certificate")
    row = found.filter(token_digest=_digest(token), user_id=by.pk, expires_at__gt=timezone.now()).first()
    if row is None or not row.certificate.is_valid:
        raise DeviceTaskOver
    document = row.slot.document
    if document.voided_at is not None or document.latest_sha256 != row.base_sha256:
        raise DeviceTaskOver
    member = Membership.objects.filter(organisation_id=row.slot.organisation_id, user_id=by.pk, until=None)
    if not member.exists():
        raise DeviceTaskOver
    return row


def finish_device_signature(
    document: SignedDocument,
    *,
    task_token: str,
    signature: bytes,
    shown_digest: str,
    by: Any,
    ceremony: Ceremony,
) -> Signature:
    """Take the signature that a browser made over a task (DER, or r and s side by side), and finish the file.

    Raises DeviceTaskOver, AlreadySigned, DigestDiffers, NotTheSigner, CertificateNotValid, NotVerified.
    """
    task = task_of(task_token, by=by)
    opened = _open(document, task.slot.name, shown_digest)
    if task.slot_id != opened.slot.pk or task.base_sha256 != opened.document.latest_sha256:
        raise DeviceTaskOver
    checked = _usable(task.certificate, opened.slot, Backend.DEVICE, by)
    prepared = pades.Prepared(
        store.get(task.prepared_sha256),
        bytes(task.digest),
        (task.region_start, task.region_end),
        bytes(task.attributes),
    )
    _check_raw(checked, prepared.attributes, signature)
    made = _finish(opened, checked, prepared, _order(opened, checked), signature, by, ceremony)
    task.delete()
    return made


def may_use_seal(by: Any, organisation: Organisation) -> bool:
    """Whether somebody acts for an office: one of its members, or staff for its place. The system never does."""
    if by is None or not by.is_active:
        return False
    if Membership.objects.filter(organisation=organisation, user=by, until=None).exists():
        return True
    path = organisation.place.path
    return any(have.role == Role.STAFF and path.startswith(have.place_path) for have in held_roles(by))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _open(document: SignedDocument, slot: str, shown_digest: str | None = None) -> _Open:
    """Lock the document and look at the place. Raises AlreadySigned, DigestDiffers, NotTheSigner."""
    locked = SignedDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
    place = Slot.objects.select_related("organisation__place").filter(document=locked, name=slot).first()
    if place is None:
        raise NotTheSigner
    if locked.voided_at is not None or Signature.objects.filter(slot=place).exists():
        raise AlreadySigned
    # As bytes: what somebody typed need not be ASCII.
    shown = None if shown_digest is None else shown_digest.lower().encode(errors="replace")
    if shown is not None and not hmac.compare_digest(locked.sha256.encode(), shown):
        raise DigestDiffers
    if not place.organisation.stands:
        raise NotTheSigner
    return _Open(locked, place, not locked.signatures.exists())


def _usable(certificate: Certificate, slot: Slot, backend: str, by: Any) -> Certificate:
    """Return the certificate under its lock, where `by` may sign that place with it now.

    Raises NotTheSigner, CertificateNotValid.
    """
    locked = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if by is None or locked.user_id != by.pk or locked.organisation_id != slot.organisation_id:
        raise NotTheSigner
    if locked.backend != backend:
        raise NotTheSigner
    member = Membership.objects.filter(organisation_id=slot.organisation_id, user=by, until=None)
    if not by.is_active or not member.exists():
        raise NotTheSigner
    if not locked.is_valid or locked.is_locked:
        raise CertificateNotValid
    return locked


def _order(opened: _Open, certificate: Certificate) -> pades.Order:
    name = opened.slot.organisation.name
    if certificate.is_seal:
        seal = seals.round_seal(name, settings.SIGNING_FONTS)
    else:
        day = timezone.localdate().isoformat()
        seal = seals.framed_name([name, certificate.name, day], settings.SIGNING_FONTS)
    return pades.Order(
        field=opened.slot.name,
        certificate=bytes(certificate.certificate),
        first=opened.first,
        reason=f"{opened.document.number} {opened.document.title}"[:200],
        seal=seal,
    )


def _trust(certificate: Certificate) -> pades.Trust:
    chain = bytes(certificate.chain)
    if not chain:
        return authorities.trust()
    return authorities.trust().with_chain([x509.der_of(one) for one in load_pem_x509_certificates(chain)])


def _sign_here(opened: _Open, certificate: Certificate, key: bytes, by: Any, ceremony: Ceremony) -> Signature:
    """Sign with a key that is at hand."""
    order = _order(opened, certificate)
    trust = _trust(certificate)
    try:
        signed = pades.sign(
            store.get(opened.document.latest_sha256), order, key=key, trust=trust, clock=authorities.clock()
        )
    except NOT_VALID:
        raise CertificateNotValid from None
    except TimestampRequestError as fault:
        raise NotVerified from fault
    return _keep(opened, certificate, signed, trust, by, ceremony)


def _prepare(opened: _Open, certificate: Certificate) -> tuple[pades.Prepared, pades.Order]:
    order = _order(opened, certificate)
    data = store.get(opened.document.latest_sha256)
    try:
        prepared = pades.prepare(data, order, trust=_trust(certificate), clock=authorities.clock())
    except NOT_VALID:
        raise CertificateNotValid from None
    except TimestampRequestError as fault:
        raise NotVerified from fault
    return prepared, order


def _finish(
    opened: _Open,
    certificate: Certificate,
    prepared: pades.Prepared,
    order: pades.Order,
    signature: bytes,
    by: Any,
    ceremony: Ceremony,
) -> Signature:
    trust = _trust(certificate)
    try:
        signed = pades.finish(prepared, order, signature=signature, trust=trust, clock=authorities.clock())
    except (*NOT_VALID, ValueError, TimestampRequestError):
        raise NotVerified from None
    return _keep(opened, certificate, signed, trust, by, ceremony)


def _check_raw(certificate: Certificate, message: bytes, signature: bytes) -> None:
    """Look at a signature from outside before anything is built on it. Raises NotVerified."""
    public = x509.public_key_from(bytes(certificate.public_key))
    try:
        public.verify(pades.as_der(signature), message, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        raise NotVerified from None


def _keep(
    opened: _Open, certificate: Certificate, signed: bytes, trust: pades.Trust, by: Any, ceremony: Ceremony
) -> Signature:
    """Validate the new file, keep it, write the rows. Raises NotVerified, AlreadySigned."""
    document = opened.document
    mine = _validated(opened, certificate, signed, trust)
    sha256 = store.put(signed)
    number = document.revisions.count()
    revision = Revision(
        document=document, number=number, what=Revision.What.SIGNED, sha256=sha256, size=len(signed)
    )
    row = Signature(
        document=document,
        slot=opened.slot,
        certificate=certificate,
        signer=by,
        revision=revision,
        signed_at=datetime.fromisoformat(mine.signed_at),
        clock=mine.clock[:100],
        ceremony=ceremony.as_data(),
    )
    try:
        with transaction.atomic():
            revision.save()
            row.revision = revision
            row.save(force_insert=True)
    except IntegrityError:
        raise AlreadySigned from None
    document.latest_sha256 = sha256
    last = not document.slots.filter(signature=None).exists()
    if last:
        document.completed_at = row.signed_at
        outbox.enqueue(EVIDENCE, key=f"{EVIDENCE}:{document.pk}", payload={"id": document.pk})
    document.save(update_fields=["latest_sha256", "completed_at"])
    if opened.first:
        documents.write_down(document, by=document.made_by)
    audit.append(
        "signing.sign",
        by=by,
        obj=document,
        place_path=place_path(document),
        data={"slot": opened.slot.name, "sha256": sha256, "certificate": certificate.fingerprint},
    )
    return row


def _validated(opened: _Open, certificate: Certificate, signed: bytes, trust: pades.Trust) -> reading.Read:
    """Read the file as a stranger would; return the new signature. Raises NotVerified."""
    found = reading.read(signed, trust)
    expected = opened.document.signatures.count() + 1
    mine = next((one for one in found.signatures if one.field == opened.slot.name), None)
    good = all(one.good and one.unchanged for one in found.signatures) and found.clocks_good
    if not found.readable or mine is None or len(found.signatures) != expected or not good:
        raise NotVerified
    if mine.fingerprint != certificate.fingerprint or not mine.timestamped:
        raise NotVerified
    return mine
