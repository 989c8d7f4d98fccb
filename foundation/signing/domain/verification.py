"""Checking a document, for anybody: five lines in plain words (help-platform.md §3.2; H6).

The file is read by a process of its own where it came from outside; what the platform knows beside it (the archived
file, the parties, the state of the thing today, the log) is read from the database.
"""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.x509 import NameOID, load_der_x509_certificate
from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.core.facets import Words
from foundation.core.models import AuditEntry
from foundation.signing.domain import apart, authorities, store
from foundation.signing.domain.pdf import reading
from foundation.signing.models import Authority, Revision, Signature, SignedDocument

MOST_BYTES = 10 * 1024 * 1024
# So many seconds what was read of a file of ours is remembered.
READ_FOR = 300
FOOTER = gettext_lazy(
    "这里使用社区自建的证书机构：能证明文件和签名没有被改过、由谁的证书签署；它不是国家许可的电子认证服务机构，"
    "不替代第三方认证。需要第三方认证的协议，请使用持牌机构的证书。"
)


@dataclass(frozen=True)
class Standing:
    """What holds today of the thing that a document is about."""

    words: Words
    good: bool
    url: str = ""


@dataclass(frozen=True)
class Line:
    """One of the five questions: True it holds, False it does not, None nobody can say."""

    key: str
    ok: bool | None
    title: Words
    text: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Party:
    """One signature that was expected or found."""

    label: str
    organisation: str
    name: str
    signed_at: datetime | None
    good: bool
    words: str
    fingerprint: str = ""
    issuer: str = ""


@dataclass
class Report:
    """What checking a file came to."""

    readable: bool
    sha256: str
    document: SignedDocument | None
    lines: list[Line] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    timestamps: int = 0
    own_clock: bool = False
    checked_at: datetime = field(default_factory=timezone.now)
    footer: Words = FOOTER

    @property
    def good(self) -> bool:
        """Everything that could be said is good, and nothing essential is left open."""
        return bool(self.lines) and all(line.ok for line in self.lines if line.key != "standing")

    @property
    def line_file(self) -> Line:
        return self.line("file")

    def line(self, key: str) -> Line:
        """Return one of the lines. Raises StopIteration."""
        return next(line for line in self.lines if line.key == key)


_standings: dict[str, Callable[[SignedDocument], Standing]] = {}


def register_standing(kind: str, answer: Callable[[SignedDocument], Standing]) -> None:
    """Let the app that owns a kind of document say what holds of it today."""
    _standings[kind] = answer


def verify_document(document: SignedDocument) -> Report:
    """Check the archived file itself, as it lies there."""
    try:
        data = store.path_of(document.latest_sha256).read_bytes()
    except OSError:
        report = Report(False, "", document)
        report.lines = [Line("file", False, _("与存档一致"), _("存档的文件找不到了，请联系社区。"))]
        return report
    return _report(_read(data, hashlib.sha256(data).hexdigest()), document, data)


def _read(data: bytes, sha256: str) -> reading.Contents:
    """Read a file of ours; read a moment ago, under the same lists, it says the same again."""
    trust = authorities.published()
    state = hashlib.sha256()
    for one in (*trust.roots, b"|", *trust.others, b"|", *trust.crls):
        state.update(hashlib.sha256(one).digest())
    key = f"signing:read:{sha256}:{state.hexdigest()}"
    found: reading.Contents | None = cache.get(key)
    if found is None:
        found = reading.read(data, trust)
        cache.set(key, found, READ_FOR)
    return found


def verify_bytes(data: bytes, *, isolated: bool = False) -> Report:
    """Check a file that somebody has; nothing of it is kept. `isolated`: it is read by a process of its own."""
    sha256 = hashlib.sha256(data).hexdigest()
    named = Revision.objects.filter(sha256=sha256).select_related("document").first()
    # What is ours to the last bit is not dangerous.
    found = apart.read(data, authorities.published()) if isolated and named is None else _read(data, sha256)
    document = named.document if named else _meant(found)
    return _report(found, document, data)


