"""A licensed authority that holds signers' keys and signs on their order (CSC API 2; 电子签名法 16)."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import requests
from cryptography import x509 as cryptography_x509
from cryptography.x509 import NameOID, load_der_x509_certificate
from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko_certvalidator.errors import PathError, ValidationError

from foundation.accounts.models import Organisation
from foundation.signing.domain import authorities
from foundation.signing.domain.faults import LicensedUnreachable, NotAuthorised, NotVerified
from foundation.signing.domain.pdf import pades, x509
from foundation.signing.models import Certificate

TIMEOUT = 15
ECDSA_SHA256, SHA256 = "1.2.840.10045.4.3.2", "2.16.840.1.101.3.4.2.1"


@dataclass(frozen=True)
class Credential:
    """A key at the authority: its certificates, and what the signer proves herself with at each signature."""

    chain: list[bytes]
    asks_for: str


def offered() -> bool:
    """Whether a licensed authority is set up whole: where it is, how we are known to it, what its certificates stand on."""
    return bool(
        settings.SIGNING_CSC_URL and settings.SIGNING_CSC_TOKEN and authorities.trusted_from_outside()
    )


def _call(
    method: str, body: dict[str, Any], refused: type[LicensedUnreachable | NotAuthorised]
) -> dict[str, Any]:
    """Call one method of the service. Raises LicensedUnreachable for no answer or none that is JSON; `refused`."""
    if not settings.SIGNING_CSC_URL:
        raise LicensedUnreachable
    try:
        answer = requests.post(
            f"{settings.SIGNING_CSC_URL.rstrip('/')}/csc/v2/{method}",
            json=body,
            headers={"Authorization": f"Bearer {settings.SIGNING_CSC_TOKEN}"},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        if answer.status_code in (400, 403):
            raise refused
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as fault:
        raise LicensedUnreachable from fault
    if not isinstance(found, dict):
        raise LicensedUnreachable
    return found


def credential(credential_id: str) -> Credential:
    """Return what the authority knows by that name.

    Raises LicensedUnreachable; NotVerified for a key that signs without its holder's PIN or code at every signature.
    """
    asked = {"credentialID": credential_id, "certificates": "chain", "certInfo": False, "authInfo": True}
    found = _call("credentials/info", asked, LicensedUnreachable)
    try:
        chain = [base64.b64decode(one, validate=True) for one in found["cert"]["certificates"]]
        status, auth = found["key"]["status"], found.get("auth") or {}
        objects = [str(one["id"]) for one in auth.get("objects", ())]
        mode = auth.get("mode")
    except (AttributeError, KeyError, TypeError, ValueError):
        raise LicensedUnreachable from None
    if not chain or status != "enabled":
        raise LicensedUnreachable
    if mode != "explicit" or len(objects) != 1:
        raise NotVerified(_("这张证书签署时不需要您本人的密码或动态码，这里不能用。"))
    return Credential(chain, objects[0])


def check(chain: Sequence[bytes], *, name: str, organisation: Organisation) -> None:
    """See that a credential is that person's, for that organisation, from an authority that is trusted here.

    Raises NotVerified, with words.
    """
    roots = authorities.trusted_from_outside()
    try:
        found = load_der_x509_certificate(chain[0])
        if not roots:
            raise ValueError("no root of a licensed authority is trusted here")
        pades.check_chain(chain[0], pades.Trust(roots, chain[1:], ()))
        x509.public_key_from(x509.public_der(found.public_key()))  # type: ignore[arg-type]
    except (AttributeError, ValueError, PathError, ValidationError):
        raise NotVerified(_("这张证书不是这里信任的持牌机构签发的，或者已经失效。")) from None
    if _said(found, NameOID.COMMON_NAME) != name:
        raise NotVerified(_("这张证书上的姓名和您实名认证的姓名不一样。"))
    code = _said(found, x509.ORGANISATION_IDENTIFIER)
    # With a prefix or without (ETSI EN 319 412-1: NTRCN-…).
    by_code = bool(code) and bool(organisation.code) and code.rpartition("-")[2] == organisation.code
    if not by_code and (code or _said(found, NameOID.ORGANIZATION_NAME) != organisation.name):
        raise NotVerified(_("这张证书上的单位和您的机构不一样。"))
    if is_taken(found):
        raise NotVerified(_("这张证书已经在这里登记过了。"))


def is_taken(found: cryptography_x509.Certificate, *, by_other_than: int = 0) -> bool:
    """Whether another certificate of that number was issued or registered here."""
    return Certificate.objects.filter(serial=f"{found.serial_number:x}").exclude(pk=by_other_than).exists()


def _said(found: cryptography_x509.Certificate, oid: Any) -> str:
    said = found.subject.get_attributes_for_oid(oid)
    return str(said[0].value).strip() if len(said) == 1 else ""


def sign_hash(certificate: Certificate, message: bytes, *, secret: str) -> bytes:
    """Have the authority sign a message's digest with the credential's key; returns ECDSA in DER.

    First the signer authorises this very digest with her PIN or one-time code (`secret`), which goes to the authority
    and is kept nowhere. Raises LicensedUnreachable, NotAuthorised.
    """
    known = credential(certificate.credential)
    what = {
        "credentialID": certificate.credential,
        "hashes": [base64.b64encode(hashlib.sha256(message).digest()).decode()],
        "hashAlgorithmOID": SHA256,
    }
    proof = [{"id": known.asks_for, "value": secret}]
    said = _call("credentials/authorize", {**what, "numSignatures": 1, "authData": proof}, NotAuthorised)
    if not isinstance(said.get("SAD"), str) or not said["SAD"]:
        raise NotAuthorised
    asked = {**what, "SAD": said["SAD"], "signAlgo": ECDSA_SHA256}
    found = _call("signatures/signHash", asked, LicensedUnreachable)
    try:
        return base64.b64decode(found["signatures"][0], validate=True)
    except (KeyError, IndexError, TypeError, ValueError):
        raise LicensedUnreachable from None
