"""`/_ui/` shows every component that pages are made of (U3)."""

import re
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


@pytest.mark.row("P3")
def test_an_urgent_notice_is_shown_open_folded_and_with_what_was_added(client: Client, portal: Any) -> None:
    html = client.get("/_ui/").content.decode()
    band = html[html.index('class="urgent"') :]
    band = band[: band.index("</section>")]
    lines = re.findall(r'<details class="urgent__one" (open )?', band)
    assert lines == ["open ", "open ", ""]
    assert band.count("urgent__latest") == 1
    assert "还有 2 条紧急公告" in band
    assert "is-end" in html
