"""Reading the signatures of a PDF that anybody may have made: what each covers, who made it, what was changed after it.

Imports neither Django nor the database: a stranger's file is read by a process of its own (`python -m` this module),
with little memory and little time.
"""

import hashlib
import io
import json
import resource
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, tsp
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from foundation.signing.domain.pdf.pades import Trust, run

# What reading a file raises that was made, or damaged, to be unreadable: a thousand flipped bits found zlib's own errors
# beside pyHanko's, asn1crypto's and Python's. None of them is ours to name: all mean that the file can't be read.
UNREADABLE = Exception
MEMORY, SECONDS = 1024 * 1024 * 1024, 20
ATTACHED = "clauses.json"


@dataclass
class Read:
    """One signature as it was found."""

    field: str
    # What counts: the one line of pyHanko that joins everything else (`bottom_line`).
    good: bool
    intact: bool
    trusted: bool
    # The bytes it covers were followed by nothing but further signatures, timestamps and their proofs.
    unchanged: bool
    certifies: bool
    signed_at: str = ""
    timestamped: bool = False
    clock: str = ""
    name: str = ""
    organisation: str = ""
    fingerprint: str = ""
    certificate: str = ""
    serial: str = ""
    issuer: str = ""
    valid_until: str = ""
    revision: int = 0
    fault: str = ""


@dataclass
class Contents:
    """All that could be read of a file."""

    readable: bool
    sha256: str = ""
    size: int = 0
    signatures: list[Read] = field(default_factory=list)
    timestamps: int = 0
    clocks_good: bool = True
    # What the file says of itself; nobody has proved it.
    number: str = ""
    code: str = ""
    # The bytes behind the last signature or timestamp, which none of them covers.
    uncovered: int = 0
    fault: str = ""


def read(data: bytes, trust: Trust) -> Contents:
    """Read a file's signatures; what can't be read is said so, and nothing is raised."""
    found = Contents(True, hashlib.sha256(data).hexdigest(), len(data))
    try:
        _read(data, trust, found)
    except UNREADABLE as fault:
        found.readable, found.fault = False, type(fault).__name__
    return found


def _read(data: bytes, trust: Trust, found: Contents) -> None:
    reader = PdfFileReader(io.BytesIO(data))
    found.number, found.code = _says(reader)
    signatures = list(reader.embedded_regular_signatures)
    stamps = list(reader.embedded_timestamp_signatures)
    crls, certificates = _proofs(reader)
    found.timestamps = len(stamps)
    last = max((_end(one) for one in [*signatures, *stamps]), default=0)
    found.uncovered = len(data) - last if signatures else 0

    async def work() -> None:
        # From the outside in: each timestamp is looked at in the light of the one around it.
        moment: datetime | None = None
        for stamp in reversed(stamps):
            context = trust.context(moment=moment, crls=crls, others=certificates)
            try:
                status = await async_validate_pdf_timestamp(stamp, context)
                good = bool(status.valid and status.intact and status.trusted)
                found.clocks_good &= good
                moment = status.timestamp if good else moment
            except UNREADABLE:
                found.clocks_good = False
        for one in signatures:
            around = _moment_around(one, stamps)
            found.signatures.append(await _signature(one, trust, around, crls, certificates))

    run(work)


def _end(one: EmbeddedPdfSignature) -> int:
    """Where the bytes end that a signature covers."""
    span = [int(part) for part in one.byte_range]
    return span[2] + span[3] if len(span) == 4 else 0


def _moment_around(one: EmbeddedPdfSignature, stamps: list[EmbeddedPdfSignature]) -> datetime | None:
    """When the first document timestamp behind a signature was made; its own certificate is judged by then."""
    for stamp in stamps:
        if stamp.signed_revision > one.signed_revision:
            return _time_of(stamp.signed_data)
    return None


def _time_of(signed: cms.SignedData) -> datetime:
    info: tsp.TSTInfo = signed["encap_content_info"]["content"].parsed
    return info["gen_time"].native


async def _signature(
    one: EmbeddedPdfSignature, trust: Trust, around: datetime | None, crls: list[Any], certificates: list[Any]
) -> Read:
    result = Read(one.field_name, False, False, False, False, False)
    try:
        _who(one, result)
        attached = next(iter(extract_tst_data_iter(one.signer_info, signed=False)), None)
        moment = _time_of(attached) if attached is not None else None
        status = await async_validate_pdf_signature(
            one,
            trust.context(moment=moment, crls=crls, others=certificates),
            trust.context(moment=around, crls=crls, others=certificates),
        )
    except UNREADABLE as fault:
        result.fault = type(fault).__name__
        return result
    result.good = bool(status.bottom_line)
    result.intact = bool(status.intact and status.valid)
    result.trusted = bool(status.trusted)
    # None: nothing follows it at all. LTA_UPDATES: proofs and timestamps; FORM_FILLING: further signatures.
    level = status.modification_level
    result.unchanged = level is None or level <= ModificationLevel.FORM_FILLING
    if status.docmdp_ok is False:
        result.unchanged = False
    result.certifies = bool(one.docmdp_level is not None)
    result.revision = one.signed_revision
    stamp = status.timestamp_validity
    if stamp is not None and stamp.valid and stamp.intact:
        result.timestamped = bool(stamp.trusted)
        result.signed_at = stamp.timestamp.astimezone(UTC).isoformat()
        result.clock = stamp.signing_cert.subject.native.get("common_name", "")
    elif status.signer_reported_dt is not None:
        result.signed_at = status.signer_reported_dt.astimezone(UTC).isoformat()
    return result


def _who(one: EmbeddedPdfSignature, result: Read) -> None:
    certificate = one.signer_cert
    names = certificate.subject.native
    result.name = str(names.get("common_name", ""))
    result.organisation = str(names.get("organization_name", ""))
    result.certificate = certificate.dump().hex()
    result.fingerprint = certificate.sha256.hex()
    result.serial = f"{certificate.serial_number:x}"
    result.issuer = str(certificate.issuer.native.get("common_name", ""))
    result.valid_until = certificate.not_valid_after.isoformat()


def _proofs(reader: PdfFileReader) -> tuple[list[Any], list[Any]]:
    """The revocation lists and certificates that the file carries with it."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except UNREADABLE:
        return [], []
    crls = [one.get_object().data for one in store.crls]
    return crls, list(store.load_certs())


def _says(reader: PdfFileReader) -> tuple[str, str]:
    """Number and code that the file names, from the clauses attached to it."""
    try:
        tree = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
        for position in range(0, min(len(tree), 20), 2):
            data = tree[position + 1]["/EF"]["/F"].data
            if len(data) < 1_000_000 and data.lstrip().startswith(b"{"):
                said = json.loads(data)
                return str(said.get("number", ""))[:60], str(said.get("code", ""))[:20]
    except UNREADABLE:
        pass
    return "", ""


def revisions(data: bytes) -> list[bytes]:
    """Return the file as it stood after each signature or timestamp. Raises one of UNREADABLE."""
    reader = PdfFileReader(io.BytesIO(data))
    ends = sorted({_end(one) for one in reader.embedded_signatures})
    return [data[:end] for end in ends]


def main() -> int:
    """Read a trust (JSON, one line) and then a PDF from standard input; write what was found as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    head = json.loads(sys.stdin.buffer.readline())
    trust = Trust(*([bytes.fromhex(one) for one in head[name]] for name in ("roots", "others", "crls")))
    found = read(sys.stdin.buffer.read(), trust)
    sys.stdout.write(json.dumps(asdict(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
