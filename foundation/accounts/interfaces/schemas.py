"""How the API names people: what every page shows beside what they write."""

from typing import Any

from ninja import Schema
from pydantic import Field

from foundation.core.api.schemas import PictureOut, picture_out


class PersonOut(Schema):
    name: str = Field(description="The name in her address; empty for who has left.")
    display_name: str
    verified: bool
    avatar: PictureOut | None


def person_out(user: Any) -> PersonOut:
    """Put a person whom the reader may see into the answer; a face only where everybody sees it."""
    return PersonOut(
        name="" if user.erased_at else user.username,
        display_name=user.display_name,
        verified=user.is_verified,
        avatar=picture_out(user.avatar) if user.avatar_url else None,
    )
