"""The demo's circles and interest groups: some joined by request, one secret, one full, one that waits in the inbox (G1–G4)."""

from typing import Any

from django.db import transaction

from foundation.accounts.models import User
from foundation.core.files import pictures
from foundation.core.models import Place
from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem
from foundation.social.domain import comments, polls, reactions
from foundation.social.models import Comment, Post
from groups.domain import circles, filing, group_members, groups, joining, keeping, pinning
from groups.models import Circle, CircleMember, Group, GroupMember
from linli.demo import talk
from linli.demo.content import ago, picture, read

WORDS = ("name", "purpose", "description", "rules", "joining", "secret", "capacity")
GROUP_WORDS = ("name", "purpose", "description", "contact_name", "contact_phone", "visibility", "joining")


def make_circles(people: dict[str, User], place: Place) -> None:
    """Let neighbours found, join and talk as they do, and the office decide."""
    content = read("circles")
    for row in content["circles"]:
        made = circles.found_circle(
            by=people[row["owner"]],
            place=place,
            values={name: row[name] for name in WORDS},
            tags=row["tags"],
            questions=row["questions"],
            cover=picture(row["cover"]),
        )
        _cut(made)
        moment = ago(row["days_ago"])
        if row["state"] == "live":
            _decide("circle", made, people["staff"])
            made.refresh_from_db()
            _fill(made, row, people)
            Circle.objects.filter(pk=made.pk).update(decided_at=moment, letter_until=ago(1))
        Circle.objects.filter(pk=made.pk).update(created_at=moment)
    for row in content["groups"]:
        _group(row, people, place)


def _decide(kind: str, obj: Any, by: User) -> None:
    inbox.decide(ReviewItem.objects.open().get(kind=kind, object_id=str(obj.pk)), approved=True, by=by)


def _cut(obj: Circle | Group) -> None:
    """Make the sizes of a cover now: the lists show it first."""
    if obj.cover_id:
        pictures.make("", {"id": obj.cover_id})


def _fill(circle: Circle, row: dict[str, Any], people: dict[str, User]) -> None:
    owner = people[row["owner"]]
    for position, member in enumerate(row["members"]):
        name, _, role = member.partition(":")
        with transaction.atomic():
            joining.enter(circle, people[name], by=people[name])
        if role:
            keeping.set_moderator(circle, people[name], moderator=True, by=owner)
        since = ago(row["days_ago"] * (len(row["members"]) - position) / (len(row["members"]) + 1))
        CircleMember.objects.filter(circle=circle, user=people[name]).update(since=since)
    for name, answers in row["asked"].items():
        joining.ask(circle, by=people[name], answers=answers, agreed=True)
    for said in sorted(row["posts"], key=lambda one: -one["days_ago"]):
        _say(circle, said, people)
    for name, called in row["files"]:
        laid = filing.add_file(circle, picture(name), name=called, by=owner)
        pictures.make("", {"id": laid.file_id})


def _say(circle: Circle, row: dict[str, Any], people: dict[str, User]) -> None:
    made = talk.write(
        {**row, "pictures": [{"name": name, "alt": alt} for name, alt in row["pictures"]]},
        people[row["author"]],
        ago(row["days_ago"]),
        scope=circle.scope,
    )
    if asked := polls.new_poll(row.get("poll", ())):
        polls.keep_poll(made, asked)
        Post.objects.filter(pk=made.pk).update(has_poll=True)
    for name, choice in row.get("votes", {}).items():
        polls.vote(made, [choice], by=people[name])
    for name in row["likes"]:
        reactions.react(made, by=people[name], liked=True)
    for name, words in row["comments"]:
        said = comments.comment(by=people[name], target=made, text=words)
        Comment.objects.filter(pk=said.pk).update(submit_date=ago(row["days_ago"] * 0.8))
    if row.get("pin"):
        pinning.pin(circle, made, announce=row.get("announce", False), by=people[row["author"]])
    for one in made.post_pictures.all():
        pictures.make("", {"id": one.file_id})


def _group(row: dict[str, Any], people: dict[str, User], place: Place) -> None:
    owner = people[row["owner"]]
    made = groups.found_group(
        by=owner,
        place=place,
        values={name: row[name] for name in GROUP_WORDS},
        cover=picture(row["cover"]) if row["cover"] else None,
    )
    _cut(made)
    for name in row["members"]:
        member = group_members.join_group(made, by=people[name])
        if member.role == GroupMember.Role.ASKED:
            group_members.decide_group_request(member, approved=True, by=owner)
    for name in row["asked"]:
        group_members.join_group(made, by=people[name])
    if row["portal"] != "off":
        groups.ask_for_portal(made, by=owner)
    if row["portal"] == "shown":
        _decide("group", made, people["staff"])
