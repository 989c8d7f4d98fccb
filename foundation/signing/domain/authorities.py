"""The community's own certificate authority: made once, issues on the server, publishes what it revoked."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509 as cryptography_x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificates
from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from foundation.core.crypto.keys import write_through
from foundation.core.flow import chores
from foundation.core.models import SiteSettings
from foundation.signing.domain.faults import AuthorityMissing
from foundation.signing.domain.pdf import x509
from foundation.signing.domain.pdf.pades import Clock, Trust
from foundation.signing.models import Authority, Certificate, RevocationList

ROOT_KEY = "signing-root.pem"
RENEW_LIST_AFTER = timedelta(hours=20)
Role = Authority.Role


class RootExists(Exception):
    """There is a root already; a second one would make two authorities of one name."""


def absolute(path: str) -> str:
    """Return an address as it stands in files that outlive this server's pages."""
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + path


def crl_url() -> str:
    """Return where the list of revoked certificates can be read by anybody."""
    return absolute(reverse("signing_crl"))


def community() -> str:
    """Return the community's name for new certificates."""
    found = SiteSettings.objects.order_by("pk").first()
    return (found.community_name if found else "") or settings.WAGTAIL_SITE_NAME


def _keep(role: Role, made: x509.Issuer, *, with_key: bool) -> Authority:
    row = Authority(
        role=role,
        certificate=x509.der_of(made.certificate),
        fingerprint=x509.print_of(made.certificate),
        valid_until=made.certificate.not_valid_after_utc,
    )
    row.key = x509.key_to_text(made.key) if with_key else ""
    row.save(force_insert=True)
    return row


