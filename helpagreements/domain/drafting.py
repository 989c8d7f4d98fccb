"""Drafting: from the office's clauses, changed clause by clause, and drafted again for a renewal (H5)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Organisation
from foundation.core.flow import audit
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.core.models import Place
from helpagreements.domain import machine
from helpagreements.enums import AgreementType
from helpagreements.models import Agreement, Clause, ClauseTemplate, Version
from helpagreements.models.agreement import IN_FORCE
from organisations.domain.offices import office_of

DRAFTED = Agreement.State.DRAFT
MAX_CLAUSES = 30
TRIES = 5


@dataclass(frozen=True)
class Wording:
    """One clause as somebody wrote it; without a key it is a new one."""

    title: str
    text: str
    key: str = ""


def start_draft(
    *,
    type: AgreementType | str,  # noqa: A002 - the word of the field
    title: str,
    institution: Organisation,
    place: Place,
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: Any,
) -> Agreement:
    """Draft an agreement between the office of a place and an institution, with the office's own clauses.

    Raises Refused, and GuardFails where the place has no office or the office no clauses of that type.
    """
    machine.require_officer(place, institution, by)
    templates = list(ClauseTemplate.objects.filter(type=type))
    if not templates:
        raise GuardFails(_("这类协议还没有条款模板，请先在后台添加。"))
    agreement = Agreement(
        type=type,
        title=title,
        place=place,
        community=_office(place),
        institution=institution,
        starts_on=starts_on,
        ends_on=ends_on,
        drafted_by=by,
    )
    wordings = [(one.key, one.title, one.text, one.required) for one in templates]
    return _write(agreement, wordings, by)


@transaction.atomic
def renew(
    agreement: Agreement, *, starts_on: date | None = None, ends_on: date | None = None, by: Any
) -> Agreement:
    """Draft what shall follow an agreement in force or expired, with its clauses; it ends when the new one is in force.

    Raises Refused, StepNotAllowed, and GuardFails where a renewal is on its way already.
    """
    machine.require_officer(agreement.place, agreement.institution, by)
    # Two that renew at once stand in line here.
    agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    began, ended = agreement.starts_on, agreement.ends_on
    if agreement.state not in (*IN_FORCE, Agreement.State.EXPIRED) or began is None or ended is None:
        raise StepNotAllowed("renew", agreement.state)
    starts_on = starts_on or max(ended + timedelta(days=1), timezone.localdate())
    new = Agreement(
        type=agreement.type,
        title=agreement.title,
        place=agreement.place,
        community=agreement.community,
        institution=agreement.institution,
        starts_on=starts_on,
        ends_on=ends_on or starts_on + (ended - began),
        drafted_by=by,
        supersedes=agreement,
    )
    clauses = agreement.current.clauses.all()
    try:
        return _write(new, [(one.key, one.title, one.text, one.required) for one in clauses], by)
    except IntegrityError:
        raise GuardFails(_("这份协议的续签已经在办理了。")) from None


def _office(place: Place) -> Organisation:
    found = office_of(place)
    if found is None:
        raise GuardFails(_("请选择街道或社区。"))
    return found


def content_digest(agreement: Agreement) -> str:
    """Return what names everything that a draft says now: whoever seals it has seen exactly this."""
    said = [agreement.title, str(agreement.starts_on), str(agreement.ends_on), str(agreement.version)]
    said += [part for one in agreement.current.clauses.all() for part in (one.key, one.title, one.text)]
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()


def _write(agreement: Agreement, wordings: Sequence[tuple[str, str, str, bool]], by: Any) -> Agreement:
    for attempt in range(TRIES):
        agreement.number = _next_number()
        try:
            with transaction.atomic():
                agreement.save(force_insert=True)
                version = Version.objects.create(agreement=agreement, number=1)
                Clause.objects.bulk_create(
                    Clause(
                        version=version, position=position, key=key, title=title, text=text, required=required
                    )
                    for position, (key, title, text, required) in enumerate(wordings, 1)
                )
                audit.append("agreement.draft", by=by, obj=agreement, place_path=agreement.place.path)
            return agreement
        except IntegrityError:
            # Somebody else took the number a moment ago.
            if attempt == TRIES - 1 or not Agreement.objects.filter(number=agreement.number).exists():
                raise
    raise AssertionError("unreachable")


def _next_number() -> str:
    """Return the next number of the year, as it stands on paper: XY2026-00017."""
    prefix = f"XY{timezone.localdate().year}-"
    last = (
        Agreement.objects.filter(number__startswith=prefix)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:05d}"


@transaction.atomic
def edit_draft(
    agreement: Agreement,
    *,
    title: str,
    starts_on: date | None,
    ends_on: date | None,
    clauses: Sequence[Wording],
    seen: str = "",
    by: Any,
) -> None:
    """Write what a draft says now. `seen` is what it said when it was opened (`content_digest`; empty: whatever it says).

    Raises Refused, StepNotAllowed where it is no draft (any more), GuardFails for a required clause that is missing.
    """
    machine.require_officer(agreement.place, agreement.institution, by)
    locked = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if locked.state != DRAFTED or (seen and seen != content_digest(locked)):
        raise StepNotAllowed("edit", locked.state)
    version = locked.current
    known = {clause.key: clause for clause in version.clauses.all()}
    missing = [
        one.title for key, one in known.items() if one.required and key not in {new.key for new in clauses}
    ]
    if missing:
        raise GuardFails(_("必备条款不能删除：%(titles)s") % {"titles": "、".join(missing)})
    if len(clauses) > MAX_CLAUSES:
        raise GuardFails(_("条款不能超过 %(count)s 条。") % {"count": MAX_CLAUSES})
    version.clauses.exclude(key__in=[one.key for one in clauses if one.key]).delete()
    for position, wording in enumerate(clauses, 1):
        clause = known.get(wording.key) or Clause(version=version, key=_new_key(known), required=False)
        known.setdefault(clause.key, clause)
        clause.position, clause.title, clause.text = position, wording.title, wording.text
        clause.save()
    locked.title, locked.starts_on, locked.ends_on = title, starts_on, ends_on
    locked.save(update_fields=["title", "starts_on", "ends_on"])
    agreement.refresh_from_db()
    audit.append(
        "agreement.edit",
        by=by,
        obj=agreement,
        place_path=agreement.place.path,
        data={"version": agreement.version},
    )


def _new_key(known: dict[str, Clause]) -> str:
    number = 1
    while f"own-{number}" in known:
        number += 1
    return f"own-{number}"


@transaction.atomic
def discard_draft(agreement: Agreement, *, by: Any) -> None:
    """Throw away a draft that was never pushed. Raises Refused, StepNotAllowed."""
    machine.require_officer(agreement.place, agreement.institution, by)
    locked = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    if locked.state != DRAFTED or locked.pushed_at is not None:
        raise StepNotAllowed("discard", locked.state)
    audit.append("agreement.discard", by=by, obj=agreement, place_path=agreement.place.path)
    locked.delete()
