from helpagreements.models.agreement import Agreement, Clause, ClauseTemplate, Version
from helpagreements.models.talk import (
    ClauseComment,
    EndingRequest,
    FollowUpNote,
    ForcedEnd,
    NotePicture,
    PageOpening,
)

__all__ = [
    "Agreement",
    "Clause",
    "ClauseComment",
    "ClauseTemplate",
    "EndingRequest",
    "FollowUpNote",
    "ForcedEnd",
    "NotePicture",
    "PageOpening",
    "Version",
]
