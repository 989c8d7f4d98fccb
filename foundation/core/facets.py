"""What a kind can say of itself: one class for each facet, and what apps list beside their kinds (DESIGN §1)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.core.access.permissions import Permission
from foundation.core.access.scopes import Scope

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


@dataclass(frozen=True)
class SearchPart:
    """A piece of an object that is found by itself, for whoever holds its own scope."""

    name: str
    text: str
    scope: Scope


@dataclass(frozen=True, kw_only=True)
class SearchFacet:
    """What is found (P9): `text(obj)` is indexed with the title; heavier kinds stand higher.

    `scope(obj)` is the token of whoever finds it, None for nobody now; without the facet's `scope` the kind's
    `visible_to` is asked in every search. `parts(obj)` are pieces for others than those, each named in words by
    `part_label(name)`. `state` names the columns of all that may not be shown any more once it has changed: a hit in
    which they differ from what was indexed is no hit, however late the index follows.
    """

    text: Callable[[Any], str]
    weight: int = 1
    # What stands over a hit; None: the kind's title.
    title: Callable[[Any], str] | None = None
    # A person's name: also found by the surname's own reading.
    is_name: bool = False
    scope: Callable[[Any], Scope | None] | None = None
    parts: Callable[[Any], Iterable[SearchPart]] = lambda obj: ()
    part_label: Callable[[str], Words] = lambda name: ""
    date: Callable[[Any], datetime | None] = lambda obj: None
    language: Callable[[Any], str] = lambda obj: ""
    # Whoever lacks the right finds nothing of the kind.
    permission: Permission | None = None
    state: Sequence[str] = ()
    # What `text` and the others read beside the object itself.
    related: Sequence[str] = ()
    # Saving other fields than these (`update_fields`) changes nothing that is found; empty: every field counts.
    fields: frozenset[str] = frozenset()
    # Other models whose rows change it, with the ids of the objects: `{"accounts.Profile": lambda profile: [profile.user_id]}`.
    watches: Mapping[str, Callable[[Any], Iterable[int]]] = field(default_factory=dict)


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
    # Each decision takes that whoever makes it has shown a moment ago who she is (`s` in the table of rights); such
    # a kind is never decided with others.
    step_up: bool = False
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
    # This object takes two people, whatever the office has set for its kind.
    two: Callable[[Any], bool] = lambda obj: False
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
    COMMUNITY = "community", _("社区公告")
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
    `%(number)s`, and leads to the page `overview` names, where they all are. `own_sign`: its number stands beside the
    bell under a sign of its own (`core.badges`), so the bell does not count it. What is still unread after
    `mail_after` goes out by mail, where it would go at once.
    """

    words: Words
    group: EventGroup
    channels: frozenset[Channel] = BY_SITE_AND_MAIL
    urgent: bool = False
    alike: bool = False
    many: Words = ""
    overview: str = ""
    own_sign: bool = False
    mail_after: timedelta = timedelta()


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
