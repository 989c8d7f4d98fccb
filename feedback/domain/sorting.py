"""The list of categories, as staff keep it (O3)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from feedback.models import Category
from feedback.permissions import FeedbackPermission
from foundation.core.access.permissions import require
from foundation.core.flow import audit

WORDS = ("name", "name_en", "position", "retired")


@transaction.atomic
def keep_category(category: Category | None, *, by: Any, values: Mapping[str, Any]) -> Category:
    """Add a category, or change one; one that is retired stays under the ideas that have it.

    `values` are those of WORDS. Raises Refused, ValidationError.
    """
    require(by, FeedbackPermission.KEEP_CATEGORIES)
    kept = Category() if category is None else Category.objects.select_for_update().get(pk=category.pk)
    for name in WORDS:
        if name in values:
            setattr(kept, name, values[name])
    kept.full_clean()
    kept.save()
    audit.append("idea.keep_category", by=by, data={"category": kept.pk, "name": kept.name})
    return kept
