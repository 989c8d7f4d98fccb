"""Statuses (S2): written once, edited with history, shared, deleted without a trace."""

import re
import uuid
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import Scope
from foundation.core.models import StoredFile
from foundation.messaging.models import Notification
from foundation.social.domain import comments, drafts, posts, reactions
from foundation.social.domain.follows import follow, unfollow
from foundation.social.domain.queries.people import with_relation
from foundation.social.domain.queries.posts import load_content, load_posts
from foundation.social.domain.text import names_in, to_html, topics_in
from foundation.social.models import Draft, FeedEntry, Follow, Mention, Post, PostRevision, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.row("S2")]
RESIDENTS, PUBLIC = Scope("residents"), Scope("public")


@pytest.fixture
def lin(person: Callable) -> Any:
    return person("lin", display="林秋雨")


@pytest.fixture
def zhou(person: Callable) -> Any:
    return person("zhou", display="周叶")


def write(by: Any, text: str = "院里的银杏", scope: Scope = RESIDENTS, **more: Any) -> Post:
    return posts.post_status(by=by, text=text, scope=scope, **more)


def test_a_status_stands_in_space_and_feed_with_its_pictures_in_order(lin: Any, picture: Callable) -> None:
    post = write(
        lin,
        "院里的银杏 #秋天# #晨练 走起",
        pictures=[picture(f"{number}.jpg") for number in range(9)],
        descriptions=["一", "二"],
    )
    files = [one.file for one in post.post_pictures.select_related("file")]
    assert [file.description for file in files] == ["一", "二", *[""] * 7]
    assert {file.scope for file in files} == {RESIDENTS}
    assert {topic.name for topic in post.topics.all()} == {"秋天", "晨练"}
    entry = FeedEntry.objects.get()
    assert (entry.actor, entry.object_id) == (lin, post.pk)