def _meant(found: reading.Contents) -> SignedDocument | None:
    """The document that a file says it is; whether it is, the lines say."""
    if not found.code:
        return None
    return SignedDocument.objects.filter(code=found.code, number=found.number).first()


def find(number: str, code: str) -> SignedDocument | None:
    """Return a document by what stands on its pages, however it is typed; both halves have to be right."""
    plain, wanted = _typed(code).replace("-", ""), _typed(number)
    return SignedDocument.objects.filter(code=plain, number=wanted).first()


def _typed(text: str) -> str:
    """Full-width signs, small letters and blanks are how people type what they read from paper."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _report(found: reading.Contents, document: SignedDocument | None, data: bytes) -> Report:
    report = Report(found.readable, found.sha256, document, timestamps=found.timestamps)
    own = {
        own_clock_name(bytes(one.certificate)) for one in Authority.objects.filter(role=Authority.Role.CLOCK)
    }
    report.own_clock = any(one.clock in own for one in found.signatures)
    kept = {one.slot.name: one for one in _kept(document)}
    report.parties = [_party(one, kept.get(one.field)) for one in found.signatures]
    report.lines = [
        _file_line(found, document),
        _signatures_line(found, report.parties),
        _unchanged_line(found),
        _complete_line(found, document, kept),
        _standing_line(document),
    ]
    return report


def own_clock_name(certificate: bytes) -> str:
    """Return how the installation's own clock calls itself."""
    names = load_der_x509_certificate(certificate).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def _kept(document: SignedDocument | None) -> list[Signature]:
    if document is None:
        return []
    rows = document.signatures.select_related("slot__organisation", "certificate", "revision")
    return list(rows.order_by("revision__number"))


def _file_line(found: reading.Contents, document: SignedDocument | None) -> Line:
    title = _("与存档一致")
    if document is None:
        return Line("file", None, title, _("这里没有这份文件的存档，不是本社区的文件，或者编号被改掉了。"))
    if found.sha256 == document.latest_sha256:
        return Line("file", True, title, _("和社区存档的文件完全一样，一个字节都不差。"))
    earlier = Revision.objects.filter(document=document, sha256=found.sha256).first()
    last_signed = document.revisions.filter(what=Revision.What.SIGNED).order_by("-number").first()
    if earlier is not None and last_signed is not None and earlier.number >= last_signed.number:
        return Line("file", True, title, _("和社区存档的文件一样，之后只加过时间戳。"))
    if earlier is not None:
        return Line("file", False, title, _("这是签署过程中的旧版本，不是最后的文件。"))
    return Line("file", False, title, _("和社区存档的文件不一样：内容、签名或附加数据被改动过。"))


def _party(one: reading.Read, kept: Signature | None) -> Party:
    when = datetime.fromisoformat(one.signed_at) if one.signed_at else None
    if one.fault or not one.intact:
        words = _("签名已损坏，内容被改动过。")
    elif not one.trusted:
        words = _("证书不可信：不是本社区或持牌机构签发的，或者签署时已经失效。")
    elif not one.unchanged:
        words = _("签名本身完好，但签署之后文件又被改动过。")
    elif not one.timestamped:
        words = _("签名有效，但签署时间没有可信时间戳。")
    elif kept is not None and kept.certificate.fingerprint != one.fingerprint:
        words = _("签名有效，但不是存档中那张证书签的。")
    else:
        words = _("签名有效。")
    good = one.good and one.unchanged and one.timestamped
    own = kept is not None and kept.certificate.fingerprint == one.fingerprint
    good = good and (kept is None or own)
    label = kept.slot.label if kept else one.field
    # Whom a certificate names that we don't know may be a person.
    name = one.name if kept is not None and own and kept.certificate.is_seal else masked(one.name)
    return Party(label, one.organisation, name, when, good, words, one.fingerprint, one.issuer)


