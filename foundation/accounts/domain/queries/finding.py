"""By what a person is found, and by whom: her name by neighbours, each field of her profile by those she chose (P9)."""

from collections.abc import Iterator

from foundation.accounts.models import Profile, User
from foundation.core.access.scopes import RESIDENTS, Scope
from foundation.core.facets import SearchPart

# The fields that say something in words; the others are chosen from a list or are days.
IN_WORDS = ("real_name", "bio", "location", "occupation", "hobbies")
# Another name, another level of a field, or hidden by the community: what was indexed counts no more.
FOUND_AS = (
    "display_name",
    "verified_name",
    "profile__levels",
    "profile__hidden_at",
    *(f"profile__{name}" for name in IN_WORDS if name != "real_name"),
)


def findable_by(user: User) -> Scope | None:
    """Return verified neighbours for a verified, open account that is not being closed, else nobody.

    Not everybody, though spaces are open: the names of a whole community are for those who live there.
    """
    if user.verified_at is None or not user.is_active or user.leaves_at is not None:
        return None
    return Scope(RESIDENTS)


def found_parts(user: User) -> Iterator[SearchPart]:
    """Yield what a person says of herself, each for those for whom she says it."""
    profile = getattr(user, "profile", None)
    if profile is None:
        profile = Profile(user=user)
    if profile.hidden_at is not None:
        return
    for name in IN_WORDS:
        yield SearchPart(name, getattr(profile, name), profile.scope_of(name))
