"""No list asks the database more often because it is longer: one row or thirty, the same number of statements."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.accounts.models import Profile
from foundation.accounts.models.profile import DEFAULT_LEVELS
from foundation.core import kinds
from foundation.core.facets import ReviewFacet, Without
from foundation.core.pages import version
from news.domain import reading
from tests.api.device import device_of
from tests.lists import scene as grow
from tests.lists.pages import API, LISTS
from tests.lists.scene import Scene

pytestmark = pytest.mark.django_db
MANY = 30
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
