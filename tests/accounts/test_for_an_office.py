"""Who acts for an office on an ordinary page passes what the admin's door asks (A6)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from foundation.accounts.middleware import require_staff_ready
from foundation.accounts.models import User
from linli.urls import urlpatterns as of_the_site
from tests.accounts.test_second_factor import SECURITY, code, enter, forced, later, set_up  # noqa: F401 - fixtures

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.row("A6"),
    pytest.mark.security(36),
    pytest.mark.urls(__name__),
]
ACT = "/act-for-an-office/"


def act(request: HttpRequest) -> HttpResponse:
    """A page outside the admin on which somebody acts for an office."""
    require_staff_ready(request, back="/feed/")
    return HttpResponse("done")


urlpatterns = [path(ACT[1:], act), *of_the_site]


@pytest.fixture
def boss(portal: Any, person: Callable) -> User:
    return person("boss", roles=("staff",))


@pytest.mark.deny
def test_nothing_is_done_before_a_second_factor_is_there(boss: User, forced: None) -> None:  # noqa: F811
    client = enter("boss")
    for answer in (client.get(ACT), client.post(ACT)):
        assert (answer.status_code, answer.url) == (302, SECURITY)


def test_whoever_confirms_with_it_goes_on_where_she_was(
    boss: User,
    forced: None,  # noqa: F811
    later: Callable,  # noqa: F811
) -> None:
    client = enter("boss")
    secret = set_up(client)
    asked = client.get(ACT)
    assert asked.url == f"{SECURITY}reauthenticate/?{urlencode({'next': ACT})}"
    assert client.post(ACT).url == f"{SECURITY}reauthenticate/?next=%2Ffeed%2F"
    with later():
        client.post(asked.url, {"code": code(secret), "next": ACT})
        assert client.post(ACT).content == b"done"


def test_of_residents_nothing_more_is_asked(portal: Any, person: Callable, forced: None) -> None:  # noqa: F811
    person("lin")
    assert enter("lin").post(ACT).content == b"done"