@transaction.atomic
def create_root(out: Path, *, passphrase: str = "") -> Authority:
    """Make root, issuing authority, clock and evidence seal; the root's key goes to `out` and nowhere else.

    Raises RootExists, FileExistsError.
    """
    if Authority.objects.filter(role=Role.ROOT, retired_at=None).exists():
        raise RootExists
    name = community()
    root = x509.make_root(name)
    locked = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    _write_key(out, root.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
    row = _keep(Role.ROOT, root, with_key=False)
    _make_services(name, root)
    return row


@transaction.atomic
def renew_issuing(root_key: Path, *, passphrase: str = "") -> None:
    """Make issuing authority, clock and evidence seal anew, with the root's key from outside.

    The old ones stay, so that what they signed can still be read. Raises AuthorityMissing, ValueError.
    """
    row = Authority.objects.filter(role=Role.ROOT, retired_at=None).first()
    if row is None:
        raise AuthorityMissing
    key = x509.key_from_text(root_key.read_text(), passphrase.encode() or None)
    certificate = load_der_x509_certificate(bytes(row.certificate))
    if x509.public_der(key.public_key()) != x509.public_der(certificate.public_key()):  # type: ignore[arg-type]
        raise ValueError("this is not the key of the present root")
    Authority.objects.exclude(role=Role.ROOT).filter(retired_at=None).update(retired_at=timezone.now())
    _make_services(community(), x509.Issuer(certificate, key))


def _make_services(name: str, root: x509.Issuer) -> None:
    issuing = x509.make_issuing(name, root)
    row = _keep(Role.ISSUING, issuing, with_key=True)
    for role in (Role.CLOCK, Role.EVIDENCE):
        service = x509.make_service(name, issuing, crl_url=crl_url(), clock=role == Role.CLOCK)
        _keep(role, service, with_key=True)
    _publish(row)


def _write_key(out: Path, data: bytes) -> None:
    out.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    write_through(out.parent)


def present(role: Role) -> Authority:
    """Return the authority of that role; where none was ever made and this installation may, make all of them.

    Raises AuthorityMissing.
    """
    row = Authority.objects.filter(role=role, retired_at=None).first()
    if row is None:
        if not settings.SIGNING_CREATE_ROOT or Authority.objects.exists():
            raise AuthorityMissing
        out = Path(settings.KEYS_DIR) / ROOT_KEY
        if out.exists():
            # Of a database that is gone; its certificates are too.
            out.rename(out.with_suffix(f".{int(timezone.now().timestamp())}.pem"))
        create_root(out)
        row = Authority.objects.get(role=role, retired_at=None)
    return row


def issuer_of(row: Authority) -> x509.Issuer:
    """Open an authority's key."""
    return x509.Issuer(load_der_x509_certificate(bytes(row.certificate)), x509.key_from_text(row.key))


def issue(subject: x509.Subject, public: ec.EllipticCurvePublicKey) -> cryptography_x509.Certificate:
    """Issue a signer's certificate. Raises AuthorityMissing."""
    return x509.issue(subject, public, issuer_of(present(Role.ISSUING)), crl_url=crl_url())


def clock() -> Clock:
    """Return whose time stands in signatures: an outside authority's where one is set, else the own clock's."""
    if settings.SIGNING_TSA:
        return Clock(url=settings.SIGNING_TSA)
    row = present(Role.CLOCK)
    issuer = issuer_of(row)
    key = issuer.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return Clock(certificate=bytes(row.certificate), key=key)


def trusted_from_outside() -> list[bytes]:
    """Return the roots of licensed authorities that the installation trusts, in DER."""
    path = Path(settings.SIGNING_TRUSTED)
    if not path.is_file():
        return []
    return [x509.der_of(one) for one in load_pem_x509_certificates(path.read_bytes())]


def trust() -> Trust:
    """Return what signing stands on here: every root, every issuing authority, a list of today of each.

    Raises AuthorityMissing.
    """
    present(Role.ROOT)
    for row in Authority.objects.filter(role=Role.ISSUING):
        newest_list(row)
    return published()


def published() -> Trust:
    """Return what reading stands on, as it is published: nothing is made where there is nothing yet."""
    rows = list(Authority.objects.filter(role__in=[Role.ROOT, Role.ISSUING]))
    issuing = [row for row in rows if row.role == Role.ISSUING]
    lists = [row.lists.order_by("-number").first() for row in issuing]
    return Trust(
        roots=[bytes(row.certificate) for row in rows if row.role == Role.ROOT] + trusted_from_outside(),
        others=[bytes(row.certificate) for row in issuing],
        crls=[bytes(one.data) for one in lists if one is not None],
    )


def present_list() -> bytes | None:
    """Return the list of revoked certificates as it is published, None before the first certificate."""
    found = RevocationList.objects.filter(authority__role=Role.ISSUING, authority__retired_at=None)
    newest = found.order_by("-number").first()
    return bytes(newest.data) if newest else None


def newest_list(row: Authority | None = None) -> RevocationList:
    """Return the present list of revoked certificates, made anew where a day has gone by."""
    row = row or present(Role.ISSUING)
    newest = row.lists.order_by("-number").first()
    if newest is None or newest.made_at < timezone.now() - RENEW_LIST_AFTER:
        newest = _publish(row)
    return newest


def lock_lists() -> None:
    """Let nobody else publish a list until the caller's transaction ends; taken before the log's end, as by signers."""
    rows = Authority.objects.select_for_update().filter(role=Role.ISSUING).order_by("pk")
    list(rows.values_list("pk"))


@transaction.atomic
def publish_lists() -> int:
    """Make the list of every issuing authority anew: after each revocation, and every day. Returns how many."""
    rows = Authority.objects.filter(role=Role.ISSUING, valid_until__gt=timezone.now()).order_by("pk")
    return len([_publish(row) for row in rows])


def _publish(row: Authority) -> RevocationList:
    # Two revocations at once stand in line here, and get two numbers.
    Authority.objects.select_for_update().get(pk=row.pk)
    last = row.lists.aggregate(last=models.Max("number"))["last"] or 0
    revoked = Certificate.objects.filter(state="revoked", serial__isnull=False, ended_at__isnull=False)
    # The list knows whole seconds: rounded down, it would take back what was signed within the same one.
    entries = [
        (int(one.serial or "0", 16), (one.ended_at or timezone.now()) + timedelta(seconds=1))
        for one in revoked.order_by("pk")
    ]
    data = x509.make_crl(issuer_of(row), entries, number=last + 1)
    return RevocationList.objects.create(
        authority=row,
        number=last + 1,
        data=data,
        next_update=datetime.now(UTC) + timedelta(days=x509.CRL_DAYS),
    )


@chores.each(chores.Rhythm.DAY)
def renew_lists() -> int:
    """Publish the lists of the day; nothing to do before the first certificate."""
    return publish_lists()
