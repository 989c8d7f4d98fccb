"""What the office writes: warnings, rules, flag times and special days, each change in the audit log."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from daily.models import WeatherWarning
from daily.permissions import DailyPermission
from foundation.core.access.permissions import require
from foundation.core.flow import audit
from foundation.core.flow.workflow import StepNotAllowed
from foundation.core.models import Place


@transaction.atomic
def keep_row[M: models.Model](row: M, *, values: Mapping[str, Any], by: Any) -> M:
    """Write a rule, a flag time or a special day, new or changed. Raises Refused, ValidationError."""
    require(by, DailyPermission.KEEP_TABLES)
    if row.pk is not None:
        # A form shows what stood when it was opened; what counts is what stands now.
        row = type(row)._default_manager.select_for_update().get(pk=row.pk)
    before = {name: getattr(row, name) for name in values} if row.pk is not None else {}
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    changed = {
        name: [_told(before.get(name)), _told(value)]
        for name, value in values.items()
        if before.get(name) != value
    }
    if changed:
        audit.append("daily.keep_row", by=by, obj=row, data={"name": str(row), "changed": changed})
    return row


@transaction.atomic
def remove_row(row: models.Model, *, by: Any) -> None:
    """Take a rule, a flag time or a special day away. Raises Refused."""
    require(by, DailyPermission.KEEP_TABLES)
    audit.append("daily.remove_row", by=by, obj=row, data={"name": str(row)})
    row.delete()


def _told(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | None) else str(value)


@transaction.atomic
def issue_warning(*, place: Place, by: Any, **values: Any) -> WeatherWarning:
    """Warn the people of a place, with all that lies in it. Raises Refused, ValidationError."""
    require(by, DailyPermission.WARN, place_path=place.path)
    warning = WeatherWarning(place=place, **values)
    warning.full_clean()
    warning.save()
    audit.append("daily.warn", by=by, obj=warning, place_path=place.path, data={"title": str(warning)})
    return warning


@transaction.atomic
def lift_warning(warning: WeatherWarning, *, by: Any) -> None:
    """End a warning before its time; one that had not begun is gone. Raises Refused, StepNotAllowed where it is over."""
    locked = WeatherWarning.objects.select_for_update(of=("self",)).select_related("place").get(pk=warning.pk)
    require(by, DailyPermission.WARN, place_path=locked.place.path)
    now = timezone.now()
    if locked.ends_at <= now:
        raise StepNotAllowed("lift", "over")
    audit.append(
        "daily.lift_warning",
        by=by,
        obj=locked,
        place_path=locked.place.path,
        data={"title": str(locked)},
    )
    if locked.starts_at >= now:
        locked.delete()
    else:
        locked.ends_at = now
        locked.save(update_fields=["ends_at"])
