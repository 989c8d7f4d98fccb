"""A licensed authority that holds signers' keys and signs on their order (CSC API 2; 电子签名法 16)."""

import base64
import hashlib
from typing import Any

import requests
from django.conf import settings

from foundation.signing.domain.faults import LicensedUnreachable
from foundation.signing.models import Certificate

TIMEOUT = 15
ECDSA_SHA256, SHA256 = "1.2.840.10045.4.3.2", "2.16.840.1.101.3.4.2.1"


def _call(method: str, body: dict[str, Any]) -> dict[str, Any]:
    """Call one method of the service. Raises LicensedUnreachable for no answer, a refusal, or none that is JSON."""
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
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as fault:
        raise LicensedUnreachable from fault
    if not isinstance(found, dict):
        raise LicensedUnreachable
    return found


def credential(credential_id: str) -> list[bytes]:
    """Return the certificate of a credential and those above it, in DER. Raises LicensedUnreachable."""
    found = _call(
        "credentials/info", {"credentialID": credential_id, "certificates": "chain", "certInfo": False}
    )
    try:
        chain = [base64.b64decode(one, validate=True) for one in found["cert"]["certificates"]]
    except (KeyError, TypeError, ValueError):
        raise LicensedUnreachable from None
    if not chain or found.get("key", {}).get("status") != "enabled":
        raise LicensedUnreachable
    return chain


def sign_hash(certificate: Certificate, message: bytes) -> bytes:
    """Have the authority sign a message's digest with the credential's key; returns ECDSA in DER.

    Raises LicensedUnreachable.
    """
    digest = base64.b64encode(hashlib.sha256(message).digest()).decode()
    found = _call(
        "signatures/signHash",
        {
            "credentialID": certificate.credential,
            "hashes": [digest],
            "hashAlgorithmOID": SHA256,
            "signAlgo": ECDSA_SHA256,
        },
    )
    try:
        return base64.b64decode(found["signatures"][0], validate=True)
    except (KeyError, IndexError, TypeError, ValueError):
        raise LicensedUnreachable from None
