"""From the draft to the institution and back: push, withdraw, reject, revise, lapse (H5, steps 1 and 2)."""

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Membership
from foundation.core import notify
from foundation.core.access.permissions import require
from foundation.core.flow import chores
from foundation.core.flow.workflow import GuardFails, StepNotAllowed
from foundation.signing.domain import documents
from foundation.signing.domain.ceremony import Ceremony
from foundation.signing.domain.signatures import sign_with_seal
from foundation.signing.models import Certificate
from helpagreements.domain import machine, paper, wording
from helpagreements.domain.drafting import content_digest
from helpagreements.domain.machine import AGREEMENT
from helpagreements.enums import Side
from helpagreements.models import Agreement, Clause, ClauseComment, Version
from helpagreements.models.agreement import SIGN_WITHIN
from helpagreements.permissions import AgreementPermission
from organisations.models import Institution

# So many days before the deadline the institution is reminded (help-platform.md §2.1, lapse).
REMIND_DAYS = (7, 3, 1)


def obstacles(agreement: Agreement) -> list[Any]:
    """Say in words what keeps a draft from being pushed; empty: nothing."""
    found: list[Any] = []
    clauses = list(agreement.current.clauses.all())
    texts, titles = [one.text for one in clauses], [one.title for one in clauses]
    if agreement.starts_on is None or agreement.ends_on is None:
        found.append(_("请填写生效日和截止日。"))
    elif not agreement.starts_on < agreement.ends_on:
        found.append(_("截止日必须晚于生效日。"))
    elif agreement.ends_on <= timezone.localdate():
        found.append(_("截止日已经过去。"))
    if not texts or any(not text.strip() for text in texts):
        found.append(_("有条款没有写内容。"))
    if names := wording.unknown_placeholders(texts, agreement):
        found.append(_("这些空没有可填的内容：%(names)s") % {"names": "、".join(names)})
    if any(wording.personal_data_in(text) for text in [agreement.title, *titles, *texts]):
        found.append(_("正文里有身份证号或手机号。协议里不写任何人的个人信息。"))
    if not agreement.institution.stands:
        found.append(_("帮扶机构已被暂停或尚未通过审核，现在不能办理。"))
    elif agreement.covers_children and not _serves_children(agreement):
        found.append(_("这家机构没有登记服务儿童，不能签儿童类协议。"))
    elif not _head_can_sign(agreement):
        found.append(_("机构还没有有效的签名证书，请先请机构负责人办理。"))
    return found


def _serves_children(agreement: Agreement) -> bool:
    return Institution.objects.filter(pk=agreement.institution_id, serves_children=True).exists()


def _head_can_sign(agreement: Agreement) -> bool:
    heads = Membership.objects.filter(
        organisation_id=agreement.institution_id, until=None, position=Membership.Position.HEAD
    )
    valid = Certificate.objects.valid().filter(
        organisation_id=agreement.institution_id, user__in=heads.values("user")
    )
    return any(not one.is_locked for one in valid)


def push(agreement: Agreement, *, ceremony: Ceremony, seen: str = "", by: Any) -> None:
    """Freeze the draft, seal it for the community and put it before the institution (待签约).

    The caller has let `by` prove again who she is; `ceremony` says how. `seen` names what the draft said when it was
    shown (`drafting.content_digest`; empty: whatever it says). Raises Refused, StepNotAllowed, GuardFails.
    """
    with AGREEMENT.step(agreement, "push", by=by, place_path=agreement.place.path) as taken:
        if found := obstacles(agreement):
            raise GuardFails(found[0])
        if seen and seen != content_digest(agreement):
            raise GuardFails(_("草稿刚刚被改过，请重新看过再推送。"))
        now = timezone.now()
        version = agreement.current
        version.title, version.starts_on, version.ends_on = (
            agreement.title,
            agreement.starts_on,
            agreement.ends_on,
        )
        version.pushed_at = now
        version.document = paper.freeze_agreement(agreement, version, by=by)
        version.save(update_fields=["title", "starts_on", "ends_on", "pushed_at", "document"])
        sign_with_seal(version.document, slot=Side.COMMUNITY, by=by, ceremony=ceremony)
        taken.values.update(pushed_at=now, sign_by=now + SIGN_WITHIN, reminded_at_days=None)
        taken.data["version"] = version.number
        taken.data["sha256"] = version.document.latest_sha256
        machine.tell("agreement_pushed", agreement, Side.INSTITUTION, by=by)


def withdraw(agreement: Agreement, *, reason: str = "", by: Any) -> None:
    """Take back what the institution has not signed. Raises Refused, StepNotAllowed."""
    _undo(agreement, "withdraw", "agreement_withdrawn", Side.INSTITUTION, reason.strip(), by)


def reject(agreement: Agreement, *, reason: str, by: Any) -> None:
    """Let the institution's head decline. Raises Refused, StepNotAllowed, GuardFails without a reason."""
    _undo(
        agreement,
        "reject",
        "agreement_rejected",
        Side.COMMUNITY,
        machine.required(reason, machine.REASON),
        by,
    )


def _undo(agreement: Agreement, step: str, event: str, told: Side, reason: str, by: Any) -> None:
    with AGREEMENT.step(agreement, step, by=by, place_path=agreement.place.path) as taken:
        _void(agreement.current, by)
        taken.values["ended_at"] = timezone.now()
        taken.data["reason"] = reason
        machine.settle(agreement)
        machine.tell(event, agreement, told, by=by, text=reason)


