"""What the office sets for the inbox: how each kind is reviewed, which reasons lie at hand (O1)."""

from typing import Any

from django.db import transaction

from foundation.core import kinds
from foundation.core.access.permissions import require
from foundation.core.facets import ReviewFacet
from foundation.core.flow import audit
from foundation.core.kinds import Kind
from foundation.moderation.models import ReviewSetting
from foundation.moderation.models.setting import rule_of, rules_changed
from foundation.moderation.permissions import ModerationPermission

FIELDS = ("timing", "steps", "level", "days")


def reviewed_kinds() -> list[tuple[Kind, ReviewFacet]]:
    """Return every kind that is reviewed, with its facet."""
    found = kinds.all_kinds().values()
    return [(kind, kind.review) for kind in found if isinstance(kind.review, ReviewFacet)]


def setting_of(kind_key: str) -> ReviewSetting:
    """Return the setting of a kind, unsaved where it still follows its facet."""
    rule = rule_of(kind_key)
    found = ReviewSetting.objects.filter(kind=kind_key).first()
    return found or ReviewSetting(
        kind=kind_key, timing=rule.timing, steps=rule.steps, level=rule.level, days=rule.days
    )


@transaction.atomic
def change_setting(setting: ReviewSetting, *, by: Any) -> bool:
    """Write how a kind is reviewed from now on; say whether anything changed. What waits already stays.

    Raises Refused, and ValidationError for what the kind's facet fixes.
    """
    require(by, ModerationPermission.CHANGE_SETTINGS)
    setting.full_clean(validate_unique=False, validate_constraints=False)
    rule = rule_of(setting.kind)
    before = {name: getattr(rule, name) for name in FIELDS}
    after = {name: getattr(setting, name) for name in FIELDS}
    if before == after:
        return False
    ReviewSetting.objects.update_or_create(kind=setting.kind, defaults=after)
    rules_changed()
    data = {"kind": setting.kind, "before": before, "after": after}
    audit.append("moderation.change_settings", by=by, data=data)
    return True


@transaction.atomic
def change_reasons(kind_key: str, formset: Any, *, by: Any) -> None:
    """Write the reasons of a kind from a checked formset. Raises Refused."""
    require(by, ModerationPermission.KEEP_REASONS)
    formset.save(commit=False)
    for reason in formset.deleted_objects:
        reason.delete()
    for position, form in enumerate(formset.ordered_forms):
        form.instance.kind, form.instance.position = kind_key, position
        form.instance.save()
    if formset.has_changed():
        audit.append("moderation.change_reasons", by=by, data={"kind": kind_key})
