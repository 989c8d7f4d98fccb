"""Signing of PDF bytes (ETSI EN 319 142, PAdES B-LTA): fields made beforehand, each signature an incremental update."""

import asyncio
import io
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_signer import (
    PdfTBSDocument,
    PdfTimeStamper,
    PostSignInstructions,
    PreSignValidationStatus,
)
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

DIGEST = "sha256"
# A P-256 signature with its certificates and a timestamp takes about 9 KB; as hexadecimal digits twice that.
RESERVED = 24_576


@dataclass(frozen=True)
class Trust:
    """What signing and reading stand on: roots, the certificates between, revocation lists, all in DER."""

    roots: Sequence[bytes]
    others: Sequence[bytes]
    crls: Sequence[bytes]

    def with_chain(self, chain: Sequence[bytes]) -> "Trust":
        """Return the same with the certificates between another authority's and its root."""
        return Trust(self.roots, [*self.others, *chain], self.crls)

    def context(
        self, *, moment: datetime | None = None, crls: Sequence[Any] = (), others: Sequence[Any] = ()
    ) -> ValidationContext:
        """Return what pyHanko validates with; nothing is ever fetched from an address that a file names."""
        return ValidationContext(
            trust_roots=[asn1_x509.Certificate.load(der) for der in self.roots],
            other_certs=[*(asn1_x509.Certificate.load(der) for der in self.others), *others],
            crls=[*self.crls, *crls],
            moment=moment,
            # Our own lists are always given; another authority's may stand in the file, and can't be fetched.
            revocation_mode="soft-fail",
            # A list made after the signature still says when something was revoked.
            retroactive_revinfo=moment is not None,
            allow_fetching=False,
        )


@dataclass(frozen=True)
class Clock:
    """The timestamp authority: an address (RFC 3161), or the installation's own certificate and key."""

    url: str = ""
    certificate: bytes = b""
    key: bytes = b""
    timeout: int = 10

    def client(self, trust: Trust) -> TimeStamper:
        if self.url:
            return HTTPTimeStamper(self.url, https=self.url.startswith("https:"), timeout=self.timeout)
        store = SimpleCertificateStore()
        store.register_multiple([asn1_x509.Certificate.load(der) for der in trust.others])
        return DummyTimeStamper(
            asn1_x509.Certificate.load(self.certificate),
            asn1_keys.PrivateKeyInfo.load(self.key),
            certs_to_embed=store,
        )


@dataclass(frozen=True)
class Field:
    """An empty place for one signature."""

    name: str
    page: int
    box: tuple[int, int, int, int]
    label: str = ""


@dataclass(frozen=True)
class Seal:
    """How a signature looks on the page: drawing commands in a box of that size."""

    drawing: bytes
    width: float
    height: float

    def style(self) -> StaticStampStyle:
        box = BoxConstraints(width=self.width, height=self.height)
        return StaticStampStyle(
            border_width=0, background=RawContent(self.drawing, box=box), background_opacity=1.0
        )


@dataclass(frozen=True)
class Order:
    """Who signs where, and why."""

    field: str
    certificate: bytes
    first: bool
    reason: str = ""
    location: str = ""
    seal: Seal | None = None


@dataclass(frozen=True)
class Prepared:
    """A file that waits for a signature made elsewhere."""

    data: bytes
    digest: bytes
    region: tuple[int, int]
    attributes: bytes


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    """Carry out what pyHanko does asynchronously, also where this thread already runs a loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())  # type: ignore[arg-type]
    box: dict[str, Any] = {}

    def inside() -> None:
        try:
            box["value"] = asyncio.run(work())  # type: ignore[arg-type]
        except BaseException as fault:
            box["fault"] = fault

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    if "fault" in box:
        raise box["fault"]
    return box["value"]


def add_fields(data: bytes, wanted: Sequence[Field]) -> bytes:
    """Return the file with one empty signature field each: added later they would break the first signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    for one in wanted:
        spec = fields.SigFieldSpec(
            sig_field_name=one.name,
            on_page=one.page,
            box=one.box,
            empty_field_appearance=True,
            readable_field_name=one.label or None,
        )
        fields.append_signature_field(writer, spec)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _registry(trust: Trust) -> SimpleCertificateStore:
    store = SimpleCertificateStore()
    store.register_multiple([asn1_x509.Certificate.load(der) for der in trust.others])
    return store


def _metadata(order: Order, context: ValidationContext) -> signers.PdfSignatureMetadata:
    return signers.PdfSignatureMetadata(
        field_name=order.field,
        md_algorithm=DIGEST,
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=order.reason or None,
        location=order.location or None,
        certify=order.first,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS,
        embed_validation_info=True,
        use_pades_lta=True,
        validation_context=context,
    )


def _signer(order: Order, key: bytes, trust: Trust) -> signers.SimpleSigner:
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(order.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=_registry(trust),
        embed_roots=False,
    )


