"""The demo's ideas: some done, some planned, one declined with its reason, two that said the same, one still new (O3)."""

from typing import Any

from feedback.domain import answering, voting, writing
from feedback.models import Answer, Category, Idea, Vote
from foundation.accounts.models import User
from foundation.core.files import pictures
from foundation.core.models import Place
from foundation.social.domain import comments
from foundation.social.models import Comment
from linli.demo.content import ago, picture, read


def make_ideas(people: dict[str, User], place: Place) -> None:
    """Let neighbours suggest, support and talk as they do, and the office answer."""
    rows = read("feedback")
    made = {row["title"]: _write(row, people, place) for row in rows}
    for row in rows:
        _carry_on(made[row["title"]], row, people)
    for row in rows:
        if "merge" in row:
            _merge(made[row["title"]], made[row["merge"]["into"]], row["merge"]["days_ago"], people["staff"])


def _write(row: dict[str, Any], people: dict[str, User], place: Place) -> Idea:
    category, _new = Category.objects.get_or_create(name=row["category"])
    idea = writing.write_idea(
        by=people[row["author"]],
        place=place,
        category=category,
        title=row["title"],
        text=row["text"],
        pictures=[picture(name) for name, _said in row["pictures"]],
        descriptions=[said for _name, said in row["pictures"]],
    )
    for one in idea.idea_pictures.all():
        pictures.make("", {"id": one.file_id})
    days = row["days_ago"]
    for number, name in enumerate(row["votes"]):
        voting.vote(idea, by=people[name], wanted=True)
        moment = ago(days * (1 - (number + 1) / (len(row["votes"]) + 2)))
        Vote.objects.filter(idea=idea, user=people[name]).update(created_at=moment)
    Vote.objects.filter(idea=idea, user=people[row["author"]]).update(created_at=ago(days))
    Idea.objects.filter(pk=idea.pk).update(created_at=ago(days), moved_at=ago(days))
    for name, words, since in row["comments"]:
        said = comments.comment(by=people[name], target=idea, text=words)
        Comment.objects.filter(pk=said.pk).update(submit_date=ago(since))
    return Idea.objects.get(pk=idea.pk)


def _carry_on(idea: Idea, row: dict[str, Any], people: dict[str, User]) -> None:
    for number, (step, words, days) in enumerate(row["steps"]):
        answer = answering.answer_idea(idea, by=people["staff"], step=step, text=words)
        _put_back(idea, answer, days, first=number == 0)


def _merge(idea: Idea, into: Idea, days: float, by: User) -> None:
    answering.merge_idea(idea, into, by=by)
    _put_back(idea, idea.answers.get(), days, first=True)


def _put_back(idea: Idea, answer: Answer, days: float, *, first: bool) -> None:
    """Give a step of the office the time at which the demo has it happen."""
    moment = ago(days)
    Answer.objects.filter(pk=answer.pk).update(at=moment)
    Idea.objects.filter(pk=idea.pk).update(moved_at=moment, **({"answered_at": moment} if first else {}))
    idea.refresh_from_db()
