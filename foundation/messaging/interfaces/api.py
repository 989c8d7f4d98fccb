"""The notification centre and push, for apps (S11, U5)."""

from datetime import time
from typing import Any, Literal

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from foundation.accounts.interfaces.schemas import PersonOut, person_out
from foundation.core.api import paging
from foundation.core.api.bearer import ApiRequest
from foundation.core.api.paging import Paging
from foundation.core.api.problems import checked
from foundation.core.api.routes import Routes
from foundation.core.api.schemas import Given, Moment, PublicId
from foundation.core.api.scope import TokenScope
from foundation.core.facets import EventGroup
from foundation.core.ids import name_of_row
from foundation.messaging.domain import choices, muting, push, queries, reading
from foundation.messaging.domain.queries.centre import Line
from foundation.messaging.interfaces.forms import PreferencesForm
from foundation.messaging.models import Mute, Notification, Subscription
from foundation.messaging.models.preference import Digest, Preset
from foundation.messaging.permissions import MessagingPermission

routes = Routes("messaging")
ALL = {"scope": TokenScope.NOTIFICATIONS, "may": MessagingPermission.READ_NOTIFICATIONS}
MUTE = "messaging.mute"


class Which(Paging):
    group: Literal["", *EventGroup.values] = ""  # type: ignore[valid-type]
    unread: bool = False


class NotificationOut(Schema):
    """One line of the centre; like things stand in one."""

    id: str
    event: str = Field(description="Such as `post.liked`.")
    group: str
    sentence: str
    title: str = Field(description="Of what it is about; empty where that is gone or hidden.")
    text: str
    address: str = Field(description="Of what it is about; empty where that is gone or hidden.")
    by: PersonOut | None
    created_at: Moment
    read: bool
    may_mute_thread: bool
    may_mute: list[str] = Field(description="Names of those who can be muted.")


class NotificationPage(Schema):
    items: list[NotificationOut]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


def _out(line: Line) -> dict[str, Any]:
    row = line.row
    return {
        "id": row.public_id,
        "event": f"{row.kind}.{row.event}",
        "group": row.group,
        "sentence": line.told.sentence,
        "title": line.told.title,
        "text": row.text,
        "address": line.told.url,
        "by": person_out(row.by) if row.by else None,
        "created_at": row.created_at,
        "read": row.read_at is not None,
        "may_mute_thread": line.may_mute_thread,
        "may_mute": [name for name, _display in line.may_mute],
    }


@routes.reads("/notifications", returns=NotificationPage, **ALL)
def list_notifications(request: ApiRequest, which: Query[Which]) -> dict[str, Any]:
    """List what one was told, the newest first, like things in one line."""
    place = f"notifications:{which.group}:{which.unread}"
    before = paging.opened(which.cursor, of=place, user=request.user)[0] if which.cursor else ""
    found = queries.page_of(
        request.user, before=before, group=which.group, unread=which.unread, per_page=which.limit
    )
    following = paging.sealed([found.older], of=place, user=request.user) if found.older else None
    return {"items": [_out(line) for line in found.lines], "next": following}


class Unread(Schema):
    unread: int = Field(description="Lines, counted up to 100.")


@routes.reads("/notifications/unread", returns=Unread, unattended=True, **ALL)
def count_unread(request: ApiRequest) -> dict[str, int]:
    """Count what was not read yet."""
    return {"unread": queries.unread_count(request.user)}


@routes.writes("POST", "/notifications/read", returns=Unread, **ALL)
def read_all(request: ApiRequest) -> dict[str, int]:
    """Mark everything as read."""
    reading.mark_all_read(by=request.user)
    return {"unread": queries.unread_count(request.user)}


class Box(Schema):
    value: str = Field(description="What `wanted` takes.")
    way: str
    ticked: bool
    fixed: bool = Field(description="It comes by this way in any case, or can't come by it.")
    label: str


class EventOut(Schema):
    label: str
    ways: list[Box]


class GroupOut(Schema):
    label: str
    events: list[EventOut]


class Hours(Given):
    """The hours in which nothing disturbs, by the community's clock."""

    begin: time
    end: time


class Wishes(Schema):
    preset: Literal[tuple(Preset.values)]  # type: ignore[valid-type]
    digest: Literal[tuple(Digest.values)]  # type: ignore[valid-type]
    quiet: Hours | None
    groups: list[GroupOut]


class WishesIn(Given):
    preset: Literal[tuple(Preset.values)]  # type: ignore[valid-type]
    digest: Literal[tuple(Digest.values)] = Digest.DAILY.value  # type: ignore[valid-type]
    quiet: Hours | None = None
    wanted: list[str] = Field(
        default=[],
        max_length=500,
        description="For the preset `custom`: `value` of every way that is wanted.",
    )


def _form(request: ApiRequest, data: Any = None) -> PreferencesForm:
    user = request.user
    return PreferencesForm(
        data,
        choice=choices.choices_of([user.pk])[user.pk],
        has_phone=user.phone_verified_at is not None,
        groups=choices.groups_of(user),
    )


def _wishes(form: PreferencesForm) -> dict[str, Any]:
    hours = form.choice.quiet_hours
    return {
        "preset": form.choice.preset,
        "digest": form.choice.custom_digest,
        "quiet": {"begin": hours[0], "end": hours[1]} if hours else None,
        "groups": [
            {
                "label": label,
                "events": [{"label": name, "ways": [vars(box) for box in boxes]} for name, boxes in rows],
            }
            for label, rows in form.table
        ],
    }


