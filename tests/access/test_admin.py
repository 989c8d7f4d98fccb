"""Wagtail's admin opens for those who work in it, and for nobody else (security.md §0.3)."""

import re
from typing import Any

import pytest
from django.http import Http404
from django.urls import resolve

from foundation.core.flow.models import AuditEntry
from tests.access.resolver import routes
from tests.access.town import Town

OUTSIDERS = ("visitor", "newcomer", "owner", "institution", "business", "operator", "suspended")
# Wagtail shows these to everybody: a word list for its scripts, its icons; they hold nothing of the site.
FOR_EVERYBODY = {"admin/jsi18n/", "admin/sprite/", "admin/localize/jsi18n/"}
SAMPLES = {
    "int": "3",
    "str": "x",
    "slug": "news",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "path": "x",
}


def address(pattern: str) -> str:
    """Fill a pattern with samples: page 3 is one of the portal's own."""
    filled = re.sub(r"<(?:(\w+):)?\w+>", lambda match: SAMPLES[match[1] or "str"], pattern)
    filled = re.sub(r"\(\?P<\w+>[^)]*\)|\([^)]*\)", "3", filled)
    return "/" + re.sub(r"[\^$\\]", "", filled)


ADDRESSES = sorted({address(route.pattern) for route in routes() if route.pattern.startswith("admin/")})


@pytest.mark.security(7)
@pytest.mark.row("A1", "P2")
@pytest.mark.deny
@pytest.mark.parametrize("role", OUTSIDERS)
def test_no_page_of_the_admin_opens_for(role: str, town: Town) -> None:
    client = town.client(role)
    opened = {}
    for path in ADDRESSES:
        for method in (client.get, client.post):
            answer = method(path)
            if answer.status_code < 300 and path.strip("/") + "/" not in FOR_EVERYBODY:
                opened[path] = answer.status_code
    assert opened == {}
    assert len(ADDRESSES) > 150, "the walk has lost the admin's patterns"


@pytest.mark.security(7)
def test_the_samples_reach_the_admins_views() -> None:
    """An address that matches nothing proves nothing."""
    lost = [path for path in ADDRESSES if not _is_route(path)]
    assert lost == []


def _is_route(path: str) -> Any:
    try:
        return resolve(path).route.startswith("admin/")
    except Http404:
        return False


@pytest.mark.security(7)
@pytest.mark.parametrize("role", ["editor", "reviewer", "staff", "auditor", "administrator"])
def test_the_admin_opens_for(role: str, town: Town) -> None:
    assert town.client(role).get("/admin/").status_code == 200


@pytest.mark.security(8)
@pytest.mark.deny
@pytest.mark.parametrize("role", ["staff", "auditor"])
def test_who_has_no_right_on_pages_changes_none(role: str, town: Town) -> None:
    """Being let into the admin is no right on what lies in it."""
    page = town.things["article"]
    client = town.client(role)
    for path in ("edit", "delete", "unpublish", "move", "copy"):
        answer = client.post(f"/admin/pages/{page.pk}/{path}/", {"title": "改了"})
        assert answer.status_code in (302, 403), path
    page.refresh_from_db()
    assert (page.title, page.live) == ("银杏黄了", True)
    for path in (
        "/admin/images/add/",
        "/admin/documents/add/",
        "/admin/users/",
        "/admin/sites/",
        "/admin/snippets/news/channel/",
    ):
        assert client.get(path).status_code in (302, 403, 404), path


@pytest.mark.security(30)
@pytest.mark.row("P2")
@pytest.mark.deny
def test_an_editor_does_not_publish(town: Town) -> None:
    """Her form has no such button; who sends it all the same has made a draft."""
    page = town.things["article"]
    form = {"title": "未经审核", "slug": page.slug, "channel": page.channel_id, "summary": page.summary}
    form |= {"published_on": "2026-11-01 08:00", "body-count": "0", "comments-TOTAL_FORMS": "0"}
    form |= {"comments-INITIAL_FORMS": "0", "action-publish": "1"}
    town.client("editor").post(f"/admin/pages/{page.pk}/edit/", form)
    page.refresh_from_db()
    assert (page.title, page.draft_title) == ("银杏黄了", "未经审核")
    # Nor does a reviewer, past her colleagues: what she wrote is kept as a draft.
    town.client("reviewer").post(f"/admin/pages/{page.pk}/edit/", form | {"title": "自己审自己"})
    page.refresh_from_db()
    assert (page.title, page.draft_title) == ("银杏黄了", "自己审自己")
    town.client("reviewer").post(f"/admin/bulk/wagtailcore/page/publish/?next=/admin/&id={page.pk}")
    page.refresh_from_db()
    assert page.title == "银杏黄了", "nor by another of Wagtail's doors"
    assert not AuditEntry.objects.filter(action="moderation.publish").exists()
    # An administrator can, and it is written down.
    administrator = town.client("administrator")
    administrator.post(f"/admin/pages/{page.pk}/edit/", form | {"title": "停水通知"})
    page.refresh_from_db()
    assert page.title == "停水通知"
    written = AuditEntry.objects.get(action="moderation.publish")
    assert (written.actor_id, written.object_id) == (town.people["administrator"].pk, str(page.pk))