def sign(data: bytes, order: Order, *, key: bytes, trust: Trust, clock: Clock) -> bytes:
    """Return the file with one more signature: timestamped, with what proves its certificate, timestamped again.

    `key` is PKCS#8 in DER. Raises pyHanko's SigningError and PathBuildingError where certificate or field is not right.
    """
    client = clock.client(trust)
    pdf_signer = signers.PdfSigner(
        _metadata(order, trust.context()),
        signer=_signer(order, key, trust),
        timestamper=client,
        stamp_style=order.seal.style() if order.seal else None,
    )
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    run(
        lambda: pdf_signer.async_sign_pdf(
            writer, existing_fields_only=True, output=out, bytes_reserved=RESERVED
        )
    )
    return out.getvalue()


def prepare(data: bytes, order: Order, *, trust: Trust, clock: Clock) -> Prepared:
    """Return the file up to the point where only the signature itself is missing, and what has to be signed."""
    signer = _outside(order, trust)
    client = clock.client(trust)
    pdf_signer = signers.PdfSigner(
        _metadata(order, trust.context()),
        signer=signer,
        timestamper=client,
        stamp_style=order.seal.style() if order.seal else None,
    )
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(data))

    async def work() -> tuple[PreparedByteRangeDigest, bytes]:
        digest, _tbs, _out = await pdf_signer.async_digest_doc_for_signing(
            writer, existing_fields_only=True, output=out, bytes_reserved=RESERVED
        )
        attributes = await signer.signed_attrs(digest.document_digest, DIGEST, use_pades=True)
        return digest, attributes.dump()

    digest, attributes = run(work)
    # What is signed is the attributes as a SET (RFC 5652, 5.4).
    return Prepared(
        out.getvalue(),
        digest.document_digest,
        (digest.reserved_region_start, digest.reserved_region_end),
        b"\x31" + attributes[1:],
    )


def _outside(order: Order, trust: Trust, signature: bytes | None = None) -> signers.ExternalSigner:
    return signers.ExternalSigner(
        signing_cert=asn1_x509.Certificate.load(order.certificate),
        cert_registry=_registry(trust),
        signature_value=signature or 72,
        embed_roots=False,
    )


def finish(prepared: Prepared, order: Order, *, signature: bytes, trust: Trust, clock: Clock) -> bytes:
    """Return the file with a signature that was made elsewhere over `prepared.attributes` (DER, or r and s)."""
    from asn1crypto import cms  # noqa: PLC0415

    client, context = clock.client(trust), trust.context()
    signer = _outside(order, trust, as_der(signature))
    attributes = cms.CMSAttributes.load(prepared.attributes)
    placed = PreparedByteRangeDigest(
        document_digest=prepared.digest,
        reserved_region_start=prepared.region[0],
        reserved_region_end=prepared.region[1],
    )
    out = io.BytesIO(prepared.data)

    async def work() -> None:
        path = await _path(context, signer.signing_cert)
        clocks = [one async for one in client.validation_paths(context)]
        info = PreSignValidationStatus(path, [path, *clocks], clocks, crls_to_embed=context.crls)
        signed = await signer.async_sign_prescribed_attributes(
            DIGEST, signed_attrs=attributes, timestamper=client
        )
        await PdfTBSDocument.async_finish_signing(
            out,
            placed,
            signed,
            post_sign_instr=PostSignInstructions(
                validation_info=info, timestamper=client, timestamp_md_algorithm=DIGEST, embed_roots=False
            ),
            validation_context=context,
        )

    run(work)
    return out.getvalue()


def check_chain(certificate: bytes, trust: Trust) -> None:
    """Raise pyHanko's PathError or ValidationError for a signer's certificate that does not stand on a root now."""
    found = asn1_x509.Certificate.load(certificate)
    run(lambda: _path(trust.context(), found))


async def _path(context: ValidationContext, certificate: Any) -> Any:
    from pyhanko_certvalidator import CertificateValidator  # noqa: PLC0415

    return await CertificateValidator(certificate, validation_context=context).async_validate_usage(
        key_usage={"non_repudiation"}
    )


def as_der(signature: bytes) -> bytes:
    """Return an ECDSA signature in DER; WebCrypto gives r and s side by side."""
    if len(signature) == 64:
        return encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    return signature


def renew(data: bytes, *, trust: Trust, clock: Clock) -> bytes:
    """Return the file with one more document timestamp over all others, before the last one grows too old."""
    out = io.BytesIO()
    stamper = PdfTimeStamper(clock.client(trust))
    reader = PdfFileReader(io.BytesIO(data))
    run(lambda: stamper.async_update_archival_timestamp_chain(reader, trust.context(), output=out))
    return out.getvalue()


def now() -> datetime:
    return datetime.now(UTC)
