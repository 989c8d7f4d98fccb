"""Everything that the pages let residents do with ideas, by the API (O3, U5)."""

from collections.abc import Callable

import pytest

from feedback.domain import answering
from feedback.models import Category, Idea
from foundation.accounts.models import User
from tests.api.device import Device, device_of, problem
from tests.api.test_uploads import uploaded
from tests.feedback.conftest import sound

pytestmark = [pytest.mark.django_db, pytest.mark.row("O3", "U5")]


def test_an_ideas_life(places: dict, author: User, zhou: User, clerk: User, category: Category) -> None:
    """Written, changed, found, supported, answered, on the road map."""
    lin, yet = device_of(author), device_of(zhou)
    known = {one["name"]: one["id"] for one in lin.get("/feedback/categories").json()}
    body = {"title": "广场装长椅", "text": "走不远", "category": known["公共设施"], "community": "ginkgo"}
    made = lin.post("/feedback", body)
    assert made.status_code == 201
    said = made.json()
    assert made["Location"] == f"/api/v1/feedback/{said['id']}"
    assert (said["state"], said["votes"], said["voted"], said["own"]) == ("new", 1, True, True)
    place = f"/feedback/{said['id']}"
    assert [one["id"] for one in yet.get("/feedback/similar?title=放长椅").json()] == [said["id"]]
    changed = lin.put(place, {"title": "广场装两张长椅", "category": category.public_id})
    assert (changed.json()["title"], changed.json()["text"]) == ("广场装两张长椅", "")
    assert yet.put(f"{place}/vote").json() == {"votes": 2, "voted": True}
    assert yet.put(f"{place}/vote").json() == {"votes": 2, "voted": True}
    assert yet.delete(f"{place}/vote").json() == {"votes": 1, "voted": False}
    idea = Idea.objects.get()
    sound(idea)
    answering.answer_idea(idea, by=clerk, step="plan", text="下个月装。")
    told = Device().get(place).json()
    assert [(one["text"], one["state"], one["moved"]) for one in told["answers"]] == [
        ("下个月装。", "planned", True)
    ]
    assert [one["id"] for one in Device().get("/feedback/roadmap").json()["items"]] == [said["id"]]
    assert Device().get("/feedback?state=new").json()["items"] == []
    assert [one["id"] for one in lin.get("/feedback?mine=true&order=new").json()["items"]] == [said["id"]]


def test_pictures_come_from_finished_uploads(
    places: dict, author: User, category: Category, picture: Callable
) -> None:
    lin = device_of(author)
    name = uploaded(lin, picture("a.jpg", (64, 48)).read())
    body = {
        "title": "长椅",
        "category": category.public_id,
        "community": "ginkgo",
        "pictures": [{"upload": name, "alt": "空地"}],
    }
    answer = lin.post("/feedback", body)
    assert answer.status_code == 201
    assert [one["alt"] for one in answer.json()["pictures"]] == ["空地"]
    assert problem(lin.post("/feedback", {**body, "title": "另一条"})) == "invalid"


@pytest.mark.deny
def test_others_ideas_are_not_changed_and_wrong_fields_are_named(
    idea: Callable, author: User, zhou: User, category: Category, places: dict
) -> None:
    made, yet = idea(), device_of(zhou)
    place = f"/feedback/{made.public_id}"
    assert yet.put(place, {"title": "我的", "category": category.public_id}).status_code == 404
    assert yet.delete(place).status_code == 404
    assert problem(yet.post("/feedback", {"title": "x", "category": category.public_id})) == "invalid"
    for field, body in (
        ("community", {"title": "x", "category": category.public_id, "community": "nowhere"}),
        ("category", {"title": "x", "category": "none", "community": "ginkgo"}),
    ):
        answer = yet.post("/feedback", body)
        assert problem(answer) == "invalid"
        assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert Idea.objects.count() == 1


@pytest.mark.deny
def test_what_is_over_says_so(idea: Callable, author: User, zhou: User, clerk: User) -> None:
    made = idea(voters=(zhou,))
    lin, yet = device_of(author), device_of(zhou)
    place = f"/feedback/{made.public_id}"
    assert problem(lin.delete(place)) == "conflict"
    answering.answer_idea(made, by=clerk, step="decline", text="放不下。")
    assert problem(yet.delete(f"{place}/vote")) == "conflict"
    assert problem(lin.put(place, {"title": "x", "category": made.category.public_id})) == "conflict"
    sound(made)


@pytest.mark.deny
def test_reasons_are_for_the_author_and_private_ideas_for_staff(
    idea: Callable, author: User, zhou: User, clerk: User
) -> None:
    made = idea(private=True)
    Idea.objects.filter(pk=made.pk).update(reason="太短")
    place = f"/feedback/{made.public_id}"
    assert device_of(author).get(place).json()["reason"] == "太短"
    assert device_of(clerk).get(place).json()["reason"] == ""
    assert device_of(zhou).get(place).status_code == Device().get(place).status_code == 404
