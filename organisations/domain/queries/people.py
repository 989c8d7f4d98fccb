"""Who belongs to an institution, and what the office sees of it."""

from typing import Any

from organisations.domain.papers import checks_of, missing
from organisations.models import Institution


def review_context(institution: Institution, by: Any) -> dict[str, Any]:
    """Return what the office reads before it decides: everything that was laid before it, pictures by address."""
    return {
        "institution": institution,
        "services": institution.services.all(),
        "papers": institution.qualifications.select_related("file"),
        "members": checks_of(institution),
        "groups": institution.audiences.all(),
        "area": institution.area.all(),
        "missing": missing(institution),
    }
