"""Certificates and revocation lists of the community's own authority (RFC 5280), ECDSA on P-256 but for the clock."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

type Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
ROOT_DAYS, ISSUING_DAYS, SERVICE_DAYS, LEAF_DAYS = 20 * 365, 10 * 365, 5 * 365, 365
CRL_DAYS = 7
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
# Where the unified social credit code stands (X.520, organizationIdentifier).
ORGANISATION_IDENTIFIER = ObjectIdentifier("2.5.4.97")
# A clock that is a little behind ours does not find a certificate that is not valid yet.
SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Subject:
    """Whom a certificate names: the person (or the seal), her organisation and its registered code."""

    common_name: str
    organisation: str
    code: str = ""

    def as_name(self) -> x509.Name:
        parts = [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, self.common_name[:64]),
        ]
        if self.code:
            parts.append(x509.NameAttribute(ORGANISATION_IDENTIFIER, self.code))
        return x509.Name(parts)


@dataclass(frozen=True)
class Issuer:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Key


def new_key() -> ec.EllipticCurvePrivateKey:
    """Return a fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def key_to_text(key: Key) -> str:
    """Return a private key as PEM, to be sealed before it is kept anywhere."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def key_from_text(text: str, password: bytes | None = None) -> Key:
    """Read a private key. Raises ValueError, TypeError where the passphrase is not right."""
    # Made here and kept under a seal: looking anew whether RSA's numbers are prime takes longer than signing with them.
    key = load_pem_private_key(text.encode(), password, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise ValueError("neither an elliptic curve nor RSA")
    return key


def public_key_from(der: bytes) -> ec.EllipticCurvePublicKey:
    """Read a public key of a signer. Raises ValueError for anything but a point on P-256."""
    key = load_der_public_key(der)
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a key on P-256")
    return key


def public_der(key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> bytes:
    """Return a public key as SubjectPublicKeyInfo."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def der_of(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _builder(subject: x509.Name, issuer: x509.Name, public: object, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)  # type: ignore[arg-type]
        .serial_number(secrets.randbits(158) | 1)
        .not_valid_before(now - SKEW)
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(*names: str) -> x509.KeyUsage:
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in names for name in every})


def _authority(
    builder: x509.CertificateBuilder, key: Key, issuer: Issuer | None, length: int
) -> x509.CertificateBuilder:
    above = issuer.key.public_key() if issuer else key.public_key()
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=length), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above), critical=False)
    )


def make_root(name: str) -> Issuer:
    """Make a root: the one key that vouches for all others, and belongs outside of the server."""
    key, subject = new_key(), Subject(f"{name} 根证书", name).as_name()
    builder = _authority(_builder(subject, subject, key.public_key(), ROOT_DAYS), key, None, 1)
    return Issuer(builder.sign(key, SHA256()), key)


def make_issuing(name: str, root: Issuer) -> Issuer:
    """Make the authority that issues on the server."""
    key, subject = new_key(), Subject(f"{name} 签发证书", name).as_name()
    days = min(ISSUING_DAYS, (root.certificate.not_valid_after_utc - datetime.now(UTC)).days)
    builder = _builder(subject, root.certificate.subject, key.public_key(), days)
    return Issuer(_authority(builder, key, root, 0).sign(root.key, SHA256()), key)


def make_service(name: str, issuing: Issuer, *, crl_url: str, clock: bool) -> Issuer:
    """Make the certificate of a service of the platform: its clock (RSA, RFC 3161), or the seal of evidence files."""
    # 2,048 bits for five years: pyHanko's clock reads its key anew at every stamp, which takes 85 ms at 3,072.
    key: Key = rsa.generate_private_key(65537, 2048) if clock else new_key()
    subject = Subject(f"{name} 时间戳（自建）" if clock else f"{name} 证据封存", name).as_name()
    builder = _end(
        _builder(subject, issuing.certificate.subject, key.public_key(), SERVICE_DAYS), issuing, crl_url
    )
    builder = builder.add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING if clock else DOCUMENT_SIGNING]),
        critical=clock,
    )
    return Issuer(builder.sign(issuing.key, SHA256()), key)


def issue(
    subject: Subject, public: ec.EllipticCurvePublicKey, issuing: Issuer, *, crl_url: str
) -> x509.Certificate:
    """Issue the certificate of a signer, for a year."""
    builder = _end(
        _builder(subject.as_name(), issuing.certificate.subject, public, LEAF_DAYS), issuing, crl_url
    )
    builder = builder.add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
    return builder.sign(issuing.key, SHA256())


def _end(builder: x509.CertificateBuilder, issuing: Issuer, crl_url: str) -> x509.CertificateBuilder:
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
    public = builder._public_key
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature", "content_commitment"), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)  # type: ignore[arg-type]
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing.key.public_key()), critical=False
        )
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
    )


def make_crl(issuing: Issuer, revoked: Iterable[tuple[int, datetime]], *, number: int) -> bytes:
    """Return the list of revoked certificates (serial, when), good for a week."""
    now = datetime.now(UTC)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuing.certificate.subject)
        .last_update(now - timedelta(seconds=1))
        .next_update(now + timedelta(days=CRL_DAYS))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing.key.public_key()), critical=False
        )
    )
    for serial, when in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
        )
    return builder.sign(issuing.key, SHA256()).public_bytes(Encoding.DER)


def load_all(ders: Sequence[bytes]) -> list[x509.Certificate]:
    """Read certificates in DER."""
    return [x509.load_der_x509_certificate(der) for der in ders]


def print_of(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate in hexadecimal digits."""
    return certificate.fingerprint(SHA256()).hex()
