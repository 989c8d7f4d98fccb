"""Signed files without a database: what a stranger may bring, and what can be done to it."""

import io
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields

from foundation.signing.domain.pdf import pades, seals, x509

CRL = "http://127.0.0.1:8000/signing/crl.der"
NAME = "银杏里社区"
TEXT = "<meta charset=utf-8><h1>帮扶协议</h1><p>每周六上午为老人上门做饭。</p>"


def der(key: Any) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True)
class Authority:
    """A whole authority in memory."""

    root: x509.Issuer
    issuing: x509.Issuer
    service: x509.Issuer

    @classmethod
    def make(cls) -> "Authority":
        root = x509.make_root(NAME)
        issuing = x509.make_issuing(NAME, root)
        return cls(root, issuing, x509.make_service(NAME, issuing, crl_url=CRL, clock=True))

    def trust(self, *revoked: tuple[int, Any]) -> pades.Trust:
        return pades.Trust(
            [x509.der_of(self.root.certificate)],
            [x509.der_of(self.issuing.certificate)],
            [x509.make_crl(self.issuing, revoked, number=1)],
        )

    @property
    def clock(self) -> pades.Clock:
        return pades.Clock(certificate=x509.der_of(self.service.certificate), key=der(self.service.key))

    def signer(self, name: str, organisation: str) -> tuple[Any, bytes]:
        key = x509.new_key()
        made = x509.issue(x509.Subject(name, organisation), key.public_key(), self.issuing, crl_url=CRL)
        return key, x509.der_of(made)


@cache
def authority() -> Authority:
    return Authority.make()


@cache
def frozen() -> bytes:
    import weasyprint

    plain = weasyprint.HTML(string=TEXT).write_pdf(pdf_variant="pdf/a-3b")
    places = [
        pades.Field("community", 0, (60, 60, 180, 180)),
        pades.Field("institution", 0, (300, 60, 450, 130)),
    ]
    return pades.add_fields(plain, places)


def signed_by(made: Authority) -> tuple[bytes, bytes]:
    """Return the file with one signature and with two."""
    office, office_certificate = made.signer("梧桐街道电子公章", "梧桐街道")
    head, head_certificate = made.signer("李敏", "阳光帮扶中心")
    first = pades.Order("community", office_certificate, first=True, seal=seals.round_seal("梧桐街道", []))
    second = pades.Order("institution", head_certificate, first=False, seal=seals.framed_name(["李敏"], []))
    trust, clock = made.trust(), made.clock
    one = pades.sign(frozen(), first, key=der(office), trust=trust, clock=clock)
    return one, pades.sign(one, second, key=der(head), trust=trust, clock=clock)


@cache
def signed() -> tuple[bytes, bytes]:
    return signed_by(authority())


def painted_over(data: bytes) -> bytes:
    """Hide the terms behind a white box, as an honest-looking incremental update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    box = writer.add_object(generic.StreamObject(stream_data=b"q 1 1 1 rg 40 500 500 250 re f Q"))
    writer.add_stream_to_page(0, box)
    return written(writer)


def with_another_field(data: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    spec = fields.SigFieldSpec("third", on_page=0, box=(60, 300, 180, 380))
    fields.append_signature_field(writer, spec)
    return written(writer)


def written(writer: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def reordered(frozen_: bytes, one: bytes, two: bytes) -> bytes:
    """The second signature's update before the first one's."""
    return frozen_ + two[len(one) :] + one[len(frozen_) :]


def with_changed_padding(data: bytes) -> bytes:
    """A digit changed in the zeros behind the last party's signature: no signature covers them."""
    at = data.rindex(b"0" * 2000) + 1000
    return data[:at] + b"1" + data[at + 1 :]


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)
