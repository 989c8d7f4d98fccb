"""What the people of a circle do with each other: posts, comments, pins, announcements, files, the weekly letter (G4)."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.access import scopes
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.flow.workflow import StepNotAllowed
from foundation.messaging.models import Mute, Notification
from foundation.social.domain import comments, posts, reactions
from foundation.social.models import Comment, Post
from groups.domain import filing, hearing, keeping, letters, pinning
from groups.models import Circle, CircleFile, CircleMember, CirclePin
from tests.groups.conftest import browser, put_in, told

pytestmark = [pytest.mark.django_db, pytest.mark.row("G4")]


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶")


@pytest.fixture
def circle(live: Callable, zhou: User) -> Circle:
    found: Circle = live(people=(zhou,))
    return found


@pytest.fixture
def say(circle: Circle) -> Callable[..., Post]:
    def write(by: User, text: str = "明天降温", **more: Any) -> Post:
        return posts.post_status(by=by, text=text, scope=circle.scope, **more)

    return write


class TestPosts:
    def test_the_composer_says_who_will_see_it_and_writes_for_them(self, circle: Circle, zhou: User) -> None:
        client = browser(zhou)
        page = client.get(circle.get_absolute_url()).content.decode()
        assert "圈子“银杏舞队”的成员可见" in page
        answer = client.post(f"{circle.get_absolute_url()}post/", {"text": "大家好"})
        assert answer["Location"] == circle.get_absolute_url()
        post = Post.objects.get()
        assert post.scope == circle.scope
        assert post.url == f"{circle.get_absolute_url()}{post.public_id}/"
        assert "大家好" in client.get(post.url).content.decode()

    @pytest.mark.deny
    def test_what_was_typed_comes_back_with_the_fault(self, circle: Circle, zhou: User) -> None:
        long = "字" * 501
        answer = browser(zhou).post(f"{circle.get_absolute_url()}post/", {"text": long})
        assert answer.status_code == 422
        assert long in answer.content.decode()

    @pytest.mark.deny
    def test_only_members_who_may_speak_write(
        self, circle: Circle, owner: User, zhou: User, person: Callable, clerk: User
    ) -> None:
        for who in (person("outsider"), clerk):
            assert not scopes.may_post(who, circle.scope)
            with pytest.raises(Refused):
                posts.post_status(by=who, text="让我进来", scope=circle.scope)
            assert browser(who).post(f"{circle.get_absolute_url()}post/", {"text": "x"}).status_code == 404
        zhou.muted_until = timezone.now() + timedelta(days=1)
        zhou.save()
        with pytest.raises(Refused):
            posts.post_status(by=zhou, text="我被禁言了", scope=circle.scope)
        keeping.remove_member(circle, zhou, by=owner)
        assert not Post.objects.exists()

    @pytest.mark.deny
    def test_what_was_said_in_a_circle_stays_there(self, circle: Circle, owner: User, say: Callable) -> None:
        post = say(owner)
        with pytest.raises(Refused):
            posts.edit_post(post, by=owner, text="给大家", scope=Scope(PUBLIC))
        answer = browser(owner).get(f"/u/owner/{post.public_id}/edit/")
        assert answer["Location"] == f"{post.url}edit/"
        browser(owner).post(f"{post.url}edit/", {"text": "改了"})
        post.refresh_from_db()
        assert (post.text, post.scope) == ("改了", circle.scope)
        assert "明天降温" in browser(owner).get(f"{post.url}history/").content.decode()

    @pytest.mark.deny
    def test_who_was_put_out_reads_and_does_nothing_any_more(
        self, circle: Circle, owner: User, zhou: User, say: Callable
    ) -> None:
        post = say(owner)
        mine = say(zhou, "我的话")
        keeping.remove_member(circle, zhou, by=owner)
        assert not Post.objects.visible_to(zhou).filter(pk=post.pk).exists()
        with pytest.raises(Refused):
            reactions.react(post, by=zhou, liked=True)
        with pytest.raises(ValidationError):
            comments.comment(by=zhou, target=post, text="等等")
        # Her own words are still hers to take away.
        posts.delete_post(mine, by=zhou)
        assert not Post.objects.visible_to(owner).filter(pk=mine.pk).exists()

    def test_who_keeps_order_takes_away_posts_and_comments(
        self, circle: Circle, owner: User, zhou: User, person: Callable, say: Callable
    ) -> None:
        chen = person("chen")
        put_in(circle, chen, "moderator")
        post = say(zhou, "卖保健品")
        said = comments.comment(by=zhou, target=post, text="买一送一")
        page = browser(chen).get(post.url).content.decode()
        assert f"/social/comments/{said.public_id}/delete/" in page
        assert f"/social/posts/{post.public_id}/delete/" in page
        browser(chen).post(f"/social/comments/{said.public_id}/delete/")
        assert Comment.objects.get(pk=said.pk).is_removed
        browser(chen).post(f"/social/posts/{post.public_id}/delete/")
        post.refresh_from_db()
        assert post.deleted_at is not None

    @pytest.mark.deny
    def test_a_member_takes_away_nothing_of_others(
        self, circle: Circle, owner: User, zhou: User, say: Callable
    ) -> None:
        post = say(owner)
        said = comments.comment(by=owner, target=post, text="注意保暖")
        client = browser(zhou)
        assert client.post(f"/social/posts/{post.public_id}/delete/").status_code == 404
        assert client.post(f"/social/comments/{said.public_id}/delete/").status_code == 404
        with pytest.raises(Refused):
            posts.delete_post(post, by=zhou)

    def test_what_was_reported_stands_before_who_keeps_order(
        self, circle: Circle, owner: User, zhou: User, say: Callable, person: Callable
    ) -> None:
        from foundation.moderation.domain import reports

        chen = person("chen")
        put_in(circle, chen)
        post = say(zhou, "转发有奖")
        reports.report(post, reason="advert", by=chen)
        page = browser(owner).get(f"{circle.get_absolute_url()}waiting/").content.decode()
        assert "转发有奖" in page
        assert "1 人举报" in page
        assert "chen" not in page.split("被举报的内容")[1], "who reported is the office's to know"


class TestPins:
    def test_three_stand_first_and_no_fourth(self, circle: Circle, owner: User, say: Callable) -> None:
        made = [say(owner, f"第{number}条") for number in range(4)]
        for post in made[:3]:
            pinning.pin(circle, post, by=owner)
            pinning.pin(circle, post, by=owner)
        with pytest.raises(ValidationError):
            pinning.pin(circle, made[3], by=owner)
        with pytest.raises(IntegrityError), transaction.atomic():
            CirclePin.objects.create(circle=circle, post=made[3], slot=3)
        posts.delete_post(made[0], by=owner)
        pinning.pin(circle, made[3], by=owner)
        pinning.unpin(circle, made[1], by=owner)
        page = browser(owner).get(circle.get_absolute_url())
        assert [post.text for post in page.context["pinned"]] == ["第3条", "第2条"]
        assert [post.text for post in page.context["page_obj"]] == ["第1条"]

    @pytest.mark.deny
    def test_only_who_keeps_order_pins_and_only_what_is_there(
        self, circle: Circle, owner: User, zhou: User, say: Callable, live: Callable
    ) -> None:
        post = say(zhou)
        with pytest.raises(Refused):
            pinning.pin(circle, post, by=zhou)
        other = live("棋友会")
        with pytest.raises(StepNotAllowed):
            pinning.pin(other, post, by=owner)
        elsewhere = posts.post_status(by=owner, text="给大家", scope=Scope(PUBLIC))
        with pytest.raises(StepNotAllowed):
            pinning.pin(circle, elsewhere, by=owner)

    def test_an_announcement_tells_every_member_once(
        self, circle: Circle, owner: User, zhou: User, say: Callable, drain: Callable, person: Callable
    ) -> None:
        post = say(owner, "元旦联欢报名")
        answer = browser(owner).get(post.url).content.decode()
        assert "置顶并通知 2 人" in answer
        browser(owner).post(f"{post.url}pin/", {"announce": "1"})
        pinning.pin(circle, post, announce=True, by=owner)
        drain()
        assert Notification.objects.filter(event="circle_announced").count() == 1
        assert told(zhou, "circle_announced")
        assert not told(owner, "circle_announced")


class TestFiles:
    def test_a_file_lies_there_for_the_circles_people(
        self, circle: Circle, zhou: User, owner: User, picture: Callable, person: Callable
    ) -> None:
        from foundation.core.files import pictures

        client = browser(zhou)
        answer = client.post(
            f"{circle.get_absolute_url()}files/", {"file": picture(size=(64, 48)), "name": "队形图"}
        )
        assert answer.status_code == 302
        row = CircleFile.objects.get()
        pictures.make("", {"id": row.file_id})
        row.refresh_from_db()
        assert row.file.scope == circle.scope
        assert "队形图" in browser(owner).get(f"{circle.get_absolute_url()}files/").content.decode()
        answers = []
        for one in (owner, zhou, person("outsider"), None):
            sent: Any = browser(one).get(row.file.url_320)
            if sent.streaming:
                b"".join(sent.streaming_content)
            answers.append(sent.status_code)
        assert answers == [200, 200, 404, 404]

    def test_the_same_form_twice_is_one_file(self, circle: Circle, zhou: User, picture: Callable) -> None:
        once = uuid.uuid4()
        first, second = (
            filing.add_file(circle, picture(size=(64, 48)), name="图", once=once, by=zhou) for _ in range(2)
        )
        assert first.pk == second.pk
        assert CircleFile.objects.count() == 1

    @pytest.mark.deny
    def test_what_is_no_picture_is_refused_and_others_files_stay(
        self, circle: Circle, zhou: User, owner: User, picture: Callable, person: Callable
    ) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        bad = SimpleUploadedFile("virus.exe", b"MZ" + b"0" * 100)
        answer = browser(zhou).post(f"{circle.get_absolute_url()}files/", {"file": bad})
        assert answer.status_code == 422
        row = filing.add_file(circle, picture(size=(64, 48)), by=owner)
        with pytest.raises(Refused):
            filing.remove_file(row, by=zhou)
        with pytest.raises(Refused):
            filing.add_file(circle, picture(size=(64, 48)), by=person("outsider"))
        filing.remove_file(row, by=owner)
        assert not CircleFile.objects.exists()


class TestHearing:
    def test_who_muted_a_circle_hears_no_announcement(
        self, circle: Circle, owner: User, zhou: User, say: Callable, drain: Callable
    ) -> None:
        browser(zhou).post(f"{circle.get_absolute_url()}hear/", {"muted": "1", "weekly": "1"})
        assert "已静音" in browser(zhou).get(circle.get_absolute_url()).content.decode()
        pinning.pin(circle, say(owner), announce=True, by=owner)
        drain()
        assert not told(zhou, "circle_announced")
        hearing.choose(circle, by=zhou, muted=False, weekly=True)
        assert not Mute.objects.filter(user=zhou).exists()

    @pytest.mark.deny
    def test_outsiders_choose_nothing(self, circle: Circle, person: Callable) -> None:
        with pytest.raises(Refused):
            hearing.choose(circle, by=person("outsider"), muted=True, weekly=True)

    def test_the_weekly_letter_tells_everything_once_however_late_it_comes(
        self, circle: Circle, owner: User, zhou: User, person: Callable, say: Callable, drain: Callable
    ) -> None:
        """Thirty days with a clock that comes early, late and twice: no post is missing, none is told twice."""
        chen = person("chen")
        put_in(circle, chen)
        CircleMember.objects.filter(circle=circle, user=chen).update(weekly=False)
        start, told_of, written = timezone.now(), [], 0
        for day in range(1, 31):
            with time_machine.travel(start + timedelta(days=day), tick=False):
                if day % 4 == 0 and day < 26:
                    say(owner, f"第{day}天")
                    written += 1
                if day in (3, 7, 8, 8, 13, 15, 21, 29, 30):
                    letters.write_letters()
                    letters.write_letters()
                    drain()
                    for one in Notification.objects.filter(user=zhou, event="circle_week"):
                        if not told_of or told_of[-1] != (one.created_at, one.text):
                            told_of.append((one.created_at, one.text))
        numbers = [int("".join(sign for sign in text if sign.isdigit())) for _at, text in told_of]
        assert sum(numbers) == written
        times = [at for at, _text in told_of]
        assert all(later - earlier >= letters.EVERY for earlier, later in pairwise(times))
        assert not told(chen, "circle_week")


def test_the_feed_shows_what_followed_people_said_in_a_shared_circle(
    circle: Circle, owner: User, zhou: User, say: Callable, person: Callable
) -> None:
    from foundation.social.domain.follows import follow
    from groups.domain.queries.circles import circle_ids_of

    fan = person("fan")
    follow(owner, by=zhou)
    follow(owner, by=fan)
    say(owner, "圈里的话")
    assert "圈里的话" in browser(zhou).get("/feed/").content.decode()
    assert "圈里的话" not in browser(fan).get("/feed/").content.decode()
    assert list(circle_ids_of(zhou).values_list("circle_id", flat=True)) == [circle.pk]
    assert not circle_ids_of(fan).exists()


def test_other_apps_add_their_tab_to_every_circle(circle: Circle, zhou: User, owner: User) -> None:
    from groups.domain import tabs
    from groups.domain.standing import standing_of

    tabs.register(tabs.Tab(key="album", words="相册", url=lambda one: f"/albums/{one.slug}/", order=30))
    try:
        shown = [tab.key for tab in tabs.tabs_of(circle, standing_of(circle, zhou))]
        assert shown == ["circle", "album", "files", "members", "about"]
        assert [tab.key for tab in tabs.tabs_of(circle, None)] == ["about"]
        assert [tab.key for tab in tabs.tabs_of(circle, standing_of(circle, owner))][-2:] == [
            "waiting",
            "edit",
        ]
    finally:
        tabs._tabs.pop("album")
