"""No list asks the database more often because it is longer: one row or thirty, the same number of statements."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.accounts.models import Profile
from foundation.accounts.models.profile import DEFAULT_LEVELS
from foundation.core import kinds
from foundation.core.facets import ReviewFacet, Without
from foundation.core.pages import version
from foundation.moderation.models import ReviewItem
from news.domain import reading
from tests.api.device import device_of
from tests.lists import agreements, circles, daily, findings, ideas, institutions, letters, notices, signing
from tests.lists import scene as grow
from tests.lists.scene import TOPIC, Scene

pytestmark = pytest.mark.django_db
MANY = 30
API = "/api/v1"


@dataclass(frozen=True)
class List:
    """A page with a list: the row of the mission, its address, and who reads it ("" is a visitor)."""

    row: str
    path: str | Callable[[Scene], str]
    readers: tuple[str, ...] = ("",)
    # On which other things are counted, not listed; all others have to become longer.
    grows: bool = True


def _article(scene: Scene) -> str:
    return scene.page.url


def _space(scene: Scene) -> str:
    return scene.owner.space_url


def _article_told(scene: Scene) -> str:
    return f"{API}/news/{scene.page.public_id}"


def _article_comments(scene: Scene) -> str:
    return f"{API}/comments/article/{scene.page.public_id}"


def _statuses(scene: Scene) -> str:
    return f"{API}/people/{scene.owner.username}/statuses?limit=100"


def _first_comment(scene: Scene) -> str:
    """One that others wait behind, so that the way to the next is looked up alike."""
    return ReviewItem.objects.get(kind="comment", submitted_by__username="author-1").get_absolute_url()


# What grows → every page that lists it.
LISTS: dict[Callable[[Scene, int], Any], list[List]] = {
    grow.front_page: [List("P8", "/", ("", "owner"))],
    grow.article: [
        List("P1", "/news/", ("", "owner")),
        List("P1", "/news/?channel=street"),
        List("P1", f"/news/?tag={TOPIC}"),
        List("P1", "/news/?q=银杏"),
        List("P1", f"/news/?q=银杏&channel=street&tag={TOPIC}"),
        List("P1", "/news/rss/"),
        List("P1", "/news/atom/"),
        List("P1", "/sitemap.xml"),
        List("P1", _article, ("", "owner")),
        List("U5", f"{API}/news?limit=100", ("", "owner")),
        List("U5", f"{API}/news?limit=100&q=银杏&channel=street&tag={TOPIC}"),
    ],
    findings.found: [
        List("P9", "/search/?q=第&kind=article", ("", "owner", "officer")),
        List("P9", "/search/?q=第&kind=post", ("", "owner")),
        List("P9", "/search/?q=第&kind=person", ("owner",)),
        List("U5", f"{API}/search?q=第&limit=100", ("", "owner")),
    ],
    grow.article_picture: [List("P1", _article), List("U5", _article_told)],
    grow.under_article: [
        List("P1", _article, ("", "owner", "neighbour")),
        List("U5", _article_comments, ("", "owner", "neighbour")),
    ],
    grow.notice: [
        List("P3", "/notices/", ("", "owner")),
        List("U5", f"{API}/notices?limit=100", ("", "owner")),
    ],
    notices.notice_for_some: [
        List("P3", "/", ("owner",)),
        List("P3", "/notices/", ("", "owner"), grows=False),
        List("P3", "/admin/notices/new/", ("officer",)),
        List("P3", "/admin/editor/reports/notices/", ("officer",)),
        List("P3", "/admin/editor/reports/must-read/", ("officer",)),
        List("U5", f"{API}/notices?limit=100", ("owner",)),
    ],
    notices.update_of_notice: [
        List("P3", "/notices/theone/", ("", "owner")),
        List("P3", "/admin/notices/theone/", ("officer",)),
        List("U5", f"{API}/notices/theone", ("owner",)),
    ],
    grow.own_status: [
        List("S1", _space, ("", "owner", "neighbour")),
        List("S1", lambda scene: f"{_space(scene)}?as=public", ("owner",)),
        List("S1", lambda scene: f"{_space(scene)}?as=contacts", ("owner",)),
        List("U5", _statuses, ("", "owner", "neighbour")),
        List("U5", lambda scene: f"{_statuses(scene)}&seen_as=public", ("owner",)),
    ],
    grow.under_status: [
        List("S2", lambda scene: scene.post.url, ("", "owner", "neighbour")),
        List("U5", lambda scene: f"{API}/comments/post/{scene.post.public_id}", ("", "owner", "neighbour")),
    ],
    grow.edit: [
        List("S2", lambda scene: f"{scene.post.url}history/", ("", "owner")),
        List("U5", lambda scene: f"{API}/statuses/{scene.post.public_id}/history", ("", "owner")),
    ],
    grow.followed_status: [
        List("S9", "/feed/", ("owner",)),
        List("S2", f"/topics/{TOPIC}/", ("", "owner")),
        List("U5", f"{API}/feed?limit=100", ("owner",)),
        List("U5", f"{API}/topics/{TOPIC}/statuses?limit=100", ("", "owner")),
    ],
    grow.told: [
        List("S11", "/notifications/", ("officer",)),
        List("U5", f"{API}/notifications?limit=100", ("officer",)),
    ],
    grow.muted: [
        List("S11", "/notifications/settings/", ("owner",)),
        List("U5", f"{API}/notifications/mutes", ("owner",)),
    ],
    grow.reported: [
        List("O2", "/account/reports/", ("owner",)),
        List("U5", f"{API}/reports?limit=100", ("owner",)),
    ],
    grow.signed_in: [
        List("A4", "/account/devices/", ("owner",)),
        List("U5", f"{API}/tokens", ("owner",)),
        List("U5", f"{API}/devices", ("owner",)),
    ],
    grow.waiting: [
        List("O1", "/admin/reviews/", ("officer",)),
        *(
            List("O1", f"/admin/reviews/?kind={key}", ("officer",))
            for key in (
                "appeal",
                "article",
                "case",
                "certificate",
                "circle",
                "claim",
                "comment",
                "forced_end",
                "group",
                "idea",
                "institution",
                "notice",
                "role_request",
                "suspension",
            )
        ),
        List("O1", _first_comment, ("officer",), grows=False),
        List("O1", "/admin/", ("officer",)),
    ],
    grow.decided: [List("O1", "/admin/reviews/?state=decided", ("officer",))],
    grow.family_tie: [
        List("U2", "/account/family/", ("owner",)),
        List("U2", "/admin/family/", ("officer",)),
        List("U5", f"{API}/family", ("owner",)),
    ],
    signing.own_certificate: [
        List("H1", "/account/keys/", ("owner",)),
        List("H1", "/admin/signing/", ("officer",)),
    ],
    institutions.helping: [
        List("H2", "/help/institutions/", ("owner",)),
        List("H2", "/help/institutions/?q=助餐&matter=care&group=elderly&ages=60%2B", ("owner",)),
        List("H2", "/admin/institutions/", ("officer",)),
        List("H2", "/admin/institutions/?due=1&state=approved", ("officer",)),
    ],
    institutions.part_of_own: [
        List("H2", "/desk/page/", ("owner",)),
        List("H2", "/desk/members/", ("owner",)),
        List("H2", "/desk/papers/", ("owner",)),
        List("H2", "/desk/history/", ("owner",)),
        List("H2", "/desk/", ("owner",), grows=False),
        List("H2", "/help/institutions/own/", ("", "owner", "neighbour")),
        List("H2", "/admin/institutions/own/", ("officer",)),
    ],
    circles.listed: [
        List("G3", "/circles/", ("", "owner")),
        List("G3", "/circles/?mine=1", ("owner",)),
        List("G1", "/groups/", ("", "owner")),
        List("G3", "/admin/circles/", ("officer",)),
        List("G1", "/admin/circles/groups/", ("officer",)),
        List("U5", f"{API}/circles?limit=100", ("", "owner")),
        List("U5", f"{API}/groups?limit=100", ("", "owner")),
    ],
    circles.part_of_own: [
        List("G3", "/circles/own/members/", ("owner",)),
        List("G3", "/circles/own/waiting/", ("owner",)),
        List("G4", "/circles/own/files/", ("owner",)),
        List("G1", "/groups/own/", ("owner",)),
        List("U5", f"{API}/circles/own/members?limit=100", ("owner",)),
        List("U5", f"{API}/circles/own/requests", ("owner",)),
        List("U5", f"{API}/circles/own/invitations", ("owner",)),
        List("U5", f"{API}/circles/own/files?limit=100", ("owner",)),
        List("U5", f"{API}/groups/own/members?limit=100", ("owner",)),
    ],
    circles.said_in_own: [
        List("G4", "/circles/own/", ("owner",)),
        List("U5", f"{API}/circles/own/statuses?limit=100", ("owner",)),
    ],
    ideas.listed: [
        List("O3", "/feedback/?state=new", ("", "owner")),
        List("O3", "/feedback/?q=长椅&order=new", ("", "owner", "officer")),
        List("O3", "/feedback/similar/?title=长椅"),
        List("O3", "/feedback/roadmap/", ("", "owner")),
        List("O3", "/feedback/roadmap/rss/"),
        List("O3", "/admin/feedback/", ("officer",)),
        List("U5", f"{API}/feedback?limit=100", ("", "owner")),
        List("U5", f"{API}/feedback/roadmap?limit=100", ("", "owner")),
        List("U5", f"{API}/feedback/similar?title=长椅", grows=False),
    ],
    ideas.part_of_one: [
        List("O3", lambda scene: ideas.own(scene).url, ("", "owner", "officer")),
        List("O3", lambda scene: f"/admin/feedback/{ideas.own(scene).public_id}/", ("officer",)),
        List("U5", lambda scene: f"{API}/feedback/{ideas.own(scene).public_id}", ("", "owner")),
    ],
    ideas.sorted_into: [
        List("O3", "/feedback/", ("", "owner")),
        List("O3", "/feedback/new/?title=别的", ("owner",)),
        List("O3", "/admin/feedback/categories/", ("officer",)),
        List("U5", f"{API}/feedback/categories", ("", "owner")),
    ],
    agreements.agreement: [
        List("H5", "/help/agreements/", ("", "owner")),
        List("H5", "/admin/agreements/", ("officer",)),
        List("H5", "/desk/agreements/", ("owner",)),
        List("U5", f"{API}/agreements?limit=100", ("owner",)),
        List("U5", f"{API}/me/agreements?limit=100", ("owner",)),
        List("H2", "/help/institutions/own/", ("",), grows=False),
    ],
    agreements.part_of_agreement: [
        List("H8", "/help/agreements/theone/", ("owner", "officer")),
        List("H8", "/help/agreements/theone/dossier/", ("owner",)),
    ],
    agreements.template: [List("H5", "/admin/agreements/clauses/", ("officer",))],
    grow.role_held: [List("A5", "/admin/roles/", ("officer",))],
    grow.act: [List("O4", "/admin/audit/", ("auditor",), grows=False)],
    grow.trouble: [List("M4", "/operations/", ("officer",))],
    grow.backup_run: [List("O8", "/operations/backups/", ("officer",))],
    grow.alarm: [List("O4", "/admin/audit/alarms/", ("auditor",))],
    daily.warning: [
        List("P4", "/today/", ("", "owner")),
        List("P4", "/admin/daily/", ("officer",)),
        List("U5", lambda scene: f"{API}/days/{timezone.localdate()}"),
    ],
    daily.rule: [
        List("P6", "/plates/", ("", "owner")),
        List("P6", "/plates/?tail=8"),
        List("P10", "/today/"),
        List("P6", "/admin/daily/rules/", ("officer",)),
        List("U5", f"{API}/plates?tail=8"),
    ],
    daily.flag: [
        List("P5", "/admin/daily/flags/", ("officer",)),
        List("P5", "/today/", grows=False),
        List("U5", f"{API}/flags", grows=False),
    ],
    daily.special: [
        List("P10", "/calendar/", ("", "owner")),
        List("P10", "/calendar.ics"),
        List("P10", "/admin/daily/days/", ("officer",)),
    ],
    daily.own_plate: [
        List("P6", "/account/plates/", ("officer",)),
        List("P6", "/plates/", ("officer",), grows=False),
    ],
    grow.place: [List("O6", "/admin/community/places/", ("officer",))],
    letters.sent: [List("U4", "/demo/outbox/", ("", "owner"))],
}
CASES = [
    pytest.param(function, id=function.__name__, marks=pytest.mark.row(*sorted({one.row for one in lists})))
    for function, lists in LISTS.items()
]


@pytest.fixture
def scene(
    person: Callable,
    article: Callable,
    picture: Callable,
    portal: Any,
    places: dict,
    settings: Any,
    tmp_path: Path,
    monkeypatch: Any,
) -> Scene:
    # Counted readers are written now and then, by whoever comes along just then.
    monkeypatch.setattr(reading, "FLUSH_SECONDS", float("inf"))
    settings.DEMO, settings.SMS_FOLDER = True, tmp_path
    settings.MAILERS["gateway"]["OPTIONS"] = {"file_path": str(tmp_path / "mail")}
    return Scene(person, article, picture, portal, places, tmp_path)


def _get(client: Client, path: str) -> int:
    """Read a page to its end and return its length."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return len(b"".join(answer) if answer.streaming else answer.content)


