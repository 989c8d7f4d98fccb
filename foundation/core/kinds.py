"""Kinds: everything that people can look at, act on or be found by is declared once (DESIGN §1).

Each app declares its own in `kinds.py`. A facet that a kind does not have is said with `Without(reason)`;
one that is forgotten is a TypeError at start, a model that is no kind fails a test by name. One resolver then
serves comments, reactions, notifications, reviews and files alike.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.http import Http404
from django.utils.module_loading import module_has_submodule

from foundation.core.facets import (
    CommentsFacet,
    DemoFacet,
    Erasing,
    Event,
    ExportFacet,
    FeedFacet,
    Handover,
    OwnPart,
    PrivacyFacet,
    ProxyAct,
    ReportFacet,
    ReviewFacet,
    SearchFacet,
    Without,
    Words,
    WorkFacet,
)


@dataclass(frozen=True, kw_only=True)
class Kind:
    key: str
    model: str
    name: Words
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    # `visible_to(user)` is the only start of a list, a detail, a count, a thumbnail of this kind.
    visible_to: Callable[[Any], models.QuerySet]
    owner: Callable[[Any], int | None]
    place_path: Callable[[Any], str] | Without
    audit: dict[str, Words] | Without
    privacy: PrivacyFacet
    search: SearchFacet | Without
    review: ReviewFacet | Without
    notify: dict[str, Event] | Without
    comments: CommentsFacet | Without
    feed: FeedFacet | Without
    report: ReportFacet | Without
    export: ExportFacet | Without
    demo: DemoFacet | Without
    # Readers may keep it among what they saved (收藏); it has a `public_id`.
    can_be_saved: bool = False
    # None: it is worked on where it is shown.
    work: WorkFacet | None = None
    # What it hangs on, as a comment does on what it was written under; None: on nothing.
    hangs_on: Callable[[Any], Any] | None = None

    @property
    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)

    @property
    def events(self) -> dict[str, Event]:
        """What people are told of it; empty where it tells nothing."""
        return {} if isinstance(self.notify, Without) else self.notify


@cache
def all_kinds() -> dict[str, Kind]:
    """Join the `KINDS` of every app. Raises ImproperlyConfigured where a key or a model is declared twice."""
    found: dict[str, Kind] = {}
    models_seen: set[str] = set()
    for config in apps.get_app_configs():
        if config.name not in settings.LOCAL_APPS or not module_has_submodule(config.module, "kinds"):
            continue
        for kind in getattr(import_module(f"{config.name}.kinds"), "KINDS", ()):
            if kind.key in found or kind.model in models_seen:
                raise ImproperlyConfigured(f"The kind {kind.key} ({kind.model}) is declared twice.")
            found[kind.key] = kind
            models_seen.add(kind.model)
    return found


def _listed(name: str) -> list[tuple[str, Any]]:
    """Join a list of every app's `kinds.py`, the highest floor first."""
    found = []
    for app in reversed(settings.LOCAL_APPS):
        config = next(one for one in apps.get_app_configs() if one.name == app)
        if module_has_submodule(config.module, "kinds"):
            found += [(app, entry) for entry in getattr(import_module(f"{app}.kinds"), name, ())]
    return found


def own_data() -> list[OwnPart]:
    """Return every part of somebody's own data, the lowest floor first: who she is before what she wrote (A7)."""
    parts = [
        OwnPart(key=kind.key, name=kind.name, facet=kind.export)
        for kind in all_kinds().values()
        if isinstance(kind.export, ExportFacet)
    ]
    order = {app: number for number, app in enumerate(settings.LOCAL_APPS)}
    kinds_by_floor = sorted(parts, key=lambda part: order[get(part.key).model_class._meta.app_config.name])
    return [*kinds_by_floor, *(part for _app, part in reversed(_listed("OWN_DATA")))]


def erasings() -> list[tuple[str, Kind | Erasing]]:
    """Return what erasing a person goes through, in order: the highest floor first, kinds before what is none."""
    return [*_listed("KINDS"), *_listed("ERASE")]


def handovers() -> list[Handover]:
    """Return what passes on when a member of staff leaves, the highest floor first."""
    return [entry for _app, entry in _listed("HANDOVERS")]


def proxy_acts() -> list[ProxyAct]:
    """Return what a relative may do for somebody, the highest floor first."""
    return [entry for _app, entry in _listed("PROXY_ACTS")]


def leaving_blockers(user: Any) -> list[Words]:
    """Return in words what has to be settled before `user` can leave; apps list functions in `BLOCKERS`."""
    return [reason for _app, blocker in _listed("BLOCKERS") for reason in blocker(user)]


def files_to_keep(user: Any) -> set[int]:
    """Return the ids of the files of somebody who leaves that are not hers alone: they belong to an organisation.

    Apps list functions in `KEEP_FILES` of their `kinds.py`, each with a reason in its first line.
    """
    return {pk for _app, asked in _listed("KEEP_FILES") for pk in asked(user)}


def get(key: str) -> Kind:
    """Return the kind of that key. Raises KeyError."""
    return all_kinds()[key]


@cache
def _by_model() -> dict[type[models.Model], Kind]:
    return {kind.model_class: kind for kind in all_kinds().values()}


def of(obj: models.Model | type[models.Model]) -> Kind:
    """Return the kind of an object or model. Raises KeyError with the model's name where it is none."""
    # Not type(obj): the request's user is a proxy that only its __class__ tells the truth about.
    model = obj if isinstance(obj, type) else obj.__class__
    for ancestor in model.__mro__:
        if ancestor in _by_model():
            return _by_model()[ancestor]
    raise KeyError(f"{model.__name__} is no kind")


def is_reviewed(model: models.Model | type[models.Model]) -> bool:
    """Say whether objects of this model go through the inbox before everybody sees them."""
    try:
        return isinstance(of(model).review, ReviewFacet)
    except KeyError:
        return False


def find(key: str, object_id: Any, user: Any) -> Any:
    """Return the object that `user` may see. Raises Http404, for what is hidden as for what is not there."""
    try:
        kind = get(key)
        return kind.visible_to(user).get(pk=object_id)
    except (KeyError, ValueError, models.ObjectDoesNotExist):
        raise Http404 from None


def find_public(key: str, public_id: str, user: Any) -> Any:
    """Like `find`, by the public id that stands in addresses."""
    try:
        return get(key).visible_to(user).get(public_id=public_id)
    except (KeyError, ValueError, FieldError, models.ObjectDoesNotExist):
        # FieldError: a kind without public ids, which nobody can name in an address.
        raise Http404 from None


# Why the tables of `core` itself are no kinds.
NOT_KINDS = {
    "Place": "the tree that everything hangs on; public names",
    "CryptoKey": "technical",
    "KeptAnswer": "what was answered to somebody's own request, for a day and for herself alone; goes when she leaves",
    "AuditEntry": "the log itself; auditors read it in the office",
    "AuditPayload": "part of an audit entry",
    "AuditHead": "technical",
    "OutboxMessage": "technical",
    "Pulse": "technical",
    "Upload": "bytes on their way, their sender's alone: used or gone within a day, and when she leaves",
    "StoredFile": "always part of what it hangs on, whose scope it carries",
    "PortalImage": "an editor's picture, public with its page",
    "PortalRendition": "part of a picture",
    "SearchDocument": "where something of a kind is found; its kind decides at every question who sees it",
    "SearchText": "the words of a search document",
    "SiteSettings": "the installation's own name and address",
    "SiteOption": "what the installation decided for itself",
    "SpecialDay": "a date off or at work, shown in the calendar to everybody",
}
