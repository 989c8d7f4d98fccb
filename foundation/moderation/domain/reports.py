"""Reporting, and deciding a case (O2)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.models.user import good_standing
from foundation.core import kinds, notify, reviews
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refused, require
from foundation.core.facets import ReportFacet
from foundation.core.files import uploads
from foundation.core.flow import audit
from foundation.core.flow.workflow import Workflow
from foundation.core.pages.version import portal_changed
from foundation.moderation.domain import inbox, sanctions
from foundation.moderation.domain.deciders import deciders
from foundation.moderation.models import Case, Report, ReviewItem, Sanction
from foundation.moderation.permissions import ModerationPermission

KEEP_EVIDENCE = timedelta(days=365)
CASE = Workflow(
    "moderation_case",
    ("uphold", [Case.State.OPEN], Case.State.UPHELD, ModerationPermission.DECIDE_CASES),
    ("dismiss", [Case.State.OPEN], Case.State.DISMISSED, ModerationPermission.DECIDE_CASES),
)


def find_reported(key: str, name: str, user: Any) -> Any:
    """Return what somebody wants to report: visible to her, not her own, of a kind that can be reported; None where there is no such."""
    kind = kinds.all_kinds().get(key)
    if kind is None or not isinstance(kind.report, ReportFacet):
        return None
    try:
        kind.model_class._meta.get_field("public_id")
        field = "public_id"
    except FieldDoesNotExist:
        # People are named by the name in their address.
        field = User.USERNAME_FIELD
    found = kind.visible_to(user).filter(**{field: name}).first()
    return None if found is None or kind.owner(found) == user.pk else found


def report(obj: models.Model, *, reason: str, text: str = "", by: Any) -> Case:
    """Report what the caller found by `find_reported`: into the open case, or a new one with evidence and a place in the inbox.

    The same person again only adds to her words. Raises Refused, TooOften, ValidationError for an unknown reason.
    """
    require(by, ModerationPermission.REPORT)
    if reason not in Report.Reason.values:
        raise ValidationError(_("请选择一个原因。"), code="reason")
    consume("report", by, rate=settings.RATES["report"])
    try:
        with transaction.atomic():
            return _report(obj, reason, text.strip()[:500], by)
    except IntegrityError:
        # Two opened the case at the same moment: the second finds it open now.
        with transaction.atomic():
            return _report(obj, reason, text.strip()[:500], by)


def _report(obj: models.Model, reason: str, text: str, by: Any) -> Case:
    kind = kinds.of(obj)
    known = Case.objects.filter(kind=kind.key, object_id=str(obj.pk), state=Case.State.OPEN)
    case = known.select_for_update(of=("self",)).first() or _open(obj, kind)
    _keep_evidence(case, obj)
    mine, new = Report.objects.get_or_create(case=case, by=by, defaults={"reason": reason, "text": text})
    if not new:
        _say_more(mine, reason, text)
        return case
    reviews.submit(case, by=by, place_path=case.place_path)
    if case.hidden_at is None and _enough(case):
        _hold(case)
    audit.append("moderation.report", by=by, obj=case, place_path=case.place_path, data={"reason": reason})
    return case


@transaction.atomic
def open_by_words(obj: models.Model, *, passage: str, hold: bool) -> None:
    """Open a case about what holds a listed word, reported by nobody; `hold` hides it until staff have decided."""
    kind = kinds.of(obj)
    known = Case.objects.filter(kind=kind.key, object_id=str(obj.pk), state=Case.State.OPEN)
    case = known.select_for_update(of=("self",)).first() or _open(obj, kind)
    _keep_evidence(case, obj, passage=passage)
    if hold and case.hidden_at is None:
        _hold(case)
    reviews.submit(case, by=None, place_path=case.place_path)


def stand_in_line(obj: models.Model) -> None:
    """Lock the open case about an object, before the object's own row is locked (`core.text.stand_in_line`)."""
    kind = kinds.of(obj)
    known = Case.objects.filter(kind=kind.key, object_id=str(obj.pk), state=Case.State.OPEN)
    list(known.select_for_update(of=("self",)).values_list("pk"))


def known_for(obj: models.Model, passage: str) -> bool:
    """Say whether a case about this object is open, or was decided on the same passage."""
    kind = kinds.of(obj)
    cases = list(Case.objects.filter(kind=kind.key, object_id=str(obj.pk)))
    return any(case.state == Case.State.OPEN or passage in case.evidence.values() for case in cases)


def _open(obj: models.Model, kind: kinds.Kind) -> Case:
    if not isinstance(kind.report, ReportFacet):
        raise TypeError(f"{kind.key} can't be reported: {kind.report.reason}")
    owner = User.objects.filter(pk=kind.owner(obj) or 0).select_related("place").first()
    case = Case(kind=kind.key, object_id=str(obj.pk), about=owner, evidence={})
    case.place_path = owner.place_path if owner else ""
    case.save(force_insert=True)
    return case