def _ask(client: Client, path: str) -> tuple[list[str], int]:
    """Return the statements of a page, once with an empty cache and once with a warm one, and its length.

    The first request fills what a process keeps (content types) and cuts the editors' pictures.
    """
    _forget()
    _get(client, path)
    _forget()
    statements = []
    for state in ("empty cache", "warm cache"):
        with CaptureQueriesContext(connection) as captured:
            length = _get(client, path)
        statements += [f"[{state}] {_without_values(query['sql'])}" for query in captured]
    return statements, length


def _forget() -> None:
    """Empty what is kept between requests, in the shared cache and in the process."""
    for cache in caches.all(initialized_only=True):
        cache.clear()
    version.forget()


def _without_values(sql: str) -> str:
    """Leave out what differs between two runs of the same statement."""
    sql = re.sub(r'SAVEPOINT "\w+"', "SAVEPOINT", sql)
    sql = re.sub(r"'(?:[^']|'')*'|\b\d+\b", "?", sql)
    return re.sub(r"\(\s*\?(?:\s*,\s*\?)*\s*\)", "(?…)", sql)[:600]


def _grown(few: list[str], many: list[str]) -> str:
    """Say which statements were asked more or less often, for the one who reads the failure."""
    before, after = Counter(few), Counter(many)
    lines = [
        f"{before[sql]} → {after[sql]} × {sql}" for sql in sorted(before | after) if before[sql] != after[sql]
    ]
    return "\n".join([f"{len(few)} statements with one row, {len(many)} with {MANY}:", *lines])


