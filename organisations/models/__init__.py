from organisations.models.acts import Invitation, SuspensionRequest
from organisations.models.institution import (
    Audience,
    Group,
    Institution,
    Qualification,
    RecordCheck,
    Service,
)

__all__ = [
    "Audience",
    "Group",
    "Institution",
    "Invitation",
    "Qualification",
    "RecordCheck",
    "Service",
    "SuspensionRequest",
]
