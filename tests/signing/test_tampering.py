"""Whatever somebody does to a signed file is found, and said in words (H6; help-platform.md §3.1)."""

import hashlib
import random
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from foundation.signing.domain import apart, documents, verification
from foundation.signing.domain.pdf import pades, reading, x509
from tests.signing import files
from tests.signing.conftest import Parties

pytestmark = [pytest.mark.row("H6")]
FLIPS = 1000


def read(data: bytes, trust: pades.Trust | None = None) -> reading.Contents:
    return reading.read(data, trust or files.authority().trust())


def holds(found: reading.Contents, signatures: int = 2) -> bool:
    """Whether a reader would believe the file, the archive apart."""
    every = all(one.good and one.unchanged for one in found.signatures)
    return found.readable and every and found.clocks_good and len(found.signatures) == signatures


def test_an_untouched_file_holds_here_and_in_other_software(tmp_path: Path) -> None:
    _one, two = files.signed()
    assert holds(read(two))
    file = tmp_path / "signed.pdf"
    file.write_bytes(two)
    said = subprocess.run(
        ["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False
    ).stdout
    assert said.count("Signature is Valid") == 2, said


def test_signatures_say_who_signed_and_when_by_the_clocks_word() -> None:
    found = read(files.signed()[1])
    assert [one.organisation for one in found.signatures] == ["梧桐街道", "阳光帮扶中心"]
    assert all(one.timestamped and "时间戳" in one.clock for one in found.signatures)
    assert [one.certifies for one in found.signatures] == [True, False]
    assert found.timestamps == 2


@pytest.mark.deny
def test_terms_painted_over_are_found_though_other_software_calls_them_valid(tmp_path: Path) -> None:
    changed = files.painted_over(files.signed()[1])
    found = read(changed)
    assert not holds(found)
    assert all(one.intact for one in found.signatures), "the signed bytes are all there"
    assert not any(one.unchanged for one in found.signatures)
    file = tmp_path / "painted.pdf"
    file.write_bytes(changed)
    said = subprocess.run(
        ["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False
    ).stdout
    assert "Signature is Valid" in said, "why the difference analysis is needed"


@pytest.mark.deny
def test_a_field_added_or_revisions_reordered_break_the_first_signature() -> None:
    one, two = files.signed()
    assert not holds(read(files.with_another_field(two)))
    assert not holds(read(files.reordered(files.frozen(), one, two)))


@pytest.mark.deny
def test_a_second_signature_cut_off_leaves_one() -> None:
    one, _two = files.signed()
    found = read(one)
    assert holds(found, signatures=1)
    assert not holds(found)


@pytest.mark.deny
def test_an_authority_of_the_same_name_is_another_one() -> None:
    _one, forged = files.signed_by(files.Authority.make())
    found = read(forged)
    assert [one.organisation for one in found.signatures] == ["梧桐街道", "阳光帮扶中心"]
    assert all(one.intact for one in found.signatures)
    assert not any(one.trusted or one.good for one in found.signatures)


@pytest.mark.deny
def test_a_certificate_revoked_before_the_signature_counts_for_nothing_one_after_it_does() -> None:
    made = files.authority()
    key, certificate = made.signer("李敏", "阳光帮扶中心")
    order = pades.Order("community", certificate, first=True)
    data = pades.sign(files.frozen(), order, key=files.der(key), trust=made.trust(), clock=made.clock)
    serial = x509.load_all([certificate])[0].serial_number
    now = datetime.now(UTC)
    early, late = (
        made.trust((serial, now - timedelta(hours=1))),
        made.trust((serial, now + timedelta(hours=1))),
    )
    assert holds(read(data, late), signatures=1)
    # The list inside the file was made before it: what counts is what is known today.
    assert not holds(read(data, early), signatures=1)


@pytest.mark.deny
def test_one_flipped_bit_anywhere_is_found(sample: Callable[[Sequence[Any]], list[Any]]) -> None:
    _one, two = files.signed()
    whole = hashlib.sha256(two).hexdigest()
    chance = random.Random(1949)
    bits = sorted(chance.sample(range(len(two) * 8), FLIPS))
    silent = []
    for bit in sample(bits):
        found = read(files.flipped(two, bit))
        assert found.sha256 != whole, "the archive's digest finds every one"
        if holds(found):
            silent.append(bit)
    # In the padding of a signature, or behind the last timestamp, only the archive's digest tells.
    assert len(silent) <= max(2, len(bits) // 50), silent


@pytest.mark.deny
@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n", b"PK\x03\x04" + b"\x00" * 100, b"\x00" * 5000, b"%PDF-1.7\n" + b"[" * 20000]
)
def test_what_is_no_pdf_is_said_to_be_none(data: bytes) -> None:
    assert not holds(read(data))


def test_a_strangers_file_is_read_by_a_process_of_its_own() -> None:
    _one, two = files.signed()
    assert holds(apart.read(two, files.authority().trust()))
    assert not apart.read(b"nothing", files.authority().trust()).readable


@pytest.mark.deny
def test_a_process_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 0.01)
    assert not apart.read(files.signed()[1], files.authority().trust()).readable


def test_a_timestamp_over_all_others_keeps_everything_valid() -> None:
    made, (_one, two) = files.authority(), files.signed()
    renewed = pades.renew(two, trust=made.trust(), clock=made.clock)
    found = read(renewed)
    assert holds(found)
    assert found.timestamps == 3


@pytest.mark.deny
@pytest.mark.django_db
def test_each_attack_is_explained_in_its_own_words(parties: Parties) -> None:
    paper = parties.paper()
    parties.seal_it(paper)
    paper.refresh_from_db()
    one = documents.latest_bytes(paper)
    parties.sign_it(paper)
    paper.refresh_from_db()
    two = documents.latest_bytes(paper)
    assert verification.verify_bytes(two).good

    def bad(data: bytes) -> dict[str, str]:
        report = verification.verify_bytes(data)
        assert not report.good
        assert report.document == paper
        return {line.key: line.text for line in report.lines if line.ok is False}

    assert "盖住" in bad(files.painted_over(two))["unchanged"]
    assert "unchanged" in bad(files.with_another_field(two))
    cut = bad(one)
    assert "旧版本" in cut["file"]
    assert "没有了" in cut["complete"]
    padded = bad(files.with_changed_padding(two))
    assert "不一样" in padded["file"]
    assert "不一样" in bad(two + b"\n")["file"]
    strange = verification.verify_bytes(files.signed()[1])
    assert strange.document is None
    assert strange.line("file").ok is None
    assert strange.line("signatures").ok is False