@pytest.mark.parametrize("grow_by_one", CASES)
def test_thirty_rows_ask_no_more_than_one(scene: Scene, grow_by_one: Callable[[Scene, int], Any]) -> None:
    browsers, devices = {"": Client()}, {"": Client()}
    for reader in sorted({name for one in LISTS[grow_by_one] for name in one.readers if name}):
        browsers[reader] = Client()
        browsers[reader].force_login(getattr(scene, reader))
        token = device_of(getattr(scene, reader)).token
        devices[reader] = Client(headers={"Authorization": f"Bearer {token}"})
    grow_by_one(scene, 1)
    pages = [
        (one.path if isinstance(one.path, str) else one.path(scene), reader, one.grows)
        for one in LISTS[grow_by_one]
        for reader in one.readers
    ]

    def ask(path: str, reader: str) -> tuple[list[str], int]:
        return _ask((devices if path.startswith(API) else browsers)[reader], path)

    before = [ask(path, reader) for path, reader, _grows in pages]
    for number in range(2, MANY + 1):
        grow_by_one(scene, number)
    faults = []
    for (path, reader, grows), (few, short) in zip(pages, before, strict=True):
        many, long = ask(path, reader)
        assert long > short or not grows, f"{path} shows no more than before: the comparison says nothing"
        if len(many) != len(few):
            faults.append(f"{path} for {reader or 'a visitor'}: {_grown(few, many)}")
    assert not faults, "\n\n".join(faults)


@pytest.mark.row("S1")
def test_a_full_profile_asks_no_more_than_one_field(scene: Scene) -> None:
    client, contact = Client(), scene.neighbour
    client.force_login(contact)
    levels = dict.fromkeys(DEFAULT_LEVELS, "contacts")
    profile = Profile.objects.create(user=scene.owner, bio="爱种花", levels=levels)
    few, short = _ask(client, scene.owner.space_url)
    for field in ("location", "gender", "birthday", "occupation", "hobbies"):
        setattr(profile, field, "06-07")
    profile.save()
    many, long = _ask(client, scene.owner.space_url)
    assert long > short
    assert len(many) == len(few), _grown(few, many)


@pytest.mark.row("S11", "O1")
def test_every_kind_that_waits_or_tells_stands_in_the_lists_above(scene: Scene) -> None:
    declared = kinds.all_kinds().values()
    reviewed = {kind.key for kind in declared if isinstance(kind.review, ReviewFacet)}
    telling = {kind.key for kind in declared if not isinstance(kind.notify, Without)}
    assert set(grow.waiting(scene, 1)) == reviewed
    assert set(grow.told(scene, 2)) == telling
