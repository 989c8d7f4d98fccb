"""Agreements that are rendered, signed by both sides (PAdES B-LTA) and checked; prints JSON.

python -m tools.bench.signing 25    so many
"""

import json
import sys
import time
from typing import Any

import django

CLAUSES = "".join(
    f"<h2>第{number}条</h2><p>乙方每周六上午为社区老人上门做饭、读报、打扫，甲方提供名单和场地，双方各派一人联系。</p>"
    for number in range(1, 13)
)


def parties() -> tuple[Any, Any, Any, Any, Any]:
    """Make an office with a seal, and an institution whose head has a PIN key; returns them and who acts for them."""
    from foundation.accounts.models import Membership, Organisation, User  # noqa: PLC0415 - after django.setup()
    from foundation.core.models import Place  # noqa: PLC0415
    from foundation.signing.domain import authorities, certificates, pins  # noqa: PLC0415
    from foundation.signing.domain.pdf import x509  # noqa: PLC0415
    from foundation.signing.models import Certificate  # noqa: PLC0415

    place = Place.add_root(name="梧桐街道", slug="bench", level="street")
    made = [
        Organisation.objects.create(type=kind, name=name, place=place, stands=True)
        for kind, name in (("office", "梧桐街道办事处"), ("institution", "阳光帮扶中心"))
    ]
    people = [User.objects.create_user(name, f"{name}@example.org") for name in ("clerk", "head")]
    for organisation, user in zip(made, people, strict=True):
        Membership.objects.create(organisation=organisation, user=user, position="head")
    certificates.create_seal(made[0], by=None)
    key = x509.new_key()
    row = Certificate(organisation=made[1], user=people[1], backend="pin", state="valid", name="李敏")
    row.public_key, row.key = (
        x509.public_der(key.public_key()),
        pins.seal_key(key, "481516", label=row.public_id),
    )
    issued = authorities.issue(x509.Subject("李敏", made[1].name), key.public_key())
    row.certificate, row.fingerprint = x509.der_of(issued), x509.print_of(issued)
    row.serial, row.valid_until = f"{issued.serial_number:x}", issued.not_valid_after_utc
    row.save(force_insert=True)
    opened = pins.open_key(row, "481516", by=people[1])
    return made, people, row, opened, place


def measure(times: int) -> dict[str, list[float]]:
    """Sign and check so many; the first of each, which loads fonts and modules, counts as well."""
    from django.db import transaction  # noqa: PLC0415

    from foundation.signing.domain import documents, signatures, verification  # noqa: PLC0415
    from foundation.signing.domain.ceremony import Ceremony  # noqa: PLC0415

    (office, institution), (clerk, head), certificate, opened, _place = parties()
    took: dict[str, list[float]] = {"sign": [], "verify": [], "kb": []}
    for number in range(times):
        began = time.perf_counter()
        with transaction.atomic():
            paper = documents.freeze(
                kind="agreement",
                about=institution,
                number=f"B-{number}",
                title="帮扶协议",
                html=f"<h1>帮扶协议</h1>{CLAUSES}",
                data={"clauses": 12},
                slots=[
                    documents.Slot("community", office, "甲方"),
                    documents.Slot("institution", institution, "乙方"),
                ],
                by=clerk,
            )
            signatures.sign_with_seal(paper, slot="community", by=clerk, ceremony=Ceremony())
        with transaction.atomic():
            signatures.sign_with_pin(
                paper,
                slot="institution",
                certificate=certificate,
                pin=opened,
                shown_digest=paper.sha256,
                by=head,
                ceremony=Ceremony(),
            )
        took["sign"].append((time.perf_counter() - began) * 1000)
        paper.refresh_from_db()
        data = documents.latest_bytes(paper)
        began = time.perf_counter()
        report = verification.verify_bytes(data)
        took["verify"].append((time.perf_counter() - began) * 1000)
        took["kb"].append(len(data) / 1024)
        if not all(line.ok for line in report.lines if line.key != "standing"):
            raise SystemExit("bench: the signed file does not hold")
    return took


def main() -> int:
    """Read the command line."""
    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
