"""What the bodies of several apps have in common."""

from datetime import datetime
from typing import Annotated, Any

from django.urls import reverse
from ninja import Schema
from pydantic import ConfigDict, Field, PlainSerializer

from foundation.core.files.models import FORMATS, SIZES, StoredFile

# Moments with their offset, as the document says.
Moment = Annotated[datetime, Field(description="RFC 3339, with an offset.")]
PublicId = Annotated[str, Field(min_length=1, max_length=16, pattern=r"^[A-Za-z0-9_-]+$")]


class Given(Schema):
    """A body that somebody sends: what it does not ask for is refused, so that nobody believes it was taken."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class PictureOut(Schema):
    """A picture of a person, in the sizes that a worker has made; `ready` false: it is still being made."""

    id: str
    alt: str
    width: int
    height: int
    ready: bool
    sizes: dict[str, str] = Field(description="Address by name of the size, such as `960.webp`.")


def picture_out(stored: StoredFile) -> PictureOut:
    """Put a picture that the reader may see into the answer."""
    sizes = {
        f"{size}.{form}": reverse("api:files-id-size-form", args=[stored.public_id, size, form])
        for size in SIZES
        for form in FORMATS
    }
    return PictureOut(
        id=stored.public_id,
        alt=stored.alt,
        width=stored.width,
        height=stored.height,
        ready=stored.ready,
        sizes=sizes if stored.ready else {},
    )


class Nothing(Schema):
    """An answer that says only that it was done."""


def plain(value: Any) -> str:
    """Put words that wait for a language into the reader's."""
    return str(value)


Words = Annotated[str, PlainSerializer(plain)]
