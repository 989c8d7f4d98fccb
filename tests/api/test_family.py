"""Family proxies by the API (U2, U5): the same as on the page."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.accounts.models import FamilyProxy, User
from tests.api.device import device_of, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("U2", "U5")]


@pytest.fixture
def mother(portal: Any, person: Callable) -> User:
    return person("mother", display="林秀英")


@pytest.fixture
def son(person: Callable) -> User:
    return person("son", display="林小军")


def test_a_tie_is_asked_agreed_and_ended(mother: User, son: User) -> None:
    hers, his = device_of(mother), device_of(son)
    made = hers.post("/family", {"way": "by", "person": "son", "kinship": "child"})
    assert made.status_code == 201
    assert (made.json()["proxy"]["name"], made.json()["agreed_at"]) == ("son", None)
    name = made.json()["id"]
    assert his.get("/family").json()[0]["yours_to_answer"] is True
    agreed = his.post(f"/family/{name}/agree")
    assert agreed.status_code == 200
    assert agreed.json()["agreed_at"]
    assert FamilyProxy.objects.in_force().get().public_id == name
    assert hers.delete(f"/family/{name}").status_code == 204
    assert his.get("/family").json() == []


@pytest.mark.deny
def test_what_the_page_refuses_the_api_refuses(mother: User, son: User, person: Callable) -> None:
    hers, stranger = device_of(mother), device_of(person("stranger"))
    assert hers.post("/family", {"way": "by", "person": "mother", "kinship": "child"}).status_code == 422
    assert hers.post("/family", {"way": "by", "person": "nobody", "kinship": "child"}).status_code == 422
    name = hers.post("/family", {"way": "by", "person": "son", "kinship": "child"}).json()["id"]
    assert problem(hers.post(f"/family/{name}/agree")) == "forbidden"
    assert stranger.get("/family").json() == []
    assert stranger.post(f"/family/{name}/agree").status_code == 404
    assert stranger.delete(f"/family/{name}").status_code == 404
    only_reads = device_of(son, "read")
    assert problem(only_reads.get("/family")) == "scope"
