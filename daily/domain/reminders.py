"""The morning's word to those whose car stays at home today (P6)."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from daily.domain import limits
from daily.domain.queries.plates import rules
from daily.models import OwnPlate
from foundation.core import notify
from foundation.core.flow import chores
from foundation.core.zh.calendar import day_of

# Who could not be told in time is not told at noon that she should have stayed at home.
HOURS_LATE = 3
AT_ONCE = 500


@chores.each(chores.Rhythm.MINUTE)
def remind() -> int:
    """Tell whoever asked for it by this hour; each plate is looked at once a day. Return how many were told."""
    now = timezone.localtime()
    due = OwnPlate.objects.filter(reminds=True, hour__lte=now.hour, hour__gt=now.hour - HOURS_LATE)
    due = due.filter(Q(told_on__isnull=True) | ~Q(told_on=now.date()), user__is_active=True)
    waiting = list(due.select_related("user").order_by("pk")[:AT_ONCE])
    if not waiting:
        return 0
    found = limits.limits_on(day_of(now.date()), rules())
    if found is None or not found.limited:
        due.update(told_on=now.date())
        return 0
    return sum(_remind(row, found, now.date()) for row in waiting)


def _remind(row: OwnPlate, found: limits.DayLimits, today: date) -> bool:
    with transaction.atomic():
        mine = OwnPlate.objects.filter(pk=row.pk).exclude(told_on=today)
        # Of two workers one is the first.
        if not (mine.update(told_on=today) or _never(row, today)):
            return False
        said = limits.answer(row.plate, found)
        if said.verdict != limits.Verdict.STAYS:
            return False
        with override(settings.LANGUAGE_CODE):
            notify.emit("plate_stays", to=[row.user_id], about=row, text=in_words(said.stays))
        return True


def _never(row: OwnPlate, today: date) -> bool:
    """A NULL is no other date for `exclude`."""
    return bool(OwnPlate.objects.filter(pk=row.pk, told_on__isnull=True).update(told_on=today))


def in_words(found: tuple[limits.RuleOnDay, ...]) -> str:
    """Say in one line what holds today, without the plate: the line goes through mail and push."""
    return _("；").join(
        _("尾号 %(tails)s，%(area)s")
        % {"tails": _("、").join(limits.ordered(one.tails)), "area": one.rule.area}
        for one in found
    )
