"""Comments (P1, S2): one component; reviewed first under news, at once under statuses."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from wagtail.models import PageViewRestriction

from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import Scope
from foundation.messaging.models import Notification
from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem
from foundation.social.domain import comments, posts
from foundation.social.domain.comments import comment
from foundation.social.domain.queries.comments import comment_page
from foundation.social.models import Comment, Post

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(person: Callable) -> User:
    return person("lin", display="林秋雨")


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶")


@pytest.fixture
def post(lin: User) -> Post:
    return posts.post_status(by=lin, text="院里的银杏", scope=Scope("public"))


def shown(target: Any, user: Any) -> list[Any]:
    def tree(rows: list) -> list:
        return [(row.comment if not row.hidden else None, tree(row.children)) for row in rows]

    return tree(comment_page(target, user).object_list)


@pytest.mark.row("P1")
@pytest.mark.deny
@pytest.mark.security(60)
def test_under_news_a_comment_waits_and_only_its_author_sees_it(
    article: Callable, lin: User, zhou: User, person: Callable, drain: Callable
) -> None:
    page, editor = article(), person("editor", roles=("editor",))
    made = comment(by=lin, target=page, text="几点开始？")
    assert made.waiting
    assert shown(page, zhou) == shown(page, AnonymousUser()) == []
    assert shown(page, lin) == [("几点开始？", [])]
    page.refresh_from_db()
    assert page.comment_count == 0
    inbox.decide(ReviewItem.objects.get(), approved=True, by=editor)
    assert shown(page, AnonymousUser()) == [("几点开始？", [])]
    page.refresh_from_db()
    assert page.comment_count == 1
    drain()
    assert Notification.objects.get(user=lin).event == "approved"


@pytest.mark.row("P1")
@pytest.mark.deny
@pytest.mark.security(60)
def test_a_refused_comment_disappears_and_its_author_reads_why(
    article: Callable, lin: User, person: Callable, drain: Callable
) -> None:
    page = article()
    made = comment(by=lin, target=page, text="广告")
    inbox.decide(
        ReviewItem.objects.get(), approved=False, reason="与文章无关", by=person("editor", roles=("editor",))
    )
    assert shown(page, lin) == []
    drain()
    told = Notification.objects.get(user=lin)
    assert (told.event, told.text) == ("refused", "与文章无关")
    made.refresh_from_db()
    assert made.is_removed


@pytest.mark.row("P1")
@pytest.mark.deny
def test_who_has_not_the_right_decides_no_comment(article: Callable, lin: User, zhou: User) -> None:
    made = comment(by=lin, target=article(), text="好")
    with pytest.raises(Refused):
        comments.decide_comment(made, approved=True, reason="", by=zhou)


@pytest.mark.row("S2")
def test_under_a_status_it_stands_at_once_and_tells_whom_it_concerns(
    post: Post, lin: User, zhou: User
) -> None:
    first = comment(by=zhou, target=post, text="我也拍了")
    comment(by=lin, target=post, text="晒出来看看", reply_to=first)
    comment(by=zhou, target=post, text="好的", reply_to=Comment.objects.get(comment="晒出来看看"))
    assert shown(post, AnonymousUser()) == [("我也拍了", [("晒出来看看", [("好的", [])])])]
    post.refresh_from_db()
    assert post.comment_count == 3
    events = Notification.objects.order_by("pk").values_list("user__username", "event")
    assert set(events) == {("lin", "commented"), ("zhou", "replied"), ("lin", "replied")}


@pytest.mark.row("S2")
@pytest.mark.deny
def test_answers_go_three_deep_and_no_deeper(post: Post, zhou: User) -> None:
    deep = None
    for text in ("一", "二", "三"):
        deep = comment(by=zhou, target=post, text=text, reply_to=deep)
    with pytest.raises(ValidationError) as refused:
        comment(by=zhou, target=post, text="四", reply_to=deep)
    assert refused.value.code == "too_deep"


@pytest.mark.row("S2")
@pytest.mark.security(32)
def test_the_same_form_sent_twice_is_one_comment(post: Post, zhou: User) -> None:
    once = uuid.uuid4()
    assert comment(by=zhou, target=post, text="好", once=once) == comment(
        by=zhou, target=post, text="好", once=once
    )
    post.refresh_from_db()
    assert post.comment_count == 1


@pytest.mark.row("S2")
@pytest.mark.deny
@pytest.mark.parametrize(("text", "code"), [(" \n", "empty"), ("长" * 1001, "too_long")])
def test_what_does_not_fit_is_refused(post: Post, zhou: User, text: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        comment(by=zhou, target=post, text=text)
    assert refused.value.code == code
    assert not Comment.objects.exists()


@pytest.mark.deny
def test_nothing_is_written_under_what_takes_no_comments(lin: User, zhou: User) -> None:
    with pytest.raises(Refused):
        comment(by=zhou, target=lin, text="你好")


@pytest.mark.deny
def test_an_answer_to_what_is_gone_or_hidden_is_refused(
    post: Post, lin: User, zhou: User, article: Callable
) -> None:
    first = comment(by=zhou, target=post, text="一")
    comments.delete_comment(first, by=zhou)
    with pytest.raises(ValidationError):
        comment(by=lin, target=post, text="答", reply_to=first)
    page = article()
    waiting = comment(by=zhou, target=page, text="等着")
    with pytest.raises(ValidationError):
        comment(by=lin, target=page, text="答", reply_to=waiting)
    with pytest.raises(ValidationError):
        comment(by=lin, target=post, text="答", reply_to=waiting)


@pytest.mark.row("S2")
def test_a_removed_comment_stays_as_a_gap_while_it_has_answers(post: Post, lin: User, zhou: User) -> None:
    first = comment(by=zhou, target=post, text="一")
    answer = comment(by=lin, target=post, text="答", reply_to=first)
    comments.delete_comment(first, by=zhou)
    comments.delete_comment(first, by=zhou)
    assert shown(post, lin) == [(None, [("答", [])])]
    post.refresh_from_db()
    assert post.comment_count == 1
    comments.delete_comment(answer, by=lin)
    assert shown(post, lin) == []
    first.refresh_from_db()
    assert first.comment == ""


@pytest.mark.row("S2")
@pytest.mark.deny
def test_its_author_and_the_owner_of_the_post_take_a_comment_away(
    post: Post, lin: User, zhou: User, person: Callable
) -> None:
    made = comment(by=zhou, target=post, text="一")
    with pytest.raises(Refused):
        comments.delete_comment(made, by=person("chen"))
    comments.delete_comment(made, by=lin)
    assert shown(post, zhou) == []


@pytest.mark.row("P1")
def test_a_waiting_comment_taken_back_leaves_the_inbox(article: Callable, lin: User) -> None:
    made = comment(by=lin, target=article(), text="算了")
    comments.delete_comment(made, by=lin)
    assert ReviewItem.objects.get().state == "withdrawn"


@pytest.mark.row("P1")
def test_what_was_approved_since_the_page_was_read_is_counted_out(
    article: Callable, lin: User, person: Callable
) -> None:
    page, editor = article(), person("ed", roles=("editor",))
    read = comment(by=lin, target=page, text="算了")
    inbox.decide(ReviewItem.objects.get(), approved=True, by=editor)
    comments.delete_comment(read, by=lin)
    page.refresh_from_db()
    assert page.comment_count == 0


@pytest.mark.deny
def test_a_closed_account_leaves_gaps_only(post: Post, lin: User, zhou: User) -> None:
    first = comment(by=zhou, target=post, text="一")
    comment(by=lin, target=post, text="答", reply_to=first)
    User.objects.filter(pk=zhou.pk).update(is_active=False)
    assert shown(post, lin) == [(None, [("答", [])])]


@pytest.mark.row("P1")
def test_many_threads_come_in_pages(post: Post, zhou: User) -> None:
    for number in range(33):
        comment(by=zhou, target=post, text=str(number))
    first, second = (comment_page(post, zhou, number=number) for number in (1, 2))
    assert [len(page.object_list) for page in (first, second)] == [30, 3]


class TestTheForm:
    @pytest.mark.row("P1")
    def test_it_answers_with_the_place_of_the_comment(self, client: Any, post: Post, zhou: User) -> None:
        client.force_login(zhou)
        answer = client.post(f"/social/comments/post/{post.public_id}/", {"text": "好看"})
        assert answer.url == Comment.objects.get().url
        assert "好看" in client.get(post.url).content.decode()
        answer = client.post(f"/social/comments/{Comment.objects.get().public_id}/delete/")
        assert answer.url == post.url
        assert "好看" not in client.get(post.url).content.decode()

    @pytest.mark.deny
    def test_an_empty_or_too_long_one_comes_back_with_what_was_typed(
        self, client: Any, post: Post, zhou: User
    ) -> None:
        client.force_login(zhou)
        long = "长" * 1001
        page = client.post(f"/social/comments/post/{post.public_id}/", {"text": long})
        assert page.status_code == 422
        assert long in page.content.decode()
        assert long in client.get(post.url).content.decode()

    @pytest.mark.deny
    def test_under_what_is_hidden_or_takes_none_it_is_404(
        self, client: Any, post: Post, lin: User, zhou: User, portal: Any
    ) -> None:
        posts.edit_post(post, by=lin, text=post.text, scope=Scope("only", str(lin.pk)))
        client.force_login(zhou)
        assert client.post(f"/social/comments/post/{post.public_id}/", {"text": "x"}).status_code == 404
        assert client.post("/social/comments/nothing/AAAAAAAA/", {"text": "x"}).status_code == 404


@pytest.mark.row("S2")
def test_an_answer_needs_no_script(client: Any, portal: Any, post: Post, lin: User, zhou: User) -> None:
    first = comment(by=zhou, target=post, text="好看")
    client.force_login(lin)
    page = client.get(post.url)
    assert f'href="?reply={first.public_id}#id_text"' in page.content.decode()
    page = client.get(f"{post.url}?reply={first.public_id}")
    form = page.context["form"]
    sent = {"text": "谢谢", "reply_to": form["reply_to"].value(), "once": form["once"].value()}
    assert client.post(f"/social/comments/post/{post.public_id}/", sent).status_code == 302
    assert shown(post, lin) == [("好看", [("谢谢", [])])]


@pytest.mark.row("P1")
@pytest.mark.deny
def test_what_only_some_may_read_is_not_talked_about(client: Any, article: Callable, lin: User) -> None:
    page = article()
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    client.force_login(lin)
    html = client.get(page.url).content.decode()
    assert page.summary in html
    assert "data-comment-form" not in html


@pytest.mark.row("S2")
@pytest.mark.deny
def test_the_words_for_what_is_gone_come_back(
    client: Any, portal: Any, post: Post, lin: User, zhou: User
) -> None:
    client.force_login(zhou)
    posts.delete_post(post, by=lin)
    for address in (f"/social/comments/post/{post.public_id}/", f"/social/posts/{post.public_id}/share/"):
        answer = client.post(address, {"text": "想了很久才写好的一段话"})
        assert answer.status_code == 404
        assert "想了很久才写好的一段话" in answer.content.decode()
