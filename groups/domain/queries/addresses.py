"""Where a circle is, by the id that its posts carry: a slug never changes and an id never comes again, so both are kept.

A list of posts from many circles asks once, not once for each.
"""

from collections.abc import Iterable

from django.urls import reverse

from groups.models import Circle

_slugs: dict[str, str] = {}


def _learn(refs: Iterable[str]) -> None:
    missing = [ref for ref in refs if ref not in _slugs]
    if missing:
        # All that are new since: whoever asks for one will soon ask for the others.
        newest = max(map(int, _slugs), default=0)
        known = Circle.objects.filter(pk__gt=newest) | Circle.objects.filter(pk__in=missing)
        _slugs.update({str(pk): slug for pk, slug in known.values_list("pk", "slug")})


def url_of(ref: str) -> str:
    """Return the address of a circle in the reader's language. Raises KeyError for none."""
    _learn([ref])
    return reverse("circles:circle", args=[_slugs[ref]])


def names_of(refs: Iterable[str]) -> dict[str, str]:
    """Return the names of circles by the ids that their posts carry."""
    rows = Circle.objects.filter(pk__in=list(refs)).values_list("pk", "name", "slug")
    found = {str(pk): (name, slug) for pk, name, slug in rows}
    _slugs.update({ref: slug for ref, (_name, slug) in found.items()})
    return {ref: name for ref, (name, _slug) in found.items()}
