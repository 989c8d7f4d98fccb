"""Kinds: everything that people can look at, act on or be found by is declared once (DESIGN §1).

Each app declares its own in `kinds.py`. A facet that a kind does not have is said with `Without(reason)`;
one that is forgotten is a TypeError at start, a model that is no kind fails a test by name. One resolver then
serves comments, reactions, notifications, reviews and files alike.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any

from django import forms
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.http import Http404
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

type Words = str | Promise


@dataclass(frozen=True)
class Without:
    """The kind has no such facet, because …"""

    reason: str


class OnErase(StrEnum):
    DELETE = "delete"
    ANONYMISE = "anonymise"
    KEEP = "keep"


@dataclass(frozen=True, kw_only=True)
class PrivacyFacet:
    """Whose data it is, of which category, how long it stays and what erasure does (个保法; O9)."""

    subject: str  # lookup path from the row to the user, "" where the row is about nobody
    category: str
    retain: str
    on_erase: OnErase
    why_kept: str = ""
    # `erase(user)` carries it out where it is more than deleting the subject's rows; returns how many it dealt with.
    erase: Callable[[Any], int] | None = None


@dataclass(frozen=True, kw_only=True)
class SearchFacet:
    """What is found: `text(obj)` is segmented and indexed; heavier kinds stand higher."""

    text: Callable[[Any], str]
    weight: int = 1


class ReviewTiming(StrEnum):
    BEFORE = "before"
    AFTER = "after"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class ReviewFacet:
    """How the inbox shows and decides an object of this kind.

    `decide(obj, approved=…, reason=…, by=…)` is the one domain function that carries the decision out; where it can
    be reviewed afterwards (`least`), it also takes an object that everybody sees already.
    `template` renders the object for the reviewer, with what `context(obj, by)` adds.
    """

    decide: Callable[..., None]
    permission: Any
    template: str
    context: Callable[[Any, Any], dict[str, Any]] = lambda obj, by: {}
    # Names what the reviewer sees; a decision holds for that, never for what was written meanwhile.
    version: Callable[[Any], str] = lambda obj: ""
    # What holds while the office has set nothing else; `least` is as lenient as it may become.
    timing: ReviewTiming = ReviewTiming.BEFORE
    least: ReviewTiming = ReviewTiming.BEFORE
    # Says beside that setting what it does not reach.
    timing_note: Words = ""
    # Several can be decided with one act; False: each has to be opened and looked at.
    bulk: bool = True
    # What the inbox calls it, where that is not what everybody may read; None: as everywhere.
    title: Callable[[Any], Any] | None = None
    # What that title reads beside the object itself: the inbox lists many at once.
    related: Sequence[str] = ()
    reasons: Sequence[Words] = ()
    # What a decision on it has to say beside yes, no and a reason: a form whose values `decide` takes by name.
    details: type[forms.Form] | None = None
    # What the two decisions are called where they are not "approve" and "refuse".
    labels: tuple[Words, Words] | None = None
    # Looking at it shows personal data and is written to the audit log.
    sensitive: bool = False
    # Whom it is about: the inbox never shows it to her, whatever she may decide otherwise.
    about: Callable[[Any], int | None] = lambda obj: None
    # Who has a part in it beside whoever submitted it, and leaves every step to others (回避).
    partial: Callable[[Any], Collection[int]] = lambda obj: ()
    # Both decisions weigh on somebody: where two people have to approve, two have to refuse as well.
    weighs: bool = False


@dataclass(frozen=True, kw_only=True)
class ReportFacet:
    """How somebody objects to it, and what becomes of it (O2).

    `hide(obj, hidden=…, by=…)` takes it from everybody's eyes but its owner's, or gives it back. `texts(obj)` are what
    the word filter reads, each by itself, while it `stands`: neither removed nor hidden nor waiting. `evidence(obj)`
    names what is kept of it as it stood when it was reported, and `files(obj)` the stored files that belong to that.
    """

    hide: Callable[..., None]
    texts: Callable[[Any], Iterable[str]]
    evidence: Callable[[Any], dict[str, str]]
    files: Callable[[Any], Iterable[Any]] = lambda obj: ()
    stands: Callable[[Any], bool] = lambda obj: True


@dataclass(frozen=True, kw_only=True)
class ExportFacet:
    """What goes into the own data of its subject (A7), apart from staff's lists.

    `rows(user)` are all of hers, whoever may see them; `as_data(obj)` is what JSON takes; `files(obj)` the stored
    files that are laid beside.
    """

    rows: Callable[[Any], models.QuerySet]
    as_data: Callable[[Any], dict[str, Any]]
    files: Callable[[Any], Iterable[Any]] = lambda obj: ()


@dataclass(frozen=True, kw_only=True)
class OwnPart:
    """A part of somebody's own data that is no kind; apps list theirs in `OWN_DATA` of their `kinds.py`."""

    key: str
    name: Words
    facet: ExportFacet