@routes.reads("/notifications/settings", returns=Wishes, **ALL)
def read_wishes(request: ApiRequest) -> dict[str, Any]:
    """Read by which ways and when one wants to be told."""
    return _wishes(_form(request))


@routes.writes("PUT", "/notifications/settings", returns=Wishes, **ALL)
def write_wishes(request: ApiRequest, body: WishesIn) -> dict[str, Any]:
    """Choose by which ways and when one wants to be told."""
    data: dict[str, Any] = {"preset": body.preset, "digest": body.digest, "wanted": body.wanted}
    if body.quiet is not None:
        data |= {"quiet": "on", "quiet_from": body.quiet.begin, "quiet_until": body.quiet.end}
    names = {"quiet_from": "quiet.begin", "quiet_until": "quiet.end"}
    choices.choose(**checked(_form(request, data), names).chosen(), by=request.user)
    return _wishes(_form(request))


class MuteOut(Schema):
    """A person, or a thread, of which one hears nothing more; nobody else learns of it."""

    id: str
    person: str = Field(description="Her name; empty for a thread.")
    title: str = Field(description="Empty where it is gone or hidden.")


def _mute_out(mute: Mute, title: str) -> dict[str, str]:
    person = mute.person.username if mute.person else ""
    return {"id": name_of_row(MUTE, mute.pk), "person": person, "title": title}


@routes.reads("/notifications/mutes", returns=list[MuteOut], **ALL)
def list_mutes(request: ApiRequest) -> list[dict[str, str]]:
    """List of what and of whom one hears nothing more."""
    return [_mute_out(mute, title) for mute, title in queries.mutes_of(request.user)]


@routes.writes("DELETE", "/notifications/mutes/{id}", returns=None, status=204, **ALL)
def unmute(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Hear again of what was muted."""
    own = Mute.objects.filter(user_id=request.user.pk).values_list("pk", flat=True)
    found = next((pk for pk in own if name_of_row(MUTE, pk) == id), None)
    if found is None or not muting.unmute(found, by=request.user):
        raise Http404


class SubscriptionOut(Schema):
    """A browser or app that is woken by web push."""

    id: str
    name: str
    created_at: Moment


class Push(Schema):
    key: str = Field(description="The application server key (RFC 8292) to subscribe with.")
    subscriptions: list[SubscriptionOut]


class SubscriptionIn(Given):
    """What the device's push service gave (RFC 8030, RFC 8291)."""

    endpoint: str = Field(min_length=1, max_length=2000)
    p256dh: str = Field(min_length=1, max_length=200)
    auth: str = Field(min_length=1, max_length=100)


def _subscription(row: Subscription) -> dict[str, Any]:
    return {"id": row.public_id, "name": row.name, "created_at": row.created_at}


def _switched_on() -> None:
    if not settings.WEB_PUSH:
        raise Http404


@routes.reads("/push", returns=Push, document_extra={"errors": (404,)}, **ALL)
def read_push(request: ApiRequest) -> dict[str, Any]:
    """Read what a device needs to be woken, and which ones are; 404 where the community wants no push."""
    _switched_on()
    own = Subscription.objects.filter(user=request.user).order_by("-pk")
    return {"key": push.public_key(), "subscriptions": [_subscription(row) for row in own]}


@routes.writes(
    "POST",
    "/push/subscriptions",
    returns=SubscriptionOut,
    status=201,
    document_extra={"errors": (404,)},
    **ALL,
)
def subscribe(request: ApiRequest, body: SubscriptionIn) -> dict[str, Any]:
    """Let this device be woken, until it is signed out."""
    _switched_on()
    made = push.subscribe(
        endpoint=body.endpoint,
        p256dh=body.p256dh,
        auth=body.auth,
        name=request.token.name,
        device=request.token.device_id,
        by=request.user,
    )
    return _subscription(made)


@routes.writes("DELETE", "/push/subscriptions/{id}", returns=None, status=204, **ALL)
def unsubscribe(request: ApiRequest, id: PublicId) -> None:  # noqa: A002
    """Wake a device no more."""
    if not push.remove(id, by=request.user):
        raise Http404


def _own(request: ApiRequest, public_id: str) -> Notification:
    return get_object_or_404(Notification.objects.visible_to(request.user), public_id=public_id)


@routes.writes("POST", "/notifications/{id}/read", returns=Unread, **ALL)
def read_notification(request: ApiRequest, id: PublicId) -> dict[str, int]:  # noqa: A002
    """Mark a line as read."""
    reading.mark_read(_own(request, id), by=request.user)
    return {"unread": queries.unread_count(request.user)}


class MuteIn(Given):
    what: Literal["thread", "person"]
    person: str = Field(
        "", max_length=30, description="One of the line's `may_mute`; without it, the newest."
    )


@routes.writes("POST", "/notifications/{id}/mute", returns=MuteOut, status=201, **ALL)
def mute(request: ApiRequest, id: PublicId, body: MuteIn) -> dict[str, str]:  # noqa: A002
    """Hear nothing more of what a line is about, or of who did it."""
    row = _own(request, id)
    muted: Mute | None
    if body.what == "thread":
        muted = muting.mute_thread(row, by=request.user)
    else:
        muted = muting.mute_person(row, who=body.person, by=request.user)
    found = queries.mute_of(request.user, str(muted.pk)) if muted else None
    if found is None:
        raise Http404
    return _mute_out(*found)
