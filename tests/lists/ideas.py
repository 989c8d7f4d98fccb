"""Ideas as lists that grow."""

from typing import Any

from feedback.domain import answering, voting, writing
from feedback.models import Category, Idea
from foundation.core import reviews
from foundation.core.models import StoredFile

TITLE = "广场装长椅"


def idea(scene: Any, number: int, *, by: Any = None, **values: Any) -> Idea:
    """One idea of somebody with a face, in a category of its own, with a picture."""
    category, _new = Category.objects.get_or_create(name=f"分类{number}")
    made = writing.write_idea(
        by=by or scene.somebody(number),
        place=scene.places["ginkgo"],
        category=category,
        title=f"{TITLE}{number}",
        text="说明",
        pictures=[scene.picture("a.jpg", (64, 48))],
        **values,
    )
    StoredFile.objects.update(state=StoredFile.State.READY)
    return made


def listed(scene: Any, number: int) -> None:
    """One new idea, and one in each column of the road map, one of them the owner's."""
    idea(scene, number)
    for offset, step in ((100, "plan"), (200, "start"), (300, "finish")):
        made = idea(scene, offset + number)
        voting.vote(made, by=scene.owner, wanted=True)
        if step == "finish":
            answering.answer_idea(made, by=scene.colleague, step="start", text="在做")
        answering.answer_idea(made, by=scene.colleague, step=step, text="好")


def own(scene: Any) -> Idea:
    """The idea that grows by itself."""
    found = Idea.objects.filter(title="自己的").first()
    if found is not None:
        return found
    category, _new = Category.objects.get_or_create(name="自己的")
    return writing.write_idea(by=scene.owner, place=scene.places["ginkgo"], category=category, title="自己的")


def part_of_one(scene: Any, number: int) -> None:
    """One more answer, and one more idea merged into it."""
    answering.answer_idea(own(scene), by=scene.colleague, text=f"答复{number}")
    answering.merge_idea(idea(scene, number), own(scene), by=scene.colleague)


def sorted_into(scene: Any, number: int) -> None:
    Category.objects.create(name=f"新分类{number}")


def waiting_idea(scene: Any, number: int) -> Idea:
    """One that waits for the officer."""
    made = idea(scene, 5000 + number)
    Idea.objects.filter(pk=made.pk).update(waiting=True)
    reviews.submit(made, by=made.author, place_path=made.place.path)
    return made
