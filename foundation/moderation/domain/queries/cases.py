"""What staff see of a case and of an appeal, and what a person sees of her own standing."""

from typing import Any

from django.utils.translation import gettext as _

from foundation.moderation.models import Appeal, Case, Report, ReviewItem, Sanction
from foundation.moderation.models.case import ReportQuerySet


def case_title(case: Case) -> str:
    return _("被举报的%(kind)s") % {"kind": case.kind_of.name}


def case_headline(case: Case) -> str:
    """Return how staff tell one case from another: whose it is, and how it begins."""
    parts = {
        "title": case_title(case),
        "name": case.about.display_name if case.about else "",
        "text": case.shown[:30],
    }
    return " · ".join(part for part in parts.values() if part)


def appeal_title(appeal: Appeal) -> str:
    return _("%(name)s 的申诉") % {"name": appeal.sanction.user.display_name}


def case_context(case: Case, by: Any) -> dict[str, Any]:
    """Return the reports, what was kept as evidence, what is said now beside it, and what was decided before."""
    item = ReviewItem.objects.filter(kind="case", object_id=str(case.pk)).first()
    obj = case.find()
    return {
        "case": case,
        "kind_name": case.kind_of.name,
        "reports": case.reports.select_related("by"),
        "evidence": case.evidence.items(),
        "now": [
            (name, text) for name, text in case.words_now().items() if text not in case.evidence.values()
        ],
        "files": [file for file in case.files.all() if file.ready],
        "evidence_item": item,
        "there": obj is not None,
        "before": Sanction.objects.filter(user=case.about)[:10] if case.about else [],
    }


def appeal_context(appeal: Appeal, by: Any) -> dict[str, Any]:
    """Return the sanction with its case, and the talk so far."""
    return {
        "appeal": appeal,
        "sanction": appeal.sanction,
        "talk": appeal.messages.select_related("by"),
        "case": appeal.sanction.case,
        "evidence": appeal.sanction.case.evidence.items() if appeal.sanction.case else [],
    }


def held_from(user: Any) -> list[Case]:
    """Return the cases that hide something of the person until staff have decided, newest first."""
    held = Case.objects.filter(about_id=user.pk, state=Case.State.OPEN, hidden_at__isnull=False)
    return list(held.order_by("-hidden_at")[:50])


def own_sanctions(user: Any) -> list[Sanction]:
    """Return what was decided about the person herself, newest first."""
    own = Sanction.objects.filter(user_id=user.pk).select_related("appeal", "case")
    return list(own.order_by("-since")[:50])


def own_reports(user: Any) -> ReportQuerySet:
    """Return what the person herself reported, newest first."""
    return Report.objects.visible_to(user).order_by("-at", "-pk")
