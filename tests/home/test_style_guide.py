"""`/_ui/` shows every component that pages are made of (U3)."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.row("U3")]
COMPONENTS = Path(settings.BASE_DIR) / "templates" / "components"
ELSEWHERE = {
    "components/admin_summary.html": "stands in the admin, whose own guide Wagtail brings",
    "components/post.html": "one line around the card that is shown",
}


def test_every_component_is_shown(client: Client, portal: Any) -> None:
    """A new template among the components fails here by its name until the guide shows it."""
    there = {f"components/{path.relative_to(COMPONENTS).as_posix()}" for path in COMPONENTS.rglob("*.html")}
    shown = {template.name for template in client.get("/_ui/").templates}
    assert there - shown - set(ELSEWHERE) == set()
    assert set(ELSEWHERE) <= there


def test_every_state_is_shown(client: Client, portal: Any) -> None:
    html = client.get("/_ui/").content.decode()
    for state in (
        "as-hover",
        "as-focus",
        'aria-busy="true"',
        "disabled",
        'aria-invalid="true"',
        'aria-pressed="true"',
        "aria-current",
        "checked",
        "card empty",
        "is-read",
        "errsum",
    ):
        assert state in html, state
    assert html.count("吐尔逊") >= 2, "and names that are long"
