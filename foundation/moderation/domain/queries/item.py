"""What is shown around one item: who could take it over, what was done with it, which reasons lie at hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.core.flow.models import AuditEntry
from foundation.moderation.domain.deciders import deciders
from foundation.moderation.models import ReviewItem, ReviewReason

MOST_LOOKS = 20


def colleagues(item: ReviewItem, obj: Any, user: Any) -> Any:
    """Return those to whom `user` can hand the item whose object is `obj`."""
    others = deciders(item, obj) - {user.pk, item.first_by_id}
    # Never an empty list: for nobody as for many it is one statement.
    return User.objects.filter(pk__in=others | {0}, is_active=True).order_by("display_name", "pk")


@dataclass(frozen=True)
class Line:
    """One line of an item's history."""

    at: datetime
    who: str
    what: str
    text: str = ""


def history(item: ReviewItem) -> list[Line]:
    """Return what was done with an item, oldest first: handed in, looked at, handed on, decided."""
    submitted = item.submitted_by
    lines = [Line(item.submitted_at, submitted.display_name if submitted else "", _("提交"))]
    for step in item.steps.select_related("by", "to"):
        what = step.get_what_display()
        if step.to is not None:
            what = _("转交给 %(name)s") % {"name": step.to.display_name}
        lines.append(Line(step.at, step.by.display_name if step.by else "", str(what), step.text))
    if item.decided_at is not None:
        who = item.decided_by.display_name if item.decided_by else ""
        lines.append(Line(item.decided_at, who, item.outcome, item.reason))
    if item.facet.sensitive:
        lines += _looks(item)
    return sorted(lines, key=lambda line: line.at)


def _looks(item: ReviewItem) -> list[Line]:
    """The looks at personal data, from the audit log: each person's first."""
    looks = AuditEntry.objects.filter(action="moderation.look", kind="review", object_id=str(item.pk))
    first: dict[int, datetime] = {}
    for who, at in looks.order_by("seq").values_list("actor_id", "at")[:500]:
        first.setdefault(who or 0, at)
    names = dict(User.objects.filter(pk__in=first).values_list("pk", "display_name"))
    return [Line(at, names.get(who, ""), _("查看")) for who, at in list(first.items())[:MOST_LOOKS]]


def reasons_for(kind_key: str, default: Any) -> list[str]:
    """Return the reasons that staff keep for a kind, else those that it brings."""
    kept = list(ReviewReason.objects.filter(kind=kind_key).values_list("text", flat=True))
    return kept or [str(reason) for reason in default]
