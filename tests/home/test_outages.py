"""When the site can't answer, its page helps: what happened, when to come back, whom to call (U2, O6)."""

import errno
import logging
import sqlite3
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import InterfaceError, OperationalError
from django.test import Client
from redis.exceptions import ConnectionError as CacheAway
from wagtail.models import Site

from foundation.core.models import SiteSettings
from foundation.core.outage import is_outage
from tests.api.device import device_of, problem

pytestmark = [pytest.mark.django_db, pytest.mark.row("U2", "O6")]
HOTLINE = "0571-5550-0112"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def site(portal: Any, tmp_path: Path, settings: Any) -> Any:
    settings.MAINTENANCE_FILE = tmp_path / "maintenance.json"
    contact = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    contact.hotline = HOTLINE
    contact.save()
    Client().get("/news/")
    return portal


def sqlite_error(code: int) -> OperationalError:
    cause = sqlite3.OperationalError("said")
    cause.sqlite_errorcode = code
    error = OperationalError("said")
    error.__cause__ = cause
    return error


OUTAGES = {
    "database gone": OperationalError("server closed the connection"),
    "connection closed": InterfaceError("connection already closed"),
    "database locked": sqlite_error(sqlite3.SQLITE_BUSY),
    "database read-only": sqlite_error(sqlite3.SQLITE_READONLY),
    "database full": sqlite_error(sqlite3.SQLITE_FULL),
    "disk full": OSError(errno.ENOSPC, "No space left on device"),
    "disk read-only": OSError(errno.EROFS, "Read-only file system"),
    "cache gone": CacheAway("refused"),
}


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], Client]:
    """Let every page of a visitor run into an error."""

    def break_with(error: Exception) -> Client:
        def fail(*args: Any, **kwargs: Any) -> Any:
            raise error

        monkeypatch.setattr("wagtail.views.serve", fail)
        monkeypatch.setattr("home.models.HomePage.route", fail)
        return Client(raise_request_exception=False)

    return break_with


@pytest.mark.parametrize("what", OUTAGES)
def test_an_outage_is_503_with_the_telephone(site: Any, broken: Callable, what: str, caplog: Any) -> None:
    with caplog.at_level(logging.ERROR, logger="django.request"):
        answer = broken(OUTAGES[what]).get("/news/")
    html = answer.content.decode()
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "no-store" in answer["Cache-Control"]
    assert "网站暂时不能用" in html
    assert f"tel:{HOTLINE.replace('-', '')}" in html
    assert 'href="/news/"' in html, "and the way to try again"
    lines = [record for record in caplog.records if record.name == "django.request"]
    kept = [record for record in lines if logging.getLogger("django.request").filters[0].filter(record)]
    assert all(record.exc_info is None for record in kept), "one line, no traceback"


@pytest.mark.deny
@pytest.mark.parametrize(
    "error", [sqlite_error(sqlite3.SQLITE_ERROR), KeyError("x"), OSError(errno.ENOENT, "x"), None]
)
def test_a_mistake_of_ours_is_no_outage(error: Any) -> None:
    assert not is_outage(error)


def test_a_fault_is_500_and_says_that_it_is_nobodys_mistake(site: Any, broken: Callable) -> None:
    answer = broken(KeyError("fault")).get("/news/")
    assert answer.status_code == 500
    assert "不是您的错" in answer.content.decode()
    assert HOTLINE in answer.content.decode()


@pytest.mark.parametrize(("error", "status"), [(OUTAGES["database gone"], 503), (KeyError("fault"), 500)])
def test_a_piece_of_a_page_gets_one_sentence(
    site: Any, broken: Callable, error: Exception, status: int
) -> None:
    answer = broken(error).get("/news/", headers=HTMX)
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/plain")
    assert "请过" in answer.content.decode()


def test_what_was_typed_comes_back_and_no_secret(site: Any, person: Callable, monkeypatch: Any) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise OUTAGES["disk full"]

    client = Client(raise_request_exception=False)
    client.force_login(person("lin"))
    monkeypatch.setattr("foundation.social.domain.posts.post_status", fail)
    answer = client.post("/feed/post/", {"text": "写了很久", "scope": "residents", "password": "geheim"})
    assert answer.status_code == 503
    assert "写了很久" in answer.content.decode()
    assert "geheim" not in answer.content.decode()


@pytest.mark.row("U5")
@pytest.mark.parametrize("what", OUTAGES)
def test_a_client_of_the_api_reads_when_to_ask_again(
    site: Any, person: Callable, monkeypatch: Any, what: str, caplog: Any
) -> None:
    device = device_of(person("lin"))
    device.http.raise_request_exception = False
    sent = {"text": "写了很久"}
    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR, logger="django.request"):
        broken.setattr("foundation.social.domain.posts.post_status", _raising(OUTAGES[what]))
        answer = device.post("/statuses", sent, key="the-same-again")
    assert (answer.status_code, problem(answer)) == (503, "unavailable")
    assert int(answer["Retry-After"]) > 0
    assert "网站暂时不能用" in answer.json()["title"]
    lines = [record for record in caplog.records if record.name == "django.request"]
    kept = [record for record in lines if logging.getLogger("django.request").filters[0].filter(record)]
    assert all(record.exc_info is None for record in kept), "one line, no traceback"
    assert device.post("/statuses", sent, key="the-same-again").status_code == 201, "its key was not used up"


