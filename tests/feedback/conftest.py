"""Ideas in any state, with those who want them too."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from feedback.domain import voting, writing
from feedback.models import Category, Idea
from foundation.accounts.models import User
from foundation.messaging.models import Notification


def fresh(user: User) -> User:
    """The account as the next request reads it."""
    return User.objects.get(pk=user.pk)


def browser(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def told(user: User, event: str) -> bool:
    return Notification.objects.filter(user=user, event=event).exists()


def sound(idea: Idea) -> None:
    """What always holds of an idea: its number is that of its votes, nobody's twice."""
    idea.refresh_from_db()
    voters = list(idea.votes.values_list("user_id", flat=True))
    assert idea.vote_count == len(voters) == len(set(voters))


@pytest.fixture
def category(db: None) -> Category:
    """One of the categories; a test that commits empties the table when it ends."""
    return Category.objects.get_or_create(name="公共设施", defaults={"name_en": "Public facilities"})[0]


@pytest.fixture
def author(person: Callable) -> User:
    return person("author", display="林秋雨")


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶")


@pytest.fixture
def clerk(person: Callable) -> User:
    """Answers for the committee that the ideas are for."""
    return person("clerk", display="小孟", roles=("staff",))


@pytest.fixture
def idea(places: dict, author: User, category: Category) -> Callable[..., Idea]:
    """Write an idea, with those who support it."""

    def make(
        title: str = "广场装长椅",
        *,
        by: User | None = None,
        place: str = "ginkgo",
        voters: tuple[User, ...] = (),
        **values: Any,
    ) -> Idea:
        values.setdefault("category", category)
        made = writing.write_idea(by=by or author, place=places[place], title=title, **values)
        for one in voters:
            voting.vote(made, by=one, wanted=True)
        made.refresh_from_db()
        return made

    return make
