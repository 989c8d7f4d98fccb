"""How the API shows circles and groups: what the pages show, not a word more."""

from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from foundation.accounts.interfaces.schemas import PersonOut, person_out
from foundation.core.api.schemas import Moment, PictureOut, picture_out
from groups.models import Circle, CircleFile, CircleMember, Group, GroupMember

CircleJoining = Literal[*Circle.Joining.values]  # type: ignore[valid-type]
Visibility = Literal[*Group.Visibility.values]  # type: ignore[valid-type]
GroupJoining = Literal[*Group.Joining.values]  # type: ignore[valid-type]


class CircleOut(Schema):
    id: str = Field(description="What stands in the address of its page.")
    name: str
    purpose: str
    description: str
    rules: str = Field(description="Who joins agrees to them.")
    questions: list[str] = Field(description="Who asks to join answers them, in this order.")
    tags: list[str]
    community: str = Field(description="The id of the community whose staff decided about it.")
    cover: PictureOut | None
    joining: CircleJoining
    secret: bool
    capacity: int | None
    members: int
    state: str = Field(description="waiting, live, refused or archived.")
    reason: str = Field(description="Why it was refused, to its owner.")
    role: str = Field(description="The reader's: asked, member, moderator, owner, banned, or empty.")
    address: str


def circle_out(circle: Circle, user: Any) -> CircleOut:
    """Put a circle of `as_read_by` into the answer."""
    shown: Any = circle
    return CircleOut(
        id=circle.slug,
        name=circle.name,
        purpose=circle.purpose,
        description=circle.description,
        rules=circle.rules,
        questions=circle.questions,
        tags=[tag.name for tag in circle.tags.all()],
        community=circle.place.slug,
        cover=picture_out(circle.cover) if circle.cover else None,
        joining=circle.joining,
        secret=circle.secret,
        capacity=circle.capacity,
        members=circle.member_count,
        state=circle.state,
        reason=circle.reason if circle.owner_id == user.pk else "",
        role=shown.my_role,
        address=circle.get_absolute_url(),
    )


class CirclePage(Schema):
    items: list[CircleOut]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


class MemberOut(Schema):
    person: PersonOut
    role: str
    since: Moment


def member_out(row: CircleMember | GroupMember) -> MemberOut:
    return MemberOut(person=person_out(row.user), role=row.role, since=row.since)


class MemberPage(Schema):
    items: list[MemberOut]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


class Answer(Schema):
    question: str
    answer: str


class RequestOut(Schema):
    """Somebody who asked to join, with what she answered."""

    person: PersonOut
    answers: list[Answer]
    asked_at: Moment


def request_out(row: CircleMember) -> RequestOut:
    return RequestOut(
        person=person_out(row.user),
        answers=[Answer(question=question, answer=answer) for question, answer in row.answers],
        asked_at=row.since,
    )


class FileOut(Schema):
    id: str
    name: str
    by: PersonOut
    created_at: Moment
    picture: PictureOut


def file_out(row: CircleFile) -> FileOut:
    return FileOut(
        id=row.public_id,
        name=row.name,
        by=person_out(row.by),
        created_at=row.created_at,
        picture=picture_out(row.file),
    )


class InvitationOut(Schema):
    id: str = Field(description="Who knows it may come in, where it is a link.")
    person: PersonOut | None = Field(description="Null: a link.")
    used: int
    expires_at: Moment
    address: str


class GroupOut(Schema):
    """An interest group (兴趣群组)."""

    id: str = Field(description="What stands in the address of its page.")
    name: str
    purpose: str
    description: str
    contact_name: str
    contact_phone: str = Field(description="Empty for who is not verified.")
    community: str
    cover: PictureOut | None
    visibility: Visibility
    joining: GroupJoining
    portal: str = Field(description="off, asked or shown; to its owner.")
    members: int
    role: str = Field(description="The reader's: asked, member, or empty.")
    own: bool
    closed: bool
    address: str


def group_out(group: Group, user: Any) -> GroupOut:
    """Put a group of `as_read_by` into the answer."""
    shown: Any = group
    own = group.owner_id == user.pk
    return GroupOut(
        id=group.slug,
        name=group.name,
        purpose=group.purpose,
        description=group.description,
        contact_name=group.contact_name,
        contact_phone=group.contact_phone if getattr(user, "is_verified", False) else "",
        community=group.place.slug,
        cover=picture_out(group.cover) if group.cover else None,
        visibility=group.visibility,
        joining=group.joining,
        portal=group.portal if own else "",
        members=group.member_count,
        role=shown.my_role,
        own=own,
        closed=group.closed_at is not None,
        address=group.get_absolute_url(),
    )


class GroupPage(Schema):
    items: list[GroupOut]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")
