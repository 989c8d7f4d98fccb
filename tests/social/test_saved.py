"""Saving (收藏): for oneself alone, and only while one may see it (S2)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.test import Client

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import ONLY, PUBLIC, RESIDENTS, Scope
from foundation.messaging.models import Notification
from foundation.social.domain import albums, blocks, bookmarks, leaving, posts
from foundation.social.domain.queries.bookmarks import saved_by, shown
from foundation.social.models import Bookmark, Post
from spaces.domain import diary
from tests.api.device import device_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("S2")]
EVERYBODY = Scope(PUBLIC)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def lin(person: Callable) -> User:
    return person("lin", display="林秋雨")


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶")


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def write(by: User, text: str = "银杏黄了", scope: Scope = EVERYBODY) -> Post:
    return posts.post_status(by=by, text=text, scope=scope)


def titles(user: User, words: str = "") -> list[str]:
    return [one.title for one in shown(saved_by(user, words=words), user)]


class TestTheOwnList:
    def test_the_newest_first_each_once(self, lin: User, zhou: User) -> None:
        for post in (first := write(lin, "第一"), write(lin, "第二"), first):
            bookmarks.save(post, by=zhou)
        assert titles(zhou) == ["第二", "第一"]
        bookmarks.let_go(first, by=zhou)
        bookmarks.let_go(first, by=zhou)
        assert titles(zhou) == ["第二"]

    def test_holds_every_kind_that_can_be_saved(self, lin: User, zhou: User, article: Callable) -> None:
        page = article("银杏文化节")
        album = albums.make_album(by=lin, title="秋天", scope=Scope(PUBLIC))
        entry = diary.write_entry(
            by=lin, title="散步", body="<p>走了一圈</p>", scope=Scope(PUBLIC), publish=True
        )
        for one in (page, album, entry, write(lin)):
            bookmarks.save(one, by=zhou)
        rows = shown(saved_by(zhou), zhou)
        assert [(one.kind.key, one.title) for one in rows] == [
            ("post", "银杏黄了"),
            ("diary_entry", "散步"),
            ("album", "秋天"),
            ("article", "银杏文化节"),
        ]
        assert [one.by.display_name if one.by else "" for one in rows] == ["林秋雨"] * 3 + [""]

    @pytest.mark.parametrize(
        ("words", "found"),
        [("银杏", ["银杏黄了"]), ("黄 银杏", ["银杏黄了"]), ("BUS 12", ["坐 12 路 bus"]), ("没有", [])],
    )
    def test_is_narrowed_by_words(self, lin: User, zhou: User, words: str, found: list[str]) -> None:
        for text in ("银杏黄了", "坐 12 路 bus"):
            bookmarks.save(write(lin, text), by=zhou)
        assert titles(zhou, words) == found

    @pytest.mark.deny
    @pytest.mark.security(4)
    @pytest.mark.parametrize("end", ["deleted", "narrowed", "hidden", "closed", "blocked"])
    def test_what_is_gone_for_her_is_gone_from_it(self, lin: User, zhou: User, end: str) -> None:
        post = write(lin)
        bookmarks.save(post, by=zhou)
        if end == "deleted":
            posts.delete_post(post, by=lin)
        elif end == "narrowed":
            posts.edit_post(post, by=lin, text="银杏黄了", scope=Scope(ONLY, str(lin.pk)))
        elif end == "hidden":
            posts.hide_post(post, hidden=True, by=None)
        elif end == "closed":
            User.objects.get_queryset().filter(pk=lin.pk).update(is_active=False)
        else:
            blocks.block(zhou, by=lin)
        assert saved_by(zhou).count() == 0
        assert titles(zhou, "银杏") == []

    def test_what_was_hidden_for_a_while_comes_back(self, lin: User, zhou: User) -> None:
        post = write(lin)
        bookmarks.save(post, by=zhou)
        posts.hide_post(post, hidden=True, by=None)
        posts.hide_post(post, hidden=False, by=None)
        assert titles(zhou) == ["银杏黄了"]

    @pytest.mark.deny
    def test_is_nobody_elses(self, lin: User, zhou: User, portal: Any) -> None:
        post = write(lin)
        bookmarks.save(post, by=zhou)
        assert titles(lin) == []
        assert not Notification.objects.exists()
        assert "已收藏" not in browser(lin).get(post.url).content.decode()
        assert "收藏" not in browser().get(post.url).content.decode()
        assert browser().get("/saved/").status_code == 302


class TestSaving:
    @pytest.mark.deny
    def test_only_what_can_be_saved(self, lin: User, zhou: User) -> None:
        with pytest.raises(ValidationError):
            bookmarks.save(lin, by=zhou)
        assert browser(zhou).post("/social/save/person/lin/").status_code == 404
        assert not Bookmark.objects.exists()

    @pytest.mark.deny
    def test_not_what_one_may_not_see(self, lin: User, zhou: User) -> None:
        post = write(lin, scope=Scope(ONLY, str(lin.pk)))
        assert browser(zhou).post(f"/social/save/post/{post.public_id}/").status_code == 404
        assert device_of(zhou).put(f"/me/saved/post/{post.public_id}").status_code == 404
        assert not Bookmark.objects.exists()

    @pytest.mark.deny
    def test_visitors_save_nothing(self, lin: User) -> None:
        with pytest.raises(Refused):
            bookmarks.save(write(lin), by=AnonymousUser())  # type: ignore[arg-type]

    @pytest.mark.deny
    def test_not_without_end(self, lin: User, zhou: User, monkeypatch: Any) -> None:
        monkeypatch.setattr(bookmarks, "MOST_SAVED", 1)
        bookmarks.save(write(lin, "第一"), by=zhou)
        with pytest.raises(ValidationError):
            bookmarks.save(write(lin, "第二"), by=zhou)

    def test_who_is_not_verified_yet_saves_too(self, lin: User, person: Callable) -> None:
        newcomer = person("newcomer", verified=False)
        bookmarks.save(write(lin), by=newcomer)
        assert titles(newcomer) == ["银杏黄了"]


class TestPages:
    def test_the_button_on_a_card_without_a_script(self, lin: User, zhou: User, portal: Any) -> None:
        post, client = write(lin), browser(zhou)
        path = f"/social/save/post/{post.public_id}/"
        answer = client.post(path, {"saved": "1", "next": "/u/lin/"})
        assert answer["Location"] == f"/u/lin/#p-{post.public_id}"
        assert "已收藏" in client.get("/u/lin/").content.decode()
        client.post(path, {"saved": "0", "next": "/u/lin/"})
        assert titles(zhou) == []

    def test_the_button_with_one(self, lin: User, zhou: User) -> None:
        post, client = write(lin), browser(zhou)
        path = f"/social/save/post/{post.public_id}/"
        answer = client.post(path, {"saved": "1"}, headers=HTMX).content.decode()
        assert 'aria-pressed="true"' in answer
        assert 'value="0"' in answer
        assert 'aria-pressed="false"' in client.post(path, {"saved": "0"}, headers=HTMX).content.decode()

    def test_letting_go_in_the_list_can_be_undone(self, lin: User, zhou: User, portal: Any) -> None:
        post, client = write(lin), browser(zhou)
        bookmarks.save(post, by=zhou)
        path = f"/social/save/post/{post.public_id}/"
        answer = client.post(path, {"saved": "0", "listed": "银杏"}, follow=True)
        page = answer.content.decode()
        assert "撤销" in page
        assert titles(zhou) == []
        answer = client.post(path, {"saved": "1", "listed": "银杏"}, follow=True)
        assert "撤销" not in answer.content.decode()
        assert titles(zhou) == ["银杏黄了"]

    @pytest.mark.deny
    def test_undoing_shows_nothing_that_one_may_not_see(self, lin: User, zhou: User, portal: Any) -> None:
        post = write(lin, "只给自己", scope=Scope(ONLY, str(lin.pk)))
        page = browser(zhou).get("/saved/", {"undo": f"post:{post.public_id}"}).content.decode()
        assert "只给自己" not in page
        assert "撤销" not in page

    def test_every_page_of_what_can_be_saved_has_the_button(
        self, lin: User, zhou: User, article: Callable
    ) -> None:
        album = albums.make_album(by=lin, title="秋天", scope=Scope(PUBLIC))
        entry = diary.write_entry(by=lin, title="散步", body="<p>好</p>", scope=Scope(PUBLIC), publish=True)
        for kind, one in (
            ("article", article()),
            ("album", album),
            ("diary_entry", entry),
            ("post", write(lin)),
        ):
            page = browser(zhou).get(kinds.of(one).url(one)).content.decode()
            assert f'id="save-{kind}-{one.public_id}"' in page, kind
            assert "save-" not in browser().get(kinds.of(one).url(one)).content.decode(), kind


@pytest.mark.row("U5")
def test_a_device_saves_reads_and_lets_go(lin: User, zhou: User) -> None:
    device, post = device_of(zhou), write(lin, scope=Scope(RESIDENTS))
    assert device.put(f"/me/saved/post/{post.public_id}").status_code == 204
    (one,) = device.get("/me/saved?q=银杏").json()["items"]
    assert (one["kind"], one["id"], one["author"]["name"]) == ("post", post.public_id, "lin")
    assert device.get(f"/statuses/{post.public_id}").json()["saved"] is True
    assert device.get("/me/saved?q=梧桐").json()["items"] == []
    assert device.delete(f"/me/saved/post/{post.public_id}").status_code == 204
    assert device.get(f"/statuses/{post.public_id}").json()["saved"] is False
    assert device.get("/me/saved").json()["items"] == []


@pytest.mark.row("A7")
def test_it_goes_along_with_its_owner_and_names_only_addresses(lin: User, zhou: User) -> None:
    post, gone = write(lin), write(lin, "不见了")
    for one in (post, gone):
        bookmarks.save(one, by=zhou)
    posts.delete_post(gone, by=lin)
    (part,) = [part for part in kinds.own_data() if part.key == "saved"]
    told = [part.facet.as_data(row) for row in part.facet.rows(zhou)]
    assert {row["address"] for row in told} == {post.url, ""}
    leaving.erase_rest(zhou)
    assert not Bookmark.objects.exists()
