"""Whole pages are kept for visitors before Django: the same bytes for all, and nothing that is public no more (P8, P9)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.utils import timezone
from wagtail.models import PageViewRestriction

from foundation.accounts.models import User
from foundation.core.access import scopes
from foundation.core.access.scopes import ONLY, Scope
from foundation.core.pages import version
from foundation.moderation.domain import sanctions
from foundation.moderation.models import Sanction
from foundation.social.domain import comments, posts
from identity.domain import leaving
from linli import kept_pages
from linli.crowding import Crowd
from news.domain.reading import READERS, count_of
from news.models import ArticlePage, NoticePage
from organisations.domain import suspending
from tests.access.town import institution_of
from tests.home.serving import Server

pytestmark = [pytest.mark.django_db, pytest.mark.row("P8", "P1", "P3")]


@pytest.fixture
def lin(person: Callable) -> User:
    return person("lin", display="林秋雨")


@pytest.fixture
def said(lin: User) -> Any:
    return posts.post_status(by=lin, text="桂花开了", scope=Scope(scopes.PUBLIC))


PAGES = [
    "/",
    "/en/",
    "/news/",
    "/news/a1/",
    "/notices/",
    "/communities/",
    "/news/rss/",
]


@pytest.mark.parametrize("path", PAGES)
def test_the_second_visitor_is_answered_from_memory_with_the_same_bytes(server: Server, path: str) -> None:
    first, second = server.get(path), server.get(path)
    assert first.status == second.status == 200
    assert first.body == second.body
    assert server.asked == [path]
    assert "Set-Cookie" not in first.headers
    assert not any(name.startswith("Linli-") for name in first.headers), "the mark stays inside"
    for word in ("csrfmiddlewaretoken", "nonce="):
        assert word not in first.text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_drawn_the_same_for_whoever_asks(server: Server, path: str) -> None:
    """Drawn twice, for two people from two places with two browsers: not a byte of it may be theirs."""
    drawn = []
    for who, cookies in (
        ("1.2.3.4", {"csrftoken": "a" * 32}),
        ("5.6.7.8", {"csrftoken": "b" * 32, "other": "x"}),
    ):
        drawn.append(
            server.get(
                path, cookies=cookies, user_agent=f"Browser {who}", x_forwarded_for=who, accept_language="de"
            )
        )
        server.application.forget()
        version.forget()
    assert server.asked == [path, path]
    assert drawn[0].status == 200
    assert _without_readers(drawn[0].text) == _without_readers(drawn[1].text)
    for theirs in ("1.2.3.4", "Browser", "a" * 32):
        assert theirs not in drawn[0].text


def _without_readers(text: str) -> str:
    """An article says how often it was read."""
    return re.sub(r"\d+ 次阅读", "", text)


def test_an_article_is_kept_too_and_its_readers_are_counted(server: Server) -> None:
    page = ArticlePage.objects.get()
    for _visitor in range(5):
        server.get(page.get_url())
    assert len(server.asked) == 1
    assert READERS._waiting[page.pk] + count_of(page) == 5


def test_whoever_has_it_already_hears_so(server: Server) -> None:
    tag = server.get().headers["ETag"]
    again = server.get(if_none_match=tag)
    assert (again.status, again.body) == (304, b"")
    assert server.get(if_none_match='W/"other"').status == 200


def test_it_comes_compressed_to_those_who_take_that(server: Server) -> None:
    plain = server.get()
    packed = server.get(accept_encoding="gzip, br")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.text == plain.text
    assert len(packed.body) == int(packed.headers["Content-Length"]) < len(plain.body) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Cookie" in packed.headers["Vary"]


def test_each_way_of_showing_is_kept_apart(server: Server) -> None:
    ordinary, elder = server.get(), server.get(cookies={"elder": "1"})
    large = server.get(cookies={"text": "30"})
    english = server.get("/en/")
    assert 'data-mode="elder"' in elder.text
    assert 'data-mode="elder"' not in ordinary.text
    assert 'data-text="30"' in large.text
    assert 'lang="en"' in english.text
    assert len(server.asked) == 4
    assert server.get(cookies={"elder": "1"}).body == elder.body
    assert server.get(cookies={"elder": "nonsense", "text": "99999"}).body == ordinary.body
    assert len(server.asked) == 5, "what is spelled otherwise is drawn for itself"


@pytest.mark.deny
@pytest.mark.parametrize(
    "cookie",
    [
        'elder="1"',
        "elder =1",
        "elder=0; elder=1",
        '"elder"=1',
        "\xa0elder=1",
        'text="30"',
        "text=²",
        "text=030",
    ],
)
def test_nobody_chooses_by_a_cookie_how_others_see_a_page(server: Server, cookie: str) -> None:
    """Django takes quotes and blanks off: what it drew is kept under what it read, or not at all."""
    environ = RequestFactory().get("/").environ | {"HTTP_COOKIE": cookie}
    b"".join(server.application(environ, lambda *told: None))
    plain = server.get()
    assert 'data-mode="elder"' not in plain.text
    assert "data-text" not in plain.text


@pytest.mark.deny
@pytest.mark.parametrize(("read", "may"), [("1|", True), ("|", False), ("", False), ("1|30", False)])
def test_the_proxy_keeps_only_what_it_would_give_to_the_same_people(
    server: Server, settings: Any, read: str, may: bool
) -> None:
    settings.PAGES_KEPT_BY_PROXY = True
    answer = server.get(cookies={"elder": "1"}, linli_shown=read)
    assert ("X-Accel-Expires" in answer.headers) is may


@pytest.mark.parametrize(
    "query", ["&" * 30, "page=0", "page=99999", "tag=" + "x" * 150, "channel=a b", "%ff=%00"]
)
def test_an_address_that_no_list_writes_is_asked_anew_and_breaks_nothing(server: Server, query: str) -> None:
    for _time in range(2):
        assert server.get(f"/?{query}").status == 200
    assert len(server.asked) == 2


@pytest.mark.row("U1")
@pytest.mark.deny
def test_a_member_s_page_is_neither_kept_nor_given_to_others(server: Server, lin: User) -> None:
    before = server.get()
    client = Client()
    client.force_login(lin)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    hers = server.get(cookies=cookies)
    assert "林秋雨" in hers.text
    assert "no-store" in hers.headers["Cache-Control"]
    assert server.get().body == before.body
    assert server.get(cookies=cookies).text.count("林秋雨") == hers.text.count("林秋雨")
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    "path", ["/?q=1", "/?utm_source=x", "/account/login/", "/admin/", "/feed/", "/readyz", "/nothing/"]
)
def test_what_no_view_declared_is_asked_anew_each_time(server: Server, path: str) -> None:
    server.get(path), server.get(path)
    assert len(server.asked) == 2


def test_memory_is_bounded(server: Server, settings: Any) -> None:
    one = len(server.get().body)
    settings.KEPT_PAGES_BYTES = 3 * one
    for number in range(2, 30):
        server.get(f"/?page={number}")
    assert server.application._bytes <= 3 * one
    assert sum(page.size for page in server.application._pages.values()) == server.application._bytes


def test_what_is_published_is_seen_at_once(server: Server, article: Callable) -> None:
    server.get(), server.get("/news/")
    article("食堂换菜单")
    assert "食堂换菜单" in server.get().text
    assert "食堂换菜单" in server.get("/news/").text


def _unpublish(page: Any, by: Any) -> None:
    page.unpublish()


def _delete(page: Any, by: Any) -> None:
    page.delete()


def _restrict(page: Any, by: Any) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def _publish_for_later(page: Any, by: Any) -> None:
    page.published_on = timezone.now() + timedelta(days=1)
    page.save_revision().publish()


def _publish_as_over(page: Any, by: Any) -> None:
    page.expire_at = timezone.now() - timedelta(minutes=1)
    page.save_revision().publish()


@pytest.mark.deny
@pytest.mark.parametrize("withdraw", [_unpublish, _delete, _restrict, _publish_for_later, _publish_as_over])
def test_what_is_withdrawn_is_gone_at_once_and_never_shown_stale(server: Server, withdraw: Any) -> None:
    page = ArticlePage.objects.get()
    address = page.get_url()
    for path in ("/", "/news/", "/news/rss/", address):
        server.get(path)
    withdraw(page, None)
    # Even where the site is too crowded to draw anything anew.
    server.application._application = Crowd(server.django, at_once=1, in_line=0)
    held = server.application._application
    held.enter(RequestFactory().get("/").environ)
    for path in ("/", "/news/", "/news/rss/", address):
        assert server.get(path).status == 503
    held.leave()
    for path in ("/", "/news/", "/news/rss/", address):
        assert "银杏黄了" not in server.get(path).text


@pytest.mark.deny
def test_what_ends_by_the_clock_ends_in_memory_too(server: Server, portal: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(kept_pages, "READ_AGAIN", -1.0)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        soon = timezone.now() + timedelta(seconds=20)
        portal.notices.add_child(
            instance=NoticePage(title="停水通知", slug="water", summary="x", valid_until=soon)
        )
        version.portal_changed()
        assert "停水通知" in server.get().text
        clock.shift(21)
        assert "停水通知" not in server.get().text


def _edit(said: Any, lin: User, officer: User) -> None:
    posts.edit_post(said, by=lin, text="换了一句", scope=said.scope)


def _narrow(said: Any, lin: User, officer: User) -> None:
    posts.edit_post(said, by=lin, text=said.text, scope=Scope(ONLY, str(lin.pk)))


def _remove(said: Any, lin: User, officer: User) -> None:
    posts.delete_post(said, by=lin)


def _hide(said: Any, lin: User, officer: User) -> None:
    posts.hide_post(said, hidden=True, by=officer)


def _suspend(said: Any, lin: User, officer: User) -> None:
    sanctions.impose(lin, what=Sanction.What.SUSPEND, days=7, reason="骂人", by=officer)


def _leave(said: Any, lin: User, officer: User) -> None:
    leaving.ask_to_leave(by=lin, keep_words=False)


@pytest.mark.deny
@pytest.mark.parametrize("act", [_edit, _narrow, _remove, _hide, _suspend, _leave])
def test_people_s_words_are_gone_at_the_next_request(
    server: Server, said: Any, lin: User, person: Callable, act: Any
) -> None:
    officer = person("officer", roles=("staff",))
    assert "桂花开了" in server.get().text
    act(said, lin, officer)
    assert "桂花开了" not in server.get().text


@pytest.mark.deny
def test_a_comment_that_is_taken_away_is_gone_at_the_next_request(server: Server, lin: User) -> None:
    page = ArticlePage.objects.get()
    made = comments.comment(by=lin, target=page, text="写得真好")
    type(made).objects.filter(pk=made.pk).update(is_public=True)
    version.taken_back()
    assert "写得真好" in server.get(page.get_url()).text
    comments.delete_comment(made, by=lin)
    assert "写得真好" not in server.get(page.get_url()).text


@pytest.mark.deny
def test_an_institution_that_is_suspended_is_gone_at_the_next_request(
    server: Server, portal: Any, lin: User, person: Callable, places: dict, picture: Callable
) -> None:
    portal.home.body = [("help", {"title": "互助帮扶", "count": 3})]
    portal.home.save_revision().publish()
    institution = institution_of(lin, places["ginkgo"], person("guest"), picture())["institution"]
    assert institution.name in server.get().text
    institution.qualifications.update(valid_until=timezone.localdate() - timedelta(days=1))
    assert suspending.suspend_overdue() == 1
    assert institution.name not in server.get().text
