"""The evidence file: all that shows how a document was signed, in one sealed ZIP with a page to read (电子签名法 5, 6, 8)."""

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from foundation.core.access.permissions import require
from foundation.core.crypto.fields import canonical
from foundation.core.flow import audit, outbox
from foundation.core.models import AuditEntry
from foundation.signing.domain import authorities, store, verification
from foundation.signing.domain.ceremony import CONSENTS, NETWORK, commitment, for_evidence
from foundation.signing.domain.documents import place_path, render_plain, verify_url
from foundation.signing.domain.pdf import pades
from foundation.signing.domain.signatures import EVIDENCE
from foundation.signing.models import Authority, Evidence, RevocationList, Signature, SignedDocument
from foundation.signing.permissions import SigningPermission

FIELD = "platform"
# Every entry of the ZIP bears this time, so that the same contents are the same file.
EPOCH = (2026, 1, 1, 0, 0, 0)


class NotComplete(Exception):
    """Somebody has not signed yet: there is nothing to show."""


def make_evidence(document: SignedDocument) -> Evidence:
    """Pack and seal the evidence of a document that all have signed; made already, it is returned as it is.

    The seal is the platform's evidence key, which is no party's and signs nothing else. Raises NotComplete,
    store.FileGone, store.FileAltered, RenderingMissing.
    """
    with transaction.atomic():
        locked = SignedDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
        if made := Evidence.objects.filter(document=locked).first():
            return made
        if locked.completed_at is None:
            raise NotComplete
        facts = facts_of(locked)
        page = _sealed_page(locked, facts)
        packed = _pack(locked, facts, page)
        made = Evidence.objects.create(
            document=locked, zip_sha256=store.put(packed, store.ZIP), pdf_sha256=store.put(page)
        )
        audit.append(
            "signing.evidence",
            by=None,
            obj=locked,
            place_path=place_path(locked),
            data={"zip": made.zip_sha256, "pdf": made.pdf_sha256},
        )
    return made


@outbox.handler(EVIDENCE)
def make_later(key: str, payload: dict[str, Any]) -> None:
    """Make the evidence of a document whose last party has signed; doing it twice makes one."""
    make_evidence(SignedDocument.objects.get(pk=payload["id"]))


def evidence_of(document: SignedDocument) -> Path | None:
    """Return where the evidence file (a ZIP) lies, None until it is made."""
    made = Evidence.objects.filter(document=document).first()
    return store.path_of(made.zip_sha256, store.ZIP) if made else None


def facts_of(document: SignedDocument) -> dict[str, Any]:
    """Return what is known of a document's signing, as plain values."""
    rows = document.signatures.select_related("slot__organisation", "certificate__organisation", "revision")
    entries = AuditEntry.objects.filter(kind="signed_document", object_id=str(document.pk)).order_by("seq")
    seqs = {seq for one in rows for seq in one.ceremony.get("audit_seqs", ()) if isinstance(seq, int)}
    others = AuditEntry.objects.filter(seq__in=seqs).order_by("seq")
    return {
        "number": document.number,
        "code": document.code,
        "title": document.title,
        "verify": verify_url(document.number, document.code),
        "frozen_at": document.made_at.isoformat(),
        "completed_at": document.completed_at.isoformat() if document.completed_at else None,
        "frozen_sha256": document.sha256,
        "final_sha256": document.latest_sha256,
        "html_sha256": document.html_sha256,
        "data_sha256": document.data_sha256,
        "revisions": [
            {
                "number": one.number,
                "what": one.what,
                "sha256": one.sha256,
                "size": one.size,
                "at": one.made_at.isoformat(),
            }
            for one in document.revisions.order_by("number")
        ],
        "signatures": [_signature(one) for one in rows.order_by("revision__number")],
        "log": [_entry(one) for one in [*entries, *others]],
        "consents": {version: str(words) for version, words in CONSENTS.items()},
        "packed_at": datetime.now(UTC).isoformat(),
    }


