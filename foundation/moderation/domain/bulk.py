"""Deciding many at once: each by itself, in its own transaction (O1)."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from foundation.core.access.permissions import Refused
from foundation.core.flow.workflow import StepNotAllowed
from foundation.moderation.domain import inbox
from foundation.moderation.domain.queries.inbox import rows
from foundation.moderation.models import ReviewItem

MOST = 100


@dataclass
class Outcome:
    """How many were decided, and title and reason of each that was not."""

    done: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)


def decide_many(picked: dict[str, str], *, approved: bool, reason: str, by: Any) -> Outcome:
    """Decide exactly the items of these public ids, each as the version that was seen; the others of them stay.

    What `by` can't see is passed over in silence. Raises inbox.ReasonMissing.
    """
    if not approved and not reason.strip():
        raise inbox.ReasonMissing
    outcome = Outcome()
    wanted = dict(list(picked.items())[:MOST])
    items = ReviewItem.objects.visible_to(by).filter(public_id__in=wanted).order_by("submitted_at", "id")
    for row in rows(items):
        why = _why_not(row.item, approved, reason, wanted[row.item.public_id], by)
        if why:
            outcome.left.append((_("%(what)s：%(value)s") % {"what": row.kind_name, "value": row.title}, why))
        else:
            outcome.done += 1
    return outcome


def _why_not(item: ReviewItem, approved: bool, reason: str, seen: str, by: Any) -> str:
    """Decide one; return why it could not be done, empty where it was."""
    if not item.facet.bulk or item.facet.step_up:
        return _("这一类要逐项打开核对。")
    try:
        inbox.decide(item, approved=approved, reason=reason, seen=seen, by=by)
    except inbox.ChangedMeanwhile:
        return _("内容刚刚改过，请再看一遍。")
    except (inbox.AlreadyDecided, StepNotAllowed):
        return _("已经由别人处理，或者已被撤回。")
    except inbox.NeedsAnother:
        return _("自己提交或初审过的内容，请由其他同事处理。")
    except Refused:
        return _("您不能处理这一项。")
    except inbox.CannotBeCarriedOut as fault:
        return str(fault)
    return ""
