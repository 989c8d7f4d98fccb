"""What the office sees of circles and groups in its places (G1, G3)."""

from collections.abc import Callable

import pytest

from foundation.accounts.models import User
from groups.models import Group
from tests.groups.conftest import browser

pytestmark = [pytest.mark.django_db, pytest.mark.row("G3")]


def test_staff_list_the_circles_of_their_places_secret_ones_too(
    live: Callable, founded: Callable, clerk: User, portal: object
) -> None:
    live("舞队")
    live("互助组", secret=True, joining="invitation")
    founded("等着的")
    founded("桥那边", place="bridge")
    page = browser(clerk).get("/admin/circles/").content.decode()
    assert all(name in page for name in ("舞队", "互助组", "等着的"))
    assert "桥那边" not in page
    waiting = browser(clerk).get("/admin/circles/?state=waiting&q=等").content.decode()
    assert "等着的" in waiting
    assert "舞队" not in waiting


@pytest.mark.row("G1")
@pytest.mark.deny
def test_what_only_its_owner_may_see_the_office_does_not_list(
    group: Callable, clerk: User, portal: object
) -> None:
    for visibility in Group.Visibility.values:
        group(f"群{visibility}", visibility=visibility)
    page = browser(clerk).get("/admin/circles/groups/").content.decode()
    assert "群managers" in page
    assert "群place" in page
    assert "群only" not in page


@pytest.mark.deny
def test_nobody_else_opens_the_offices_lists(
    owner: User, person: Callable, live: Callable, portal: object
) -> None:
    live("互助组", secret=True, joining="invitation")
    for who in (owner, person("rev", roles=("reviewer",)), person("boss", roles=("administrator",)), None):
        for address in ("/admin/circles/", "/admin/circles/groups/"):
            answer = browser(who).get(address)
            assert answer.status_code in (302, 403)
            assert "互助组" not in answer.content.decode()
