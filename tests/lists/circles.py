"""Circles and groups, and what is in them, as lists that grow."""

from typing import Any

from django.utils import timezone

from foundation.core import reviews
from foundation.core.models import StoredFile
from foundation.moderation.domain import reports
from foundation.moderation.models import Report
from foundation.social.domain import comments, polls, posts
from groups.domain import inviting, pinning
from groups.models import (
    Circle,
    CircleFile,
    CircleInvitation,
    CircleMember,
    CircleTag,
    Group,
    GroupMember,
)

TOLD_OF_CIRCLES = {
    "circle_invitation": "circle_invited",
    "circle": "circle_approved",
    "group": "group_shown",
}


def _cover(owner: Any) -> StoredFile:
    file = StoredFile(owner_id=owner.pk, state=StoredFile.State.READY, width=64, height=48)
    file.save()
    return file


def circle_of(scene: Any, owner: Any, slug: str, **values: Any) -> Circle:
    made = Circle.objects.create(
        owner=owner,
        name=slug[:20],
        purpose="一起玩",
        slug=slug,
        place=scene.places["ginkgo"],
        cover=_cover(owner),
        member_count=1,
        **{"state": "live", "joining": "request", **values},
    )
    CircleMember.objects.create(circle=made, user=owner, role="owner")
    CircleTag.objects.create(circle=made, name=slug[:10])
    return made


def group_of(scene: Any, owner: Any, slug: str, **values: Any) -> Group:
    made = Group(
        owner=owner,
        name=slug[:20],
        purpose="一起唱",
        slug=slug,
        contact_name="联系人",
        place=scene.places["ginkgo"],
        cover=_cover(owner),
        member_count=1,
        **values,
    )
    made.scope = made.token
    made.save(force_insert=True)
    GroupMember.objects.create(group=made, user=owner)
    return made


def listed(scene: Any, number: int) -> None:
    """A circle and a group of somebody's own; the owner is in the circle and asked into the group."""
    somebody = scene.person(f"founder-{number}", display=f"创办人{number}")
    circle = circle_of(scene, somebody, f"quan-{number}")
    CircleMember.objects.create(circle=circle, user=scene.owner, role="member")
    group = group_of(scene, somebody, f"zu-{number}", portal="shown")
    GroupMember.objects.create(group=group, user=scene.owner)


def own(scene: Any) -> Circle:
    """The circle that the owner keeps."""
    found = Circle.objects.filter(slug="own").first()
    return found or circle_of(scene, scene.owner, "own", questions=["会吗？"])


def own_group(scene: Any) -> Group:
    found = Group.objects.filter(slug="own").first()
    return found or group_of(scene, scene.owner, "own", joining="request")


def part_of_own(scene: Any, number: int) -> None:
    """One more of everything in the owner's circle and group: member, request, ban, invitation, link, file."""
    circle, group = own(scene), own_group(scene)
    for start, role in ((0, "member"), (1000, "asked"), (2000, "banned")):
        CircleMember.objects.create(
            circle=circle, user=scene.somebody(start + number), role=role, answers=[["会吗？", "会"]]
        )
    if number == 1:
        CircleMember.objects.filter(user=scene.somebody(1)).update(role="moderator")
    CircleInvitation.objects.create(
        circle=circle,
        user=scene.somebody(3000 + number),
        asked_by=scene.owner,
        expires_at=timezone.now() + inviting.PERSON_LASTS,
    )
    CircleFile.objects.create(
        circle=circle,
        file=_cover(scene.somebody(number)),
        name=f"文件{number}",
        by=scene.somebody(number),
        once=f"11111111-1111-4111-8111-{number:012}",
    )
    GroupMember.objects.create(group=group, user=scene.somebody(number))
    GroupMember.objects.create(group=group, user=scene.somebody(1000 + number), role="asked")
    said = posts.post_status(by=scene.owner, text=f"圈里的话{number}", scope=circle.scope)
    reports.report(said, reason=Report.Reason.HARASS, by=_member(scene, circle, number))


def _member(scene: Any, circle: Circle, number: int) -> Any:
    """Somebody new of the circle, who may report."""
    made = scene.person(f"neighbour-{number}", display=f"圈友{number}")
    CircleMember.objects.create(circle=circle, user=made, role="member")
    return made


def said_in_own(scene: Any, number: int) -> None:
    """One more post by somebody of the owner's circle, each with a picture and a poll; the first is pinned."""
    circle = own(scene)
    by = _member(scene, circle, number)
    made = posts.post_status(
        by=by,
        text=f"圈里的话{number}",
        scope=circle.scope,
        pictures=[scene.picture(f"{number}.jpg", size=(48, 36))],
        poll=polls.new_poll(["去", "不去"]),
    )
    comments.comment(by=by, target=made, text="去吗？")
    if number == 1:
        # Beside one that stands among the others.
        first = posts.post_status(by=by, text="公告", scope=circle.scope, poll=polls.new_poll(["去", "不去"]))
        pinning.pin(circle, first, by=scene.owner)


def waiting_circles(scene: Any, number: int) -> dict[str, Any]:
    """A circle and a group that wait for the officer."""
    somebody = scene.person(f"waiting-{number}", display=f"等待{number}")
    circle = circle_of(scene, somebody, f"dai-{number}", state="waiting")
    reviews.submit(circle, by=somebody, place_path=circle.place.path)
    group = group_of(scene, somebody, f"qun-{number}", portal="asked")
    reviews.submit(group, by=somebody, place_path=group.place.path)
    return {"circle": circle, "group": group}


def invited(scene: Any, number: int) -> CircleInvitation:
    """The officer is invited into a circle."""
    somebody = scene.person(f"inviting-{number}", display=f"邀请{number}")
    circle = circle_of(scene, somebody, f"yao-{number}")
    return CircleInvitation.objects.create(
        circle=circle,
        user=scene.officer,
        asked_by=somebody,
        expires_at=timezone.now() + inviting.PERSON_LASTS,
    )
