"""The office's own clauses, from which drafts begin (H5)."""

from typing import Any

from django.db import transaction

from foundation.core.access.permissions import place_paths, require
from foundation.core.flow import audit
from foundation.core.models import Place
from helpagreements.domain.machine import NOBODY
from helpagreements.models import ClauseTemplate
from helpagreements.permissions import AgreementPermission


def may_keep(user: Any) -> bool:
    """Whether somebody keeps the clauses of all: staff of a street, or of a committee above which there is none."""
    return any(len(path) <= Place.steplen for path in place_paths(user, AgreementPermission.DRAFT) or ())


def _require_keeper(by: Any) -> None:
    require(by, AgreementPermission.DRAFT)
    if not may_keep(by):
        raise NOBODY


@transaction.atomic
def keep_template(template: ClauseTemplate, *, by: Any) -> None:
    """Write a clause of the office; what was drafted before keeps its own words. Raises Refused."""
    _require_keeper(by)
    template.save()
    audit.append(
        "agreement.keep_template",
        by=by,
        data={"type": template.type, "key": template.key, "text": template.text},
    )


@transaction.atomic
def remove_template(template: ClauseTemplate, *, by: Any) -> None:
    """Take a clause out of the office's list. Raises Refused."""
    _require_keeper(by)
    audit.append("agreement.remove_template", by=by, data={"type": template.type, "key": template.key})
    template.delete()