def _signature(one: Signature) -> dict[str, Any]:
    return {
        "slot": one.slot.name,
        "label": one.slot.label,
        "organisation": one.slot.organisation.name,
        "code": one.slot.organisation.code,
        "signer": one.certificate.name,
        "backend": one.certificate.backend,
        "certificate": one.certificate.fingerprint,
        "serial": one.certificate.serial,
        "signed_at": one.signed_at.isoformat(),
        "clock": one.clock,
        "revision": one.revision.number,
        "ceremony": for_evidence(one.ceremony),
    }


@transaction.atomic
def open_network(signature: Signature, *, purpose: str, by: Any) -> dict[str, Any]:
    """Open address and browser of a signing for a court: with the salt they give the commitment in the evidence file.

    The office does it, and the log says who did and what for. Raises Refused, ValueError without a purpose.
    """
    path = place_path(signature.document)
    require(by, SigningPermission.KEEP_CERTIFICATES, place_path=path)
    if not purpose.strip():
        raise ValueError("what it is opened for has to be said")
    audit.append(
        "signing.open_network",
        by=by,
        obj=signature.document,
        place_path=path,
        purpose=purpose.strip()[:200],
        data={"slot": signature.slot.name},
    )
    kept = signature.ceremony
    facts = {name: kept.get(name, "") for name in (*NETWORK, "salt")}
    return {**facts, "sha256": commitment(kept)}


def _entry(one: AuditEntry) -> dict[str, Any]:
    return {
        "seq": one.seq,
        "at": one.at.isoformat(),
        "action": one.action,
        "role": one.role,
        "digest": one.digest,
        "previous": one.previous,
    }


def _sealed_page(document: SignedDocument, facts: dict[str, Any]) -> bytes:
    """The page to read, signed with the evidence key."""
    with translation.override("zh-hans"):
        report = verification.verify_document(document)
        html = render_to_string("signing/evidence.html", {"facts": facts, "report": report})
    plain = render_plain(html, number=document.number, code=document.code)
    row = authorities.present(Authority.Role.EVIDENCE)
    key = authorities.issuer_of(row).key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    field = pades.Field(FIELD, -1, (0, 0, 0, 0))
    order = pades.Order(FIELD, bytes(row.certificate), first=True, reason=f"{document.number} evidence")
    prepared = pades.add_fields(plain, [field])
    return pades.sign(prepared, order, key=key, trust=authorities.trust(), clock=authorities.clock())


def _pack(document: SignedDocument, facts: dict[str, Any], page: bytes) -> bytes:
    files: dict[str, bytes] = {
        "evidence.pdf": page,
        "facts.json": json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True).encode(),
        "frozen.html": store.get(document.html_sha256, store.HTML),
        "clauses.json": store.get(document.data_sha256, store.JSON),
    }
    for one in document.revisions.order_by("number"):
        files[f"revisions/{one.number}-{one.what}.pdf"] = store.get(one.sha256)
    for signature in document.signatures.select_related("certificate", "slot"):
        files[f"certificates/{signature.slot.name}.cer"] = bytes(signature.certificate.certificate)
        if signature.certificate.chain:
            files[f"certificates/{signature.slot.name}-chain.pem"] = bytes(signature.certificate.chain)
    for row in Authority.objects.exclude(role=Authority.Role.EVIDENCE).order_by("pk"):
        files[f"certificates/{row.role}-{row.fingerprint[:12]}.cer"] = bytes(row.certificate)
    newest = RevocationList.objects.order_by("-made_at", "-pk").first()
    if newest is not None:
        files["certificates/revoked.crl"] = bytes(newest.data)
    files["SHA256SUMS"] = "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())
    ).encode()
    files["SHA256SUMS.sig"] = _seal(files["SHA256SUMS"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _seal(sums: bytes) -> bytes:
    """Sign the list of digests with the evidence key: ECDSA over SHA-256, with the certificate beside it."""
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    row = authorities.present(Authority.Role.EVIDENCE)
    key: Any = authorities.issuer_of(row).key
    signature = key.sign(sums, ec.ECDSA(SHA256()))
    return canonical({"signature": signature.hex(), "certificate": bytes(row.certificate).hex()}).encode()
