"""What is printed and signed: the agreement itself, and the statement that ends it."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from foundation.signing.domain import documents
from foundation.signing.models import SignedDocument
from helpagreements.domain import wording
from helpagreements.enums import Side
from helpagreements.models import Agreement, EndingRequest, ForcedEnd, Version

KIND = "agreement"
ENDING = "agreement_end"


def _slots(agreement: Agreement, *sides: str) -> list[documents.Slot]:
    parties = {Side.COMMUNITY: agreement.community, Side.INSTITUTION: agreement.institution}
    labels = {Side.COMMUNITY: "甲方", Side.INSTITUTION: "乙方"}
    return [
        documents.Slot(
            name=side,
            organisation=parties[Side(side)],
            label=f"{labels[Side(side)]}：{parties[Side(side)].name}",
        )
        for side in sides
    ]


def freeze_agreement(agreement: Agreement, version: Version, *, by: Any) -> SignedDocument:
    """Make the PDF/A of a version, with its clauses attached as data; nothing in it changes from here on.

    The caller signs it in the same transaction.
    """
    clauses = [
        {"key": one.key, "title": one.title, "text": wording.filled(one.text, agreement)}
        for one in version.clauses.all()
    ]
    data = {
        "number": agreement.number,
        "version": version.number,
        "type": agreement.type,
        "title": agreement.title,
        "community": agreement.community.name,
        "institution": agreement.institution.name,
        "institution_code": agreement.institution.code,
        "starts_on": agreement.starts_on.isoformat() if agreement.starts_on else "",
        "ends_on": agreement.ends_on.isoformat() if agreement.ends_on else "",
        "clauses": clauses,
        "supersedes": agreement.supersedes.number if agreement.supersedes else "",
    }
    return _freeze(
        "helpagreements/document.html",
        {
            "agreement": agreement,
            "version": version,
            "clauses": clauses,
            "facts": wording.facts_of(agreement),
        },
        kind=KIND,
        about=agreement,
        number=agreement.number if version.number == 1 else f"{agreement.number}-V{version.number}",
        title=agreement.title,
        data=data,
        slots=_slots(agreement, Side.COMMUNITY, Side.INSTITUTION),
        by=by,
        signed_at_once=True,
    )


def freeze_statement(
    agreement: Agreement,
    request: EndingRequest | ForcedEnd,
    *,
    first: str,
    by: Any,
    signed_at_once: bool = True,
) -> SignedDocument:
    """Make the statement that ends an agreement and names the original by its SHA-256 (help-platform.md §1, 19).

    `first` is the side that signs it first; a forced end has that side's signature alone. `signed_at_once`: the caller
    signs it in the same transaction.
    """
    original = agreement.current.document
    digest = original.latest_sha256 if original else ""
    count = agreement.ending_requests.count() + agreement.forced_ends.count()
    if isinstance(request, ForcedEnd):
        sides, ending, wished_on, handover = [first], "force", None, ""
    else:
        sides = [first, Side.INSTITUTION if first == Side.COMMUNITY else Side.COMMUNITY]
        ending, wished_on, handover = request.what, request.wished_on, request.handover
    data = {
        "agreement": agreement.number,
        "original_sha256": digest,
        "what": ending,
        "reason": request.reason,
        "wished_on": wished_on.isoformat() if wished_on else "",
        "handover": handover,
    }
    return _freeze(
        "helpagreements/statement.html",
        {
            "agreement": agreement,
            "ending": ending,
            "digest": digest,
            "request": request,
            "today": wording.in_chinese(timezone.localdate()),
        },
        kind=ENDING,
        about=request,
        number=f"{agreement.number}-E{count}",
        title=f"{agreement.title}：结束声明",
        data=data,
        slots=_slots(agreement, *sides),
        by=by,
        signed_at_once=signed_at_once,
    )


def _freeze(template: str, context: dict[str, Any], **facts: Any) -> SignedDocument:
    # What is signed is Chinese, whoever pushes it in whatever language.
    with translation.override("zh-hans"):
        html = render_to_string(template, context)
    return documents.freeze(html=html, **facts)