def _keep_evidence(case: Case, obj: models.Model, *, passage: str = "") -> None:
    """Add to a case what the object says and shows now and did not before: who edits it afterwards hides nothing."""
    facet = case.kind_of.report
    if not isinstance(facet, ReportFacet):
        return
    with translation.override(settings.LANGUAGE_CODE):
        # Staff read it, whoever's language it is written down in.
        words = dict(facet.evidence(obj)) | ({_("命中的词"): passage} if passage else {})
    kept = set(case.evidence.values())
    new = {name: text for name, text in words.items() if text not in kept}
    if new:
        at = timezone.localtime().strftime("%m-%d %H:%M:%S")
        named = {f"{name}（{at}）" if name in case.evidence else name: text for name, text in new.items()}
        case.evidence = {**case.evidence, **named}
        case.save(update_fields=["evidence"])
    files = [file.pk for file in facet.files(obj)]
    if files:
        case.files.add(*files)
        uploads.keep(files, until=timezone.now() + KEEP_EVIDENCE)


def _say_more(mine: Report, reason: str, text: str) -> None:
    """Take over what the same person says when she reports it again."""
    said = "\n".join(dict.fromkeys(part for part in (mine.text, text) if part))[:500]
    if (said, reason) != (mine.text, mine.reason):
        mine.text, mine.reason = said, reason
        mine.save(update_fields=["text", "reason"])


def _enough(case: Case) -> bool:
    """Say whether so many stand behind the reports that it is hidden before staff have looked.

    Only people in good standing whom the community knows count, each for one case: who was told once that nothing is
    wrong with it hides it no more. Nor is anything hidden that was dismissed as it stands, or that nobody could give back.
    """
    before = Case.objects.filter(kind=case.kind, object_id=case.object_id, state=Case.State.DISMISSED)
    told = Report.objects.filter(case__in=before).values("by")
    counted = Report.objects.filter(good_standing("by__"), case=case, by__verified_at__isnull=False).exclude(
        Q(by__muted_until__gt=timezone.now()) | Q(by__in=told)
    )
    if counted.count() < settings.REPORTS_THAT_HIDE:
        return False
    now = set(case.words_now().values())
    if any(now <= set(one.evidence.values()) for one in before):
        return False
    item = ReviewItem.objects.open().filter(kind="case", object_id=str(case.pk)).first()
    return item is not None and bool(deciders(item, case))


def _hold(case: Case) -> None:
    """Hide what a case is about until staff have decided; its author is told."""
    case.hidden_at = timezone.now()
    case.save(update_fields=["hidden_at"])
    _hide(case, hidden=True, by=None)
    if case.about_id is not None:
        notify.emit("held", to=[case.about_id], about=case)
    audit.append("moderation.hold", by=None, obj=case, place_path=case.place_path)


def _hide(case: Case, *, hidden: bool, by: Any) -> bool:
    """Hide what the case is about, or give it back, on every page of everybody; say whether that was done.

    It stays hidden while another case about it is open and hides it, or was upheld and still stands.
    """
    facet, obj = case.kind_of.report, case.find()
    if not isinstance(facet, ReportFacet) or obj is None:
        return False
    if not hidden:
        others = Case.objects.filter(kind=case.kind, object_id=case.object_id).exclude(pk=case.pk)
        held = Q(state=Case.State.OPEN, hidden_at__isnull=False)
        stands = Q(state=Case.State.UPHELD) & (Q(sanction=None) | Q(sanction__lifted_at=None))
        if others.filter(held | stands).exists():
            return False
    facet.hide(obj, hidden=hidden, by=by)
    portal_changed()
    return True


def decide_case(
    case: Case,
    *,
    approved: bool,
    reason: str,
    by: Any,
    action: str = Sanction.What.HIDE,
    days: int = 0,
) -> None:
    """Carry out what staff decided: dismissed, or hidden with what follows for its author; all are told.

    Raises inbox.CannotBeCarriedOut for a sanction without a reason or on somebody out of reach,
    inbox.ChangedMeanwhile where it says something else by now, StepNotAllowed.
    """
    seen = case.version
    step = "uphold" if approved else "dismiss"
    if approved and not reason:
        raise inbox.CannotBeCarriedOut(_("请写明理由：当事人会看到，也可以据此申诉。"))
    CASE.apply(case, step, by=by, place_path=case.place_path, decided_at=timezone.now())
    if (obj := case.find()) is not None:
        _keep_evidence(case, obj)
    if approved:
        _hide(case, hidden=True, by=by)
        if case.about is not None:
            try:
                sanctions.impose(case.about, what=action, days=days, reason=reason, case=case, by=by)
            except Refused:
                raise inbox.CannotBeCarriedOut(_("这位用户只能由管理员处理。")) from None
    elif case.hidden_at is not None and _hide(case, hidden=False, by=by) and case.about_id is not None:
        notify.emit("given_back", to=[case.about_id], about=case)
    # The object is locked by now: whoever was editing it meanwhile is done.
    if case.version != seen:
        raise inbox.ChangedMeanwhile
    # Each of her own report, never with what happened to the person: that is nobody else's business.
    for one in case.reports.all():
        if approved:
            notify.emit("report_upheld", to=[one.by_id], about=one)
        else:
            notify.emit("report_dismissed", to=[one.by_id], about=one)


def partial_to_case(case: Case) -> set[int]:
    """Return whom it is about and who reported it: they leave it to others."""
    return {
        person
        for person in (case.about_id, *case.reports.values_list("by_id", flat=True))
        if person is not None
    }


def restore(case: Case, *, by: Any) -> None:
    """Give back what a case hid, because the decision was lifted."""
    _hide(case, hidden=False, by=by)