def _void(version: Version, by: Any) -> None:
    """The frozen file stays; nobody can sign it any more."""
    version.voided_at = timezone.now()
    version.save(update_fields=["voided_at"])
    if version.document is not None:
        documents.void(version.document, by=by)


def revise(agreement: Agreement, *, comments: Mapping[str, str], by: Any) -> None:
    """Send it back with what the institution wants changed, clause by clause (`comments` by the clauses' keys).

    Raises Refused, StepNotAllowed, GuardFails without any comment.
    """
    with AGREEMENT.step(agreement, "revise", by=by, place_path=agreement.place.path) as taken:
        machine.require_standing(agreement)
        version = agreement.current
        clauses = {clause.key: clause for clause in version.clauses.all()}
        said = {key: text.strip() for key, text in comments.items() if key in clauses and text.strip()}
        if not said:
            raise GuardFails(_("请至少对一个条款写下修改意见。"))
        ClauseComment.objects.bulk_create(
            ClauseComment(clause=clauses[key], by=by, side=Side.INSTITUTION, text=text)
            for key, text in said.items()
        )
        _void(version, by)
        _next_version(agreement, version)
        taken.values["version"] = version.number + 1
        taken.data.update(version=version.number, clauses=sorted(said))
        machine.settle(agreement)
        machine.tell("agreement_revised", agreement, Side.COMMUNITY, by=by)


def _next_version(agreement: Agreement, version: Version) -> None:
    new = Version.objects.create(agreement=agreement, number=version.number + 1)
    Clause.objects.bulk_create(
        Clause(
            version=new,
            position=one.position,
            key=one.key,
            title=one.title,
            text=one.text,
            required=one.required,
        )
        for one in version.clauses.all()
    )


@transaction.atomic
def comment(clause: Clause, *, text: str, by: Any) -> ClauseComment:
    """Say something about a clause while the agreement is on its way; the other side is told once.

    Raises Refused, StepNotAllowed once it is signed or over, GuardFails without words.
    """
    agreement = clause.version.agreement
    require(by, AgreementPermission.VIEW_FULL, place_path=agreement.place.path, obj=agreement)
    side = machine.side_of(by, agreement)
    if side == Side.INSTITUTION:
        require(by, AgreementPermission.REQUEST_REVISION, obj=agreement)
        machine.require_standing(agreement)
    locked = Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    # A draft is the community's own until it is pushed (again): nobody is told of it.
    if locked.state != Agreement.State.PUSHED:
        raise StepNotAllowed("comment", locked.state)
    said = ClauseComment.objects.create(
        clause=clause, by=by, side=side, text=machine.required(text, _("请写下意见。"))
    )
    notify.emit(
        "agreement_commented",
        to=machine.people_of(agreement, machine.other(side)) - {by.pk},
        about=agreement,
        by=by,
    )
    return said


def _lapse(agreement: Agreement) -> None:
    with AGREEMENT.step(agreement, "lapse", by=None, place_path=agreement.place.path) as taken:
        if agreement.sign_by is None or agreement.sign_by > timezone.now():
            raise GuardFails(_("签署期限还没有到。"))
        _void(agreement.current, None)
        taken.values["ended_at"] = timezone.now()
        machine.settle(agreement)
        machine.tell("agreement_lapsed", agreement, Side.COMMUNITY, Side.INSTITUTION)


@chores.each(chores.Rhythm.MINUTE)
def lapse_overdue() -> int:
    """End what was not signed in time; return how many."""
    due = Agreement.objects.filter(state=Agreement.State.PUSHED, sign_by__lte=timezone.now())
    return sum(by_clock(_lapse, agreement) for agreement in due.select_related("place"))


@chores.each(chores.Rhythm.DAY)
def remind_to_sign() -> int:
    """Remind institutions of what waits for their signature, 7, 3 and 1 days before it lapses."""
    now, told = timezone.now(), 0
    for days in sorted(REMIND_DAYS):
        due = Agreement.objects.filter(
            state=Agreement.State.PUSHED, sign_by__gt=now, sign_by__lte=now + timedelta(days=days)
        )
        for agreement in due.select_related("place"):
            left = max(1, math.ceil((agreement.sign_by - now) / timedelta(days=1)))  # type: ignore[operator]
            told += remind(agreement, days, left, "agreement_remind", Side.INSTITUTION)
    return told


@transaction.atomic
def remind(agreement: Agreement, days: int, left: int, event: str, *sides: str) -> bool:
    """Tell the sides that `left` days are left, once for each threshold (`days`); say whether they were told now."""
    older = Agreement.objects.filter(pk=agreement.pk, state=agreement.state)
    fresh = older.exclude(reminded_at_days__lte=days)
    if not fresh.update(reminded_at_days=days):
        return False
    words = _("还剩 %(days)s 天") % {"days": left} if left else _("今天是最后一天")
    machine.tell(event, agreement, *sides, text=str(words))
    return True


def by_clock(step: Any, agreement: Agreement) -> bool:
    """Take a step that the clock asks for; False where somebody was quicker or it does not hold any more."""
    try:
        step(agreement)
    except (StepNotAllowed, GuardFails, Agreement.DoesNotExist):
        return False
    return True
