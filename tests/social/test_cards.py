"""Cards of posts are drawn once for many readers (S2, S9): what one reader has never comes to another."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from foundation.core.access.scopes import Scope
from foundation.core.models import StoredFile
from foundation.social.domain import comments, posts, reactions
from foundation.social.domain.follows import follow
from foundation.social.models import Post

pytestmark = [pytest.mark.django_db, pytest.mark.row("S2")]
PUBLIC = Scope("public")


@pytest.fixture
def town(person: Callable, portal: Any) -> dict[str, Any]:
    made = {name: person(name, display=display) for name, display in (("lin", "林秋雨"), ("zhou", "周叶"))}
    follow(made["lin"], by=made["zhou"])
    return made


def page(reader: Any = None, path: str = "/u/lin/") -> str:
    client = Client()
    if reader is not None:
        client.force_login(reader)
    return client.get(path).content.decode()


def card(html: str, post: Post) -> str:
    found = re.search(rf'<article class="card post" id="p-{post.public_id}">.*?</article>', html, re.DOTALL)
    assert found, "the card is on the page"
    return found[0]


def write(by: Any, text: str = "银杏黄了", scope: Scope = PUBLIC, **more: Any) -> Post:
    return posts.post_status(by=by, text=text, scope=scope, **more)


def test_each_reader_gets_the_card_that_is_hers(town: dict) -> None:
    post = write(town["lin"])
    reactions.react(post, by=town["zhou"], liked=True)
    for _time in range(2):
        own, liked = card(page(town["lin"]), post), card(page(town["zhou"]), post)
        visitor = card(page(), post)
        assert ("删除" in own, "删除" in liked, "删除" in visitor) == (True, False, False)
        assert ('aria-pressed="true"' in own, 'aria-pressed="true"' in liked) == (False, True)
        assert "<button" not in visitor
        assert "/account/login/" in visitor


def test_nothing_of_a_session_is_kept(town: dict) -> None:
    write(town["lin"])
    page(town["lin"], "/feed/")
    page(town["zhou"])
    kept = b"".join(caches["fragments"]._cache.values())
    assert b"card post" in kept
    assert b"csrf" not in kept
    assert b"sessionid" not in kept


def test_a_card_shows_at_once_what_changed(town: dict) -> None:
    lin, zhou = town["lin"], town["zhou"]
    post = write(lin)
    page(zhou)
    posts.edit_post(post, by=lin, text="银杏落了", scope=PUBLIC)
    comments.comment(by=zhou, target=post, text="扫一扫")
    lin.display_name = "秋雨"
    lin.save()
    seen = card(page(zhou), post)
    assert "银杏落了" in seen
    assert "银杏黄了" not in seen
    assert "已修改" in seen
    assert ">秋雨<" in seen
    assert re.search(r"</svg>1<span class=\"vh\">条评论", seen)


def test_a_picture_appears_when_the_worker_has_cut_it(town: dict, picture: Callable) -> None:
    post = write(town["lin"], pictures=[picture("院子.jpg")])
    assert "照片处理中" in card(page(), post)
    StoredFile.objects.update(state=StoredFile.State.READY, width=40, height=30)
    assert "<picture>" in card(page(), post)


def test_a_card_speaks_the_readers_language(town: dict) -> None:
    post = write(town["lin"])
    assert "条评论" in card(page(), post)
    assert "条评论" not in card(page(path="/en/u/lin/"), post)


@pytest.mark.deny
@pytest.mark.security(4)
@pytest.mark.parametrize("end", ["narrowed", "deleted", "closed"])
def test_a_kept_card_opens_no_door(town: dict, end: str) -> None:
    lin, zhou = town["lin"], town["zhou"]
    post = write(lin, "只说一次")
    share = posts.post_status(by=zhou, text="看这个", scope=PUBLIC, share_of=post)
    for path in ("/u/lin/", "/u/zhou/", "/"):
        page(zhou, path)
        page(None, path)
    assert "只说一次" in card(page(zhou, "/u/zhou/"), share)
    if end == "narrowed":
        posts.edit_post(post, by=lin, text="只说一次", scope=Scope("only", str(lin.pk)))
    elif end == "deleted":
        posts.delete_post(post, by=lin)
    else:
        lin.is_active = False
        lin.save()
    for path in ("/u/lin/", "/u/zhou/", "/feed/", "/"):
        assert "只说一次" not in page(zhou, path), path
        assert "只说一次" not in page(None, path), path