def _raising(error: Exception) -> Callable[..., Any]:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise error

    return fail


class TestAgainstADatabaseThatIsGone:
    """The pages themselves ask nothing of it."""

    @pytest.fixture
    def gone(self, site: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
        def refuse(*args: Any, **kwargs: Any) -> Any:
            raise OUTAGES["database gone"]

        monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", refuse)
        return Client(raise_request_exception=False)

    def test_a_member_and_a_visitor_read_why(self, gone: Client) -> None:
        gone.cookies["sessionid"] = "x" * 32
        for path in ("/", "/news/", "/feed/", "/account/login/", "/admin/"):
            answer = gone.get(path)
            assert answer.status_code == 503 or (path == "/account/login/" and answer.status_code == 200), (
                path
            )

    @pytest.mark.row("U5")
    def test_a_client_of_the_api_reads_a_problem(self, gone: Client) -> None:
        headers = {"Authorization": "Bearer linli_x", "Idempotency-Key": "k" * 8}
        for path in ("/api/v1/site", "/api/v1/feed"):
            answer = gone.get(path, headers=headers)
            assert (answer.status_code, problem(answer)) == (503, "unavailable"), path
            assert answer["Retry-After"]
        answer = gone.post("/api/v1/statuses", {}, content_type="application/json", headers=headers)
        assert (answer.status_code, problem(answer)) == (503, "unavailable")

    def test_the_process_is_alive_and_not_ready(self, gone: Client) -> None:
        assert gone.get("/healthz").content == b"ok"
        answer = gone.get("/readyz")
        assert (answer.status_code, answer.content) == (503, b"away")
        assert answer["Retry-After"]


class TestClosedForWork:
    @pytest.fixture
    def closed(self, site: Any) -> Client:
        said = StringIO()
        call_command("maintenance", "on", minutes=90, why="升级数据库。", stdout=said)
        assert said.getvalue().startswith("closed until about ")
        return Client()

    def test_everybody_reads_why_and_until_when(self, closed: Client) -> None:
        for path in ("/", "/news/", "/account/login/", "/admin/", "/nowhere/"):
            answer = closed.get(path)
            html = answer.content.decode()
            assert answer.status_code == 503, path
            assert 89 * 60 < int(answer["Retry-After"]) <= 90 * 60
            assert "升级数据库。" in html
            assert HOTLINE in html
        assert "Content-Security-Policy" in closed.get("/").headers

    def test_it_asks_nothing_of_the_database(
        self, closed: Client, django_assert_num_queries: Callable
    ) -> None:
        with django_assert_num_queries(0):
            assert closed.get("/news/").status_code == 503

    def test_in_english_too(self, closed: Client) -> None:
        assert 'lang="en"' in closed.get("/en/news/").content.decode()

    def test_what_was_typed_comes_back(self, closed: Client) -> None:
        assert "写了很久" in closed.post("/feed/post/", {"text": "写了很久"}).content.decode()

    @pytest.mark.row("U5")
    def test_a_client_of_the_api_reads_why_in_its_language(self, closed: Client) -> None:
        for path in ("/api/v1/site", "/api/v1/openapi.json", "/api/nothing/"):
            answer = closed.get(path, headers={"Accept-Language": "en"})
            assert (answer.status_code, problem(answer)) == (503, "unavailable"), path
            assert 89 * 60 < int(answer["Retry-After"]) <= 90 * 60
            assert answer.json()["title"].isascii()
            assert answer.json()["detail"] == "升级数据库。"
            assert (answer["Content-Language"], "no-store" in answer["Cache-Control"]) == ("en", True)
        assert "网站暂时不能用" in closed.post("/api/v1/statuses", {}).json()["title"]

    def test_machines_are_told_apart(self, closed: Client) -> None:
        assert closed.get("/healthz").content == b"ok"
        assert (closed.get("/readyz").status_code, closed.get("/readyz").content) == (503, b"closed")
        assert closed.get("/news/", headers=HTMX)["Content-Type"].startswith("text/plain")

    def test_it_opens_again(self, closed: Client) -> None:
        said = StringIO()
        call_command("maintenance", "off", stdout=said)
        assert said.getvalue() == "open\n"
        assert closed.get("/news/").status_code == 200
        call_command("maintenance", "off", stdout=said)

    def test_a_file_made_by_hand_closes_it_too(self, site: Any, client: Client) -> None:
        Path(settings.MAINTENANCE_FILE).touch()
        answer = client.get("/news/")
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) <= 600


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere/", 404), ("/social/posts/x/like/", 405), ("/mode/nothing/", 404)]
)
def test_a_refusal_leads_on(site: Any, person: Callable, path: str, status: int) -> None:
    """Search, home, the notices, the telephone."""
    client = Client()
    client.force_login(person("zhou"))
    answer = client.get(path)
    html = answer.content.decode()
    assert answer.status_code == status
    for way in ('action="/news/"', 'href="/"', 'href="/notices/"', "tel:057155500112"):
        assert way in html, way
