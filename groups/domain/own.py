"""Circles and groups in somebody's own data, and what her leaving the site does to them (A7)."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.core.files import uploads
from groups.domain.joining import step_out
from groups.domain.keeping import make_owner
from groups.models import (
    INSIDE,
    Circle,
    CircleFile,
    CircleInvitation,
    CircleMember,
    CircleRole,
    Group,
    GroupMember,
)


def leaving_blockers(user: Any) -> list[str]:
    """Say what somebody has to hand over before she closes her account."""
    live = Circle.objects.filter(owner=user, state=Circle.State.LIVE, member_count__gt=1)
    return [
        _("您是圈子“%(name)s”的圈主，请先把圈子交给另一位成员，或者解散它。") % {"name": name}
        for name in live.values_list("name", flat=True)
    ]


def circle_data(circle: Circle) -> dict[str, Any]:
    return {
        "name": circle.name,
        "purpose": circle.purpose,
        "description": circle.description,
        "rules": circle.rules,
        "state": circle.state,
        "founded_at": circle.created_at,
        "reason": circle.reason,
        "address": circle.get_absolute_url(),
    }


def group_data(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "purpose": group.purpose,
        "description": group.description,
        "contact_name": group.contact_name,
        "contact_phone": group.contact_phone,
        "seen_by": group.visibility,
        "founded_at": group.created_at,
        "closed_at": group.closed_at,
    }


def member_data(row: CircleMember) -> dict[str, Any]:
    """How somebody stands to a circle; that she was banned is the circle's decision on her, and hers to know."""
    return {"circle": row.circle.name, "role": row.role, "since": row.since, "answers": row.answers}


def group_member_data(row: GroupMember) -> dict[str, Any]:
    return {"group": row.group.name, "role": row.role, "since": row.since}


def invitation_data(row: CircleInvitation) -> dict[str, Any]:
    return {"circle": row.circle.name, "state": row.state, "invited_at": row.created_at}


def file_data(row: CircleFile) -> dict[str, Any]:
    return {"name": row.name, "circle": row.circle.name, "laid_at": row.created_at}


@transaction.atomic
def erase_circles(user: Any) -> int:
    """Give the circles of an account that closes to the next of their people, dissolve those without; one that never opened goes.

    What stays is tied to a nameless account.
    """
    mine = list(Circle.objects.select_for_update(of=("self",)).filter(owner=user).order_by("pk"))
    for circle in mine:
        if circle.state in (Circle.State.WAITING, Circle.State.REFUSED):
            if circle.cover_id:
                uploads.drop([circle.cover_id])
            circle.delete()
            continue
        own = circle.members.filter(user=user).first()
        heirs = circle.members.inside().exclude(user=user).select_related("user").order_by("since", "pk")
        heir = next((one for one in heirs if one.role == CircleRole.MODERATOR), heirs.first())
        if own is not None and heir is not None:
            make_owner(circle, heir, old=own)
        elif circle.is_live:
            Circle.objects.filter(pk=circle.pk).update(state=Circle.State.ARCHIVED)
    return len(mine)


@transaction.atomic
def erase_groups(user: Any) -> int:
    """Close and empty the groups of an account that closes: a group is its contact person."""
    mine = Group.objects.filter(owner=user)
    uploads.drop([pk for pk in mine.values_list("cover_id", flat=True) if pk])
    gone = mine.count()
    mine.delete()
    return gone


@transaction.atomic
def erase_parts(user: Any) -> int:
    """End every membership and request, and take away files and what asked her."""
    gone = 0
    rows = CircleMember.objects.filter(user=user).select_related("circle").order_by("circle_id")
    for row in rows:
        circle = Circle.objects.select_for_update(of=("self",)).get(pk=row.circle_id)
        if row.role in INSIDE:
            step_out(circle, row)
        else:
            row.delete()
        gone += 1
    for member in GroupMember.objects.filter(user=user, role=GroupMember.Role.MEMBER):
        Group.objects.filter(pk=member.group_id, member_count__gt=0).update(
            member_count=F("member_count") - 1
        )
    files = CircleFile.objects.filter(by=user)
    uploads.drop(list(files.values_list("file_id", flat=True)))
    for found in (
        GroupMember.objects.filter(user=user),
        files,
        CircleInvitation.objects.filter(user=user),
    ):
        gone += found.delete()[0]
    CircleInvitation.objects.filter(asked_by=user, state=CircleInvitation.State.OPEN).update(
        state=CircleInvitation.State.WITHDRAWN, expires_at=timezone.now()
    )
    return gone
