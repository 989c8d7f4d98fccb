"""What becomes of requests when more come than the site can draw (P8)."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import RequestFactory

from foundation.core.pages import version
from linli import crowding
from linli.crowding import Crowd
from tests.home.serving import Server

pytestmark = [pytest.mark.django_db, pytest.mark.row("P8", "P1", "P3")]


class TestACrowd:
    @pytest.fixture
    def full(self, server: Server) -> Iterator[Server]:
        """Nobody is let in any more."""
        server.application._application = Crowd(server.django, at_once=1, in_line=0)
        server.get()
        held = server.application._application
        held.enter(RequestFactory().get("/x/").environ)
        yield server
        held.leave()

    def test_visitors_get_the_page_of_a_moment_ago(self, full: Server, article: Callable) -> None:
        before = full.get().body
        article("食堂换菜单")
        stale = full.get()
        assert (stale.status, stale.body) == (200, before)
        version.portal_changed()
        assert full.get().status == 503, "something may have been taken away"

    def test_others_hear_when_to_come_again(self, full: Server) -> None:
        turned_away = full.get("/feed/")
        assert turned_away.status == 503
        assert turned_away.headers["Retry-After"] == "5"
        assert "现在访问的人很多" in turned_away.text
        assert "Too many" not in turned_away.text
        assert "Many people" in full.get("/en/feed/").text
        assert full.get("/api/v1/").headers["Content-Type"].startswith("application/problem+json")

    def test_what_was_typed_comes_back(self, full: Server) -> None:
        environ = RequestFactory().post("/feed/post/", {"text": "写了很久的一段话"}).environ
        said: list[Any] = []
        body = b"".join(full.application(environ, lambda *told: said.append(told)))
        assert said[0][0].startswith("503")
        assert "写了很久的一段话" in body.decode()

    def test_whether_the_site_lives_is_always_answered(self, full: Server) -> None:
        assert full.get("/healthz").status == 200

    def test_a_place_is_given_back_once(self, server: Server) -> None:
        crowd = Crowd(lambda environ, start: [b"x"], at_once=1, in_line=0)
        environ = RequestFactory().get("/x/").environ
        answer = crowd(environ, lambda *told: None)
        answer.close(), answer.close()
        assert crowd.enter(environ)
        assert not crowd.enter(environ)

    def test_whoever_stands_in_line_is_served_in_turn(self) -> None:
        begun, go = threading.Event(), threading.Event()

        def slow(environ: Any, start: Any) -> list[bytes]:
            begun.set()
            go.wait(5)
            return [b"served"]

        crowd = Crowd(slow, at_once=1, in_line=1)
        served: list[bytes] = []

        def ask() -> None:
            answer = crowd(RequestFactory().get("/x/").environ, lambda *told: None)
            served.append(b"".join(answer))
            getattr(answer, "close", lambda: None)()

        threads = [threading.Thread(target=ask) for _number in range(2)]
        threads[0].start()
        begun.wait(5)
        threads[1].start()
        go.set()
        for thread in threads:
            thread.join(5)
        assert served == [b"served", b"served"]

    def test_nobody_passes_those_who_stand_in_line(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(crowding, "PATIENCE", 60)
        crowd, environ = (
            Crowd(lambda environ, start: [], at_once=1, in_line=2),
            RequestFactory().get("/x/").environ,
        )
        order: list[str] = []

        def stand_in_line() -> None:
            crowd.enter(environ)
            order.append("who stood in line")
            crowd.leave()

        crowd.enter(environ)
        patient = threading.Thread(target=stand_in_line)
        patient.start()
        while not crowd._line:
            time.sleep(0.001)
        crowd.leave()
        crowd.enter(environ)
        order.append("who came later")
        patient.join()
        assert order == ["who stood in line", "who came later"]