def masked(name: str) -> str:
    """Return a person's name as strangers may read it."""
    return name[:1] + "*" * (len(name) - 1)


def in_words(party: Party) -> str:
    """Say who signed, when, and whether it holds."""
    when = (
        date_format(timezone.localtime(party.signed_at), "Y-m-d H:i:s") if party.signed_at else _("时间不明")
    )
    return _("%(organisation)s（%(name)s）%(when)s：%(words)s") % {
        "organisation": party.organisation or party.label,
        "name": party.name,
        "when": when,
        "words": party.words,
    }


def _signatures_line(found: reading.Contents, parties: list[Party]) -> Line:
    title = _("各方签名")
    if not found.readable:
        return Line("signatures", False, title, _("文件读不出来：已损坏，或者不是 PDF。"))
    if not parties:
        return Line("signatures", False, title, _("文件里没有签名。"))
    details = tuple(in_words(party) for party in parties)
    if not found.clocks_good:
        return Line("signatures", False, title, _("文件的时间戳不对。"), details)
    if all(party.good for party in parties):
        return Line("signatures", True, title, _("每个签名都有效。"), details)
    return Line("signatures", False, title, _("有签名无效。"), details)


def _unchanged_line(found: reading.Contents) -> Line:
    title = _("签署后没有改动")
    if not found.readable or not found.signatures:
        return Line("unchanged", None, title, _("没有可以核对的签名。"))
    if any(one.fault or not one.intact for one in found.signatures):
        return Line("unchanged", False, title, _("签名覆盖的内容被改动过。"))
    if not all(one.unchanged for one in found.signatures):
        return Line(
            "unchanged", False, title, _("签署之后有人往文件里加了或盖住了内容，屏幕上看到的不是当时签的。")
        )
    if found.uncovered:
        # The proofs of the last timestamp stand behind it, and whatever somebody else put there: nothing that is shown.
        return Line(
            "unchanged", True, title, _("看得见的内容在签署之后没有变；文件末尾还有不影响内容的数据。")
        )
    return Line("unchanged", True, title, _("签署之后只加过其他方的签名和时间戳。"))


def _complete_line(
    found: reading.Contents, document: SignedDocument | None, kept: dict[str, Signature]
) -> Line:
    title = _("该签的都签了")
    if document is None:
        return Line("complete", None, title, _("没有存档，不知道应该有谁签署。"))
    slots = list(document.slots.select_related("organisation").order_by("order"))
    there = {one.field for one in found.signatures}
    missing = [slot for slot in slots if slot.name not in there]
    strange = there - {slot.name for slot in slots}
    if strange:
        return Line("complete", False, title, _("文件里多出了存档中没有的签名。"))
    if not missing:
        return Line("complete", True, title, _("应有 %(count)s 个签名，都在。") % {"count": len(slots)})
    details = tuple(f"{slot.label} {slot.organisation.name}" for slot in missing)
    if any(slot.name in kept for slot in missing):
        return Line("complete", False, title, _("存档里有的签名在这个文件里没有了。"), details)
    return Line("complete", False, title, _("还有一方没有签署。"), details)


def _standing_line(document: SignedDocument | None) -> Line:
    title = _("现在的状态")
    if document is None:
        return Line("standing", None, title, _("没有存档，不知道现在的状态。"))
    if document.voided_at is not None:
        return Line("standing", False, title, _("这份文件已作废。"))
    entries = AuditEntry.objects.filter(kind="signed_document", object_id=str(document.pk)).order_by("seq")
    chain = tuple(
        _("操作日志第 %(seq)s 条 %(digest)s…") % {"seq": one.seq, "digest": one.digest[:16]}
        for one in entries
    )
    answer = _standings.get(document.kind)
    if answer is None:
        return Line("standing", None, title, _("没有登记现在的状态。"), chain)
    standing = answer(document)
    return Line("standing", standing.good, title, str(standing.words), chain)
