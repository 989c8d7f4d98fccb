"""The office's own clauses, from which drafts begin (H5)."""

from typing import Any

from django.db import transaction

from foundation.core.access.permissions import require
from foundation.core.flow import audit
from helpagreements.models import ClauseTemplate
from helpagreements.permissions import AgreementPermission


@transaction.atomic
def keep_template(template: ClauseTemplate, *, by: Any) -> None:
    """Write a clause of the office; what was drafted before keeps its own words. Raises Refused."""
    require(by, AgreementPermission.DRAFT)
    template.save()
    audit.append(
        "agreement.keep_template",
        by=by,
        data={"type": template.type, "key": template.key, "text": template.text},
    )


@transaction.atomic
def remove_template(template: ClauseTemplate, *, by: Any) -> None:
    """Take a clause out of the office's list. Raises Refused."""
    require(by, AgreementPermission.DRAFT)
    audit.append("agreement.remove_template", by=by, data={"type": template.type, "key": template.key})
    template.delete()