@pytest.mark.deny
@pytest.mark.parametrize(
    ("text", "pictures", "code"),
    [("  \n ", 0, "empty"), ("长" * 501, 0, "too_long"), ("好", 10, "too_many")],
)
def test_what_does_not_fit_is_refused_whole(
    lin: Any, picture: Callable, text: str, pictures: int, code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        write(lin, text, pictures=[picture() for _ in range(pictures)])
    assert refused.value.code == code
    assert not Post.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.deny
def test_one_bad_picture_leaves_nothing_of_the_good_ones_behind(lin: Any, picture: Callable) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    with pytest.raises(ValidationError):
        write(lin, pictures=[picture(), SimpleUploadedFile("b.jpg", b"no picture")])
    assert not StoredFile.objects.exists()


@pytest.mark.deny
@pytest.mark.row("A2")
@pytest.mark.security(60)
def test_who_is_not_verified_reads_but_does_not_write(person: Callable, lin: Any) -> None:
    new, post = person("new", verified=False), write(lin, scope=PUBLIC)
    acts: list[Callable[[], object]] = [
        lambda: write(new),
        lambda: comments.comment(by=new, target=post, text="好"),
        lambda: reactions.react(post, by=new, liked=True),
        lambda: follow(lin, by=new),
    ]
    for act in acts:
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.refusal == "verify"
    drafts.keep_draft("status:new", "写了一半", by=new)
    assert drafts.draft_of("status:new", new) == "写了一半"


@pytest.mark.security(32)
def test_the_same_form_sent_twice_is_one_status(lin: Any, zhou: Any) -> None:
    once = uuid.uuid4()
    first, again = write(lin, once=once), write(lin, once=once)
    assert first == again
    assert write(zhou, once=once) != first
    assert Post.objects.count() == 2


def test_an_edit_keeps_what_was_said_before(lin: Any) -> None:
    post = write(lin, "早上好 #早安#")
    edited = posts.edit_post(post, by=lin, text="晚上好 #晚安#", scope=RESIDENTS)
    assert edited.edited_at is not None
    assert PostRevision.objects.get().text == "早上好 #早安#"
    assert {topic.name for topic in edited.topics.all()} == {"晚安"}
    posts.edit_post(post, by=lin, text="晚上好 #晚安#", scope=RESIDENTS)
    assert PostRevision.objects.count() == 1


@pytest.mark.deny
@pytest.mark.security(4)
def test_a_narrower_scope_holds_at_once_for_everything_that_hangs_on_it(
    lin: Any, zhou: Any, picture: Callable
) -> None:
    post = write(lin, scope=PUBLIC, pictures=[picture()])
    answer = comments.comment(by=zhou, target=post, text="好看")
    posts.edit_post(post, by=lin, text=post.text, scope=Scope("only", str(lin.pk)))
    assert not Post.objects.visible_to(zhou).exists()
    assert not StoredFile.objects.visible_to(zhou).exists()
    answer.refresh_from_db()
    assert answer.scope == Scope("only", str(lin.pk))
    assert load_posts([post.pk], zhou) == []


@pytest.mark.deny
def test_only_the_author_edits_and_deletes(lin: Any, zhou: Any) -> None:
    post = write(lin)
    with pytest.raises(Refused):
        posts.edit_post(post, by=zhou, text="x", scope=PUBLIC)
    with pytest.raises(Refused):
        posts.delete_post(post, by=zhou)
    posts.delete_post(post, by=lin)
    with pytest.raises(Refused):
        posts.edit_post(post, by=lin, text="x", scope=PUBLIC)


def test_a_deleted_status_leaves_no_text_no_picture_no_entry(lin: Any, zhou: Any, picture: Callable) -> None:
    post = write(lin, "@周叶 看 #银杏#", scope=PUBLIC, pictures=[picture()])
    comments.comment(by=zhou, target=post, text="好看")
    posts.edit_post(post, by=lin, text="@周叶 看看 #银杏#", scope=PUBLIC)
    posts.delete_post(post, by=lin)
    posts.delete_post(post, by=lin)
    post.refresh_from_db()
    assert post.text == ""
    assert not Post.objects.visible_to(lin).exists()
    for model in (FeedEntry, PostRevision, Mention):
        assert not model.objects.exists()
    assert not StoredFile.objects.visible_to(lin).exists()
    assert not comments.under(post).filter(is_removed=False).exists()


def test_a_share_points_to_the_origin_and_counts_there(lin: Any, zhou: Any, person: Callable) -> None:
    chen = person("chen")
    post = write(lin, scope=PUBLIC)
    first = write(zhou, "转给大家", share_of=post)
    second = write(chen, "", share_of=first)
    assert second.share_of == post
    post.refresh_from_db()
    assert post.share_count == 2
    assert Notification.objects.filter(user=lin, event="shared").count() == 2
    posts.delete_post(second, by=chen)
    post.refresh_from_db()
    assert post.share_count == 1
    posts.delete_post(post, by=lin)
    (shown,) = load_posts([first.pk], chen)
    assert shown.shared is None
    assert shown.shared_gone


@pytest.mark.deny
def test_what_one_may_not_see_can_not_be_shared(lin: Any, zhou: Any) -> None:
    secret = write(lin, scope=Scope("only", str(lin.pk)))
    with pytest.raises(ValidationError) as refused:
        write(zhou, "", share_of=secret)
    assert refused.value.code == "gone"


def test_a_like_counts_once_and_is_taken_back_once(lin: Any, zhou: Any) -> None:
    post = write(lin)
    assert [reactions.react(post, by=zhou, liked=liked) for liked in (True, True, False, False)] == [
        1,
        1,
        0,
        0,
    ]


@pytest.mark.deny
@pytest.mark.parametrize("unseen", ["\u200b\u200b", " \u2060\n\u00a0", "\u202e\u200d"])
def test_what_nobody_can_see_says_nothing(lin: Any, unseen: str) -> None:
    with pytest.raises(ValidationError):
        write(lin, unseen)
    post = write(lin, "好")
    with pytest.raises(ValidationError):
        comments.comment(by=lin, target=post, text=unseen)


def test_letters_are_not_turned_around_and_emoji_stay_joined(lin: Any) -> None:
    assert write(lin, "\u202eabc\u202c 一家人 👨\u200d👩\u200d👧").text == "abc 一家人 👨\u200d👩\u200d👧"


def test_the_form_that_comes_back_with_other_words_is_another_post(lin: Any, zhou: Any) -> None:
    once = uuid4()
    first, again = (posts.post_status(by=lin, text="第一句", scope=PUBLIC, once=once) for _time in range(2))
    assert first == again
    other = posts.post_status(by=lin, text="第二句", scope=PUBLIC, once=once)
    assert [post.text for post in Post.objects.order_by("pk")] == ["第一句", "第二句"]
    assert other != first
    said, twice = (comments.comment(by=zhou, target=first, text="好", once=once) for _time in range(2))
    assert said == twice
    comments.comment(by=zhou, target=first, text="真好", once=once)
    comments.comment(by=lin, target=first, text="谢谢", once=once)
    assert comments.under(first).count() == 3


class TestMentions:
    def test_who_is_meant_is_linked_and_told(self, lin: Any, zhou: Any) -> None:
        post = write(lin, "@周叶谢谢你的围巾", scope=PUBLIC)
        assert Mention.objects.get().user == zhou
        assert Notification.objects.get(user=zhou).event == "mentioned"
        (shown,) = load_posts([post.pk], lin)
        load_content(shown)
        assert f'<a class="mention" href="{zhou.space_url}">@周叶</a>谢谢' in shown.text_html
        posts.edit_post(post, by=lin, text="谢谢你", scope=PUBLIC)
        assert not Mention.objects.exists()

    @pytest.mark.deny
    def test_who_may_not_read_it_is_not_told(self, lin: Any, zhou: Any) -> None:
        write(lin, "@周叶 悄悄话", scope=Scope("only", str(lin.pk)))
        assert not Notification.objects.filter(user=zhou).exists()

    def test_of_two_people_of_one_name_the_followed_one_is_meant(
        self, lin: Any, zhou: Any, person: Callable
    ) -> None:
        other = person("zhou2", display="周叶")
        write(lin, "@周叶 在吗")
        assert not Mention.objects.exists()
        follow(other, by=lin)
        write(lin, "@周叶 在吗")
        assert Mention.objects.get().user == other

    def test_names_and_topics_are_found_as_people_type_them(self) -> None:
        assert names_in("@周叶，@林秋雨 @周叶") == ["周叶", "林秋雨"]
        assert topics_in("#早安太极# 来 #晨练 吧 #早安太极#") == ["早安太极", "晨练"]
        assert names_in("没有") == topics_in("没有") == []
        assert len(topics_in(" ".join(f"#t{number}" for number in range(9)))) == 5

    def test_everything_typed_is_escaped(self) -> None:
        html = to_html('<b>"&\n\n@某人 #不存在 <script>', people={}, topics=[])
        assert html == "<p>&lt;b&gt;&quot;&amp;</p><p>@某人 #不存在 &lt;script&gt;</p>"


@pytest.mark.row("S6")
class TestFollowing:
    def test_following_back_makes_contacts_on_both_sides(self, lin: Any, zhou: Any) -> None:
        follow(lin, by=zhou)
        follow(lin, by=zhou)
        assert not Follow.objects.get().mutual
        follow(zhou, by=lin)
        assert [row.mutual for row in Follow.objects.all()] == [True, True]
        seen = with_relation(User.objects, zhou).get(pk=lin.pk)
        assert (seen.is_followed, seen.is_contact) == (True, True)
        assert (seen.follower_count, seen.following_count) == (1, 1)
        unfollow(lin, by=zhou)
        unfollow(lin, by=zhou)
        seen = with_relation(User.objects, zhou).get(pk=lin.pk)
        assert (seen.is_followed, seen.is_contact, seen.follower_count) == (False, False, 0)
        assert not Follow.objects.get().mutual
        assert Notification.objects.filter(event="followed").count() == 2

    @pytest.mark.deny
    def test_nobody_follows_herself(self, lin: Any) -> None:
        with pytest.raises(ValidationError):
            follow(lin, by=lin)


class TestLongTexts:
    """The browser cuts nothing; the server counts, refuses and gives back."""

    def test_a_line_ends_once(self, client: Any, portal: Any, lin: Any) -> None:
        client.force_login(lin)
        text = "字" * 249 + "\r\n" + "字" * 250
        answer = client.post("/feed/post/", {"text": text, "scope": "public"})
        assert answer.status_code == 302
        assert len(Post.objects.get().text) == 500

    @pytest.mark.deny
    def test_what_is_too_long_comes_back_whole(self, client: Any, portal: Any, lin: Any, zhou: Any) -> None:
        post, long = write(lin, scope=PUBLIC), "长" * 501
        client.force_login(zhou)
        for path, data in (
            ("/feed/post/", {"text": long, "scope": "public"}),
            (f"/social/posts/{post.public_id}/share/", {"text": long}),
        ):
            answer = client.post(path, data)
            assert answer.status_code == 422
            assert long in answer.content.decode()
            assert "最多 500 个字，请删短一些。" in answer.content.decode()
        assert Post.objects.count() == 1

    def test_no_field_of_a_text_has_a_limit_that_cuts(self, client: Any, portal: Any, lin: Any) -> None:
        post = write(lin, scope=PUBLIC)
        client.force_login(lin)
        for path in ("/feed/post/", post.url, f"{post.url}edit/"):
            html = client.get(path).content.decode()
            fields = re.findall(r"<textarea[^>]*>", html)
            assert fields
            assert all("data-max=" in field and "maxlength" not in field for field in fields), path


class TestDrafts:
    def test_a_draft_is_kept_replaced_and_forgotten(self, lin: Any, zhou: Any) -> None:
        drafts.keep_draft("status:new", "一", by=lin)
        drafts.keep_draft("status:new", "二", by=lin)
        assert drafts.draft_of("status:new", lin) == "二"
        assert drafts.draft_of("status:new", zhou) == ""
        drafts.keep_draft("status:new", "  ", by=lin)
        assert not Draft.objects.exists()

    def test_the_newest_fifty_are_kept(self, lin: Any) -> None:
        for number in range(drafts.MAX_DRAFTS + 3):
            drafts.keep_draft(f"comment:post:{number}", "x", by=lin)
        assert Draft.objects.count() == drafts.MAX_DRAFTS
        assert drafts.draft_of("comment:post:0", lin) == ""

    @pytest.mark.deny
    @pytest.mark.parametrize(("key", "text"), [("../etc", "x"), ("status:new", "x" * 20_001)])
    def test_what_is_no_draft_is_refused(self, lin: Any, key: str, text: str) -> None:
        with pytest.raises(ValidationError):
            drafts.keep_draft(key, text, by=lin)

    def test_the_address_keeps_them(self, client: Any, lin: Any) -> None:
        client.force_login(lin)
        answer = client.post("/social/draft/", {"key": "status:new", "text": "写着写着"})
        assert answer.json() == {"kept": True}
        assert "写着写着" in client.get("/feed/post/").content.decode()
        assert client.post("/social/draft/", {"key": "?", "text": "x"}).status_code == 422


def test_a_topic_keeps_its_chinese_name_as_address(lin: Any, client: Any, portal: Any) -> None:
    write(lin, "#早安太极#", scope=PUBLIC)
    assert Topic.objects.get().slug == "早安太极"
    assert Topic().slugify("早安", 2) == "早安_2"
    assert "早安太极" in client.get("/topics/早安太极/").content.decode()
    assert client.get("/topics/没有/").status_code == 404
