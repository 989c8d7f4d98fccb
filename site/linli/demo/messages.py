"""What the demo's people write to each other in private."""

from typing import Any

from chat.domain import answering, groups, keeping, sending
from chat.models import Conversation, Message
from foundation.accounts.models import User
from foundation.core.files import pictures
from linli.demo.content import ago, picture, read


def make_messages(people: dict[str, User]) -> None:
    """Let some talk in pairs, a group find its time, and one stranger wait for an answer."""
    content = read("messages")
    for row in content["pairs"]:
        first = row["said"][0]
        (other,) = (name for name in row["people"] if name != first["by"])
        made = sending.write_to(people[other], by=people[first["by"]], text=first["text"])
        answering.accept(made.conversation, by=people[other])
        _date(made, first)
        _talk(made.conversation, row["said"][1:], row["read_by"], people)
    group = content["group"]
    made_group = groups.start_group(
        group["title"], [people[name] for name in group["people"]], by=people[group["keeper"]]
    )
    for name in group["people"]:
        answering.accept(made_group, by=people[name])
    Message.objects.filter(conversation=made_group).update(created_at=ago(7))
    _talk(made_group, group["said"], group["read_by"], people)
    for row in content["requests"]:
        _date(sending.write_to(people[row["to"]], by=people[row["by"]], text=row["text"]), row)


def _talk(
    conversation: Conversation, said: list[dict[str, Any]], read_by: list[str], people: dict[str, User]
) -> None:
    for row in said:
        shown = row.get("pictures", [])
        made = sending.send(
            conversation,
            by=people[row["by"]],
            text=row["text"],
            pictures=[picture(one["name"]) for one in shown],
            descriptions=[one["alt"] for one in shown],
        )
        for attachment in made.attachments.all():
            pictures.make("", {"id": attachment.file_id})
        _date(made, row)
    newest = Conversation.objects.get(pk=conversation.pk).last_id
    for name in read_by:
        keeping.mark_read(conversation, up_to=newest, by=people[name])


def _date(message: Message, row: dict[str, Any]) -> None:
    """Let it have been said when the demo says so; its key, by which it stands in order, stays."""
    Message.objects.filter(pk=message.pk).update(created_at=ago(row["days_ago"]))