@dataclass(frozen=True, kw_only=True)
class Erasing:
    """What erasing a person does to rows that are no kind of their own; apps list theirs in `ERASE`.

    `links` are the foreign keys to a person, `app.Model.field`; a test fails on one that nobody names. `erase(user)`
    carries it out and returns how many rows it dealt with; None: the rows stay, tied to a nameless account, `why`.
    """

    links: Sequence[str]
    why: str
    erase: Callable[[Any], int] | None = None


@dataclass(frozen=True, kw_only=True)
class Handover:
    """What passes on when a member of staff leaves (O9); apps list theirs in `HANDOVERS` of their `kinds.py`."""

    name: Words
    # How much of it is hers now; `hand_over(user, to, by)` passes it on and returns how much that was.
    waiting: Callable[[Any], int]
    hand_over: Callable[[Any, Any, Any], int]


@dataclass(frozen=True, kw_only=True)
class ProxyAct:
    """What a relative may do for somebody (亲情代办, DESIGN §3); apps list theirs in `PROXY_ACTS` of their `kinds.py`.

    `url()` is the page on which it is done; the routes that change something there say `for_another`.
    """

    name: Words
    text: Words
    icon: str
    url: Callable[[], str]


class CommentPolicy(StrEnum):
    REVIEWED = "reviewed"
    AT_ONCE = "at_once"


@dataclass(frozen=True, kw_only=True)
class CommentsFacet:
    """Who sees a new comment, and whether `is_open(obj)` lets one be written under this object at all."""

    policy: CommentPolicy
    is_open: Callable[[Any], bool] = lambda obj: True


@dataclass(frozen=True, kw_only=True)
class FeedFacet:
    """How the feed shows objects of this kind: `load(ids, user)` returns those of `ids` that `user` may see."""

    load: Callable[[Sequence[int], Any], Iterable[Any]]
    template: str


class Channel(models.TextChoices):
    """The ways by which somebody is told."""

    SITE = "site", _("站内")
    MAIL = "mail", _("邮件")
    SMS = "sms", _("短信")
    PUSH = "push", _("推送")


class EventGroup(models.TextChoices):
    """The few things that people tell apart when they choose what they want to hear of (S11)."""

    PEOPLE = "people", _("互动")
    OWN = "own", _("我的申请")
    WORK = "work", _("工作")
    SECURITY = "security", _("安全")


BY_SITE_AND_MAIL = frozenset({Channel.SITE, Channel.MAIL, Channel.PUSH})
ONLY_ON_SITE = frozenset({Channel.SITE})


@dataclass(frozen=True)
class Event:
    """Something that people are told of (S11).

    `words` may name `%(who)s`: one person, or several. `channels` carry it where nobody chose otherwise. What is
    `urgent` comes at once, by mail in any case, whatever was chosen, muted or asked to wait. `alike`: all of them
    are one line, whatever they are about; otherwise those about one thing are. `many` says that line by its
    `%(number)s`, and leads to the page `overview` names, where they all are.
    """

    words: Words
    group: EventGroup
    channels: frozenset[Channel] = BY_SITE_AND_MAIL
    urgent: bool = False
    alike: bool = False
    many: Words = ""
    overview: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkFacet:
    """What somebody works on before others see it, for the notifications (`events`) that send her back to it.

    `rows(user)` are hers, published or not; `title` and `url` are the draft's, where she goes on.
    """

    events: frozenset[str]
    rows: Callable[[Any], models.QuerySet]
    title: Callable[[Any], str]
    url: Callable[[Any], str]


@dataclass(frozen=True, kw_only=True)
class DemoFacet:
    """`fill(context)` puts believable data into an empty community; lower `step`s run first."""

    step: int
    fill: Callable[[Any], None]


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
    "SiteSettings": "the installation's own name and address",
    "SiteOption": "what the installation decided for itself",
}
