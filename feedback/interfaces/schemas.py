"""How the API shows ideas: what the pages show, not a word more."""

from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from feedback.models import Answer, Category, Idea
from feedback.models.idea import State
from foundation.accounts.interfaces.schemas import PersonOut, person_out
from foundation.core.api.schemas import Moment, PictureOut, picture_out

StateName = Literal[*State.values]  # type: ignore[valid-type]
# In which order the list can stand.
OrderName = Literal["votes", "new"]


class CategoryOut(Schema):
    id: str
    name: str


def category_out(category: Category) -> CategoryOut:
    return CategoryOut(id=category.public_id, name=category.label)


class AnswerOut(Schema):
    """What the community said, and how far the idea was then."""

    text: str = Field(description="Empty where it only went on.")
    state: StateName
    moved: bool = Field(description="The idea came into this state with it.")
    at: Moment


def answer_out(answer: Answer) -> AnswerOut:
    return AnswerOut(text=answer.text, state=answer.state, moved=answer.moved, at=answer.at)


class IdeaOut(Schema):
    """An idea (建议)."""

    id: str
    title: str
    text: str
    category: CategoryOut
    community: str = Field(description="The id of the community that it is for.")
    state: StateName
    private: bool = Field(description="Only the staff of the community read it, and its author.")
    waiting: bool = Field(description="Nobody else sees it before staff have looked at it.")
    reason: str = Field(description="Why it was not shown, to its author.")
    votes: int
    voted: bool = Field(description="The reader supports it.")
    comments: int
    person: PersonOut
    own: bool
    pictures: list[PictureOut]
    answers: list[AnswerOut]
    merged_into: str = Field(
        description="The id of the idea that says the same; empty where it stands for itself."
    )
    written_at: Moment
    moved_at: Moment
    answered_at: Moment | None
    address: str


def idea_out(idea: Any, user: Any) -> IdeaOut:
    """Put an idea of `as_read_by` and `whole` into the answer."""
    found: Idea = idea
    own = found.author_id == user.pk
    return IdeaOut(
        id=found.public_id,
        title=found.title,
        text=found.text,
        category=category_out(found.category),
        community=found.place.slug,
        state=found.state,
        private=not found.is_public,
        waiting=found.waiting,
        reason=found.reason if own else "",
        votes=found.vote_count,
        voted=idea.voted,
        comments=found.comment_count,
        person=person_out(found.author),
        own=own,
        pictures=[picture_out(row.file) for row in found.idea_pictures.all()],
        answers=[answer_out(row) for row in found.answers.all()],
        merged_into=found.merged_into.public_id if found.merged_into else "",
        written_at=found.created_at,
        moved_at=found.moved_at,
        answered_at=found.answered_at,
        address=found.get_absolute_url(),
    )


class IdeaPage(Schema):
    items: list[IdeaOut]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")
