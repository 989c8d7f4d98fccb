"""Following in secret, muting and blocking (S6): what each does, and that it leaves no trace for anybody else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from foundation.accounts.models import User
from foundation.accounts.models.user import AgeBand
from foundation.core import contact
from foundation.core.access.permissions import Refused
from foundation.core.access.scopes import PUBLIC, RESIDENTS, Scope
from foundation.core.pages.models import SiteOption
from foundation.core.pages.version import portal_changed
from foundation.core.search.finding import find
from foundation.messaging.domain import muting
from foundation.messaging.models import Notification
from foundation.social.domain import blocks, comments, follows, posts, reactions
from foundation.social.domain.queries.comments import comment_page
from foundation.social.domain.queries.feed import feed_page
from foundation.social.domain.queries.people import with_relation
from foundation.social.models import Block, Follow, FollowRule, Mention, Post
from foundation.social.options import FOLLOW_UNSEEN

pytestmark = [pytest.mark.django_db, pytest.mark.row("S6")]


@pytest.fixture
def lin(person: Callable) -> User:
    return person("lin", display="林秋雨")


@pytest.fixture
def zhou(person: Callable) -> User:
    return person("zhou", display="周叶")


@pytest.fixture
def chen(person: Callable) -> User:
    return person("chen", display="陈默")


def counted(person: User, reader: Any) -> tuple[int, int]:
    found = with_relation(User.objects.visible_to(reader), reader).get(pk=person.pk)
    return found.follower_count, found.following_count


def texts(user: Any) -> list[str]:
    return [item.obj.text for item in feed_page(user).items]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


class TestSecretFollow:
    def test_it_fills_the_followers_feed_with_what_she_may_read_anyway(self, lin: User, zhou: User) -> None:
        follows.follow(zhou, by=lin, secret=True)
        posts.post_status(by=zhou, text="给邻居", scope=Scope(RESIDENTS))
        posts.post_status(by=zhou, text="给互相关注的人", scope=Scope("contacts", str(zhou.pk)))
        assert texts(lin) == ["给邻居"]

    @pytest.mark.deny
    def test_nobody_is_told_and_nobody_can_count_it(self, lin: User, zhou: User, chen: User) -> None:
        follows.follow(zhou, by=lin, secret=True)
        assert not Notification.objects.filter(user=zhou).exists()
        for reader in (zhou, chen, lin):
            assert counted(zhou, reader) == (0, 0)
            assert counted(lin, reader) == (0, 0)
        assert "已悄悄关注" in signed_in(lin).get(zhou.space_url).content.decode()
        for reader in (zhou, chen):
            page = signed_in(reader).get(lin.space_url).content.decode()
            assert "已悄悄关注" not in page

    @pytest.mark.deny
    def test_it_never_makes_contacts(self, lin: User, zhou: User) -> None:
        follows.follow(zhou, by=lin, secret=True)
        follows.follow(lin, by=zhou)
        assert not Follow.objects.filter(mutual=True).exists()
        posts.post_status(by=zhou, text="给互相关注的人", scope=Scope("contacts", str(zhou.pk)))
        posts.post_status(by=lin, text="林给互相关注的人", scope=Scope("contacts", str(lin.pk)))
        assert texts(lin) == ["林给互相关注的人"]
        assert texts(zhou) == ["给互相关注的人"]
        assert not contact.knows(zhou, by=zhou)
        assert not contact.knows(lin, by=zhou)

    def test_made_open_it_is_told_and_may_be_mutual(self, lin: User, zhou: User) -> None:
        follows.follow(lin, by=zhou)
        follows.follow(zhou, by=lin, secret=True)
        follows.follow(zhou, by=lin)
        assert Follow.objects.filter(mutual=True).count() == 2
        assert Notification.objects.filter(user=zhou, event="followed", by=lin).count() == 1

    def test_made_secret_an_open_one_leaves_the_contacts_on_both_sides(self, lin: User, zhou: User) -> None:
        follows.follow(lin, by=zhou)
        follows.follow(zhou, by=lin)
        follows.follow(zhou, by=lin, secret=True)
        assert not Follow.objects.filter(mutual=True).exists()
        assert counted(zhou, lin) == (0, 1)

    @pytest.mark.deny
    def test_who_refuses_it_is_not_followed_in_secret_and_loses_those_who_did(
        self, lin: User, zhou: User, chen: User
    ) -> None:
        follows.follow(zhou, by=lin, secret=True)
        follows.decide_follow_rule(by_anybody=True, in_secret=False, by=zhou)
        assert not Follow.objects.exists()
        with pytest.raises(ValidationError, match="不接受悄悄关注"):
            follows.follow(zhou, by=chen, secret=True)
        follows.follow(zhou, by=chen)
        assert "悄悄关注" not in signed_in(lin).get(zhou.space_url).content.decode()

    @pytest.mark.deny
    def test_the_sites_switch_ends_its_effect_everywhere(self, lin: User, zhou: User, chen: User) -> None:
        follows.follow(zhou, by=lin, secret=True)
        posts.post_status(by=zhou, text="给邻居", scope=Scope(RESIDENTS))
        SiteOption.objects.create(key=FOLLOW_UNSEEN, value=False)
        portal_changed()
        assert texts(lin) == []
        with pytest.raises(ValidationError):
            follows.follow(zhou, by=chen, secret=True)

    @pytest.mark.deny
    def test_who_wants_no_new_followers_keeps_those_she_has(self, lin: User, zhou: User, chen: User) -> None:
        follows.follow(zhou, by=lin)
        follows.decide_follow_rule(by_anybody=False, in_secret=True, by=zhou)
        with pytest.raises(ValidationError, match="不接受新的关注"):
            follows.follow(zhou, by=chen)
        follows.follow(zhou, by=lin)
        assert counted(zhou, chen) == (1, 0)


class TestBlock:
    @pytest.fixture
    def parted(self, lin: User, zhou: User, chen: User) -> Post:
        """Lin and Zhou were contacts; then Lin blocked Zhou. Returns Chen's post on which both said something."""
        follows.follow(lin, by=zhou)
        follows.follow(zhou, by=lin)
        posts.post_status(by=lin, text="林的公开话 @周叶", scope=Scope(PUBLIC))
        posts.post_status(by=zhou, text="周的公开话 @林秋雨", scope=Scope(PUBLIC))
        hers = posts.post_status(by=chen, text="陈的公开话", scope=Scope(PUBLIC))
        comments.comment(by=lin, target=hers, text="林的评论")
        comments.comment(by=zhou, target=hers, text="周的评论")
        blocks.block(zhou, by=lin)
        return hers

    @pytest.mark.deny
    @pytest.mark.parametrize(("reader", "other"), [("lin", "zhou"), ("zhou", "lin")])
    def test_neither_finds_anything_of_the_other(self, parted: Post, reader: str, other: str) -> None:
        one, two = User.objects.get(username=reader), User.objects.get(username=other)
        client = signed_in(one)
        assert client.get(two.space_url).status_code == 404
        assert client.get(Post.objects.get(author=two).url).status_code == 404
        assert not User.objects.visible_to(one).filter(pk=two.pk).exists()
        assert not find(two.display_name, one).hits
        assert not find("公开话", one, kind="post").hits[1:]
        said = [row.comment for row in comment_page(parted, one, owner=parted.author_id)]
        assert said == [f"{'林' if reader == 'lin' else '周'}的评论"]
        feed = texts_of(client, "/feed/")
        # What she wrote herself keeps its words; nothing in it leads to the other.
        assert two.space_url not in feed
        assert f"{'周' if reader == 'lin' else '林'}的公开话" not in feed
        assert not Notification.objects.filter(user=one, by=two).exists()
        assert not Mention.objects.filter(user=two, post__author=one).exists()

    @pytest.mark.deny
    def test_follows_end_and_cannot_begin_again(self, parted: Post, lin: User, zhou: User) -> None:
        assert not Follow.objects.exists()
        for one, other in ((lin, zhou), (zhou, lin)):
            with pytest.raises(ValidationError):
                follows.follow(other, by=one)
            assert not contact.may_reach(other, by=one)

    @pytest.mark.deny
    def test_nothing_that_one_does_tells_the_other_anything(
        self, parted: Post, lin: User, zhou: User
    ) -> None:
        posts.post_status(by=zhou, text="说起 @林秋雨", scope=Scope(PUBLIC))
        answered = comments.comment(by=lin, target=parted, text="再说一句")
        with pytest.raises(ValidationError):
            comments.answered(answered.public_id, zhou)
        assert not Notification.objects.filter(user=lin, by=zhou).exists()
        assert not Mention.objects.filter(user=lin).exists()

    @pytest.mark.deny
    def test_the_blocked_is_not_told_and_only_the_blocker_finds_her_in_a_list(
        self, parted: Post, lin: User, zhou: User
    ) -> None:
        assert not Notification.objects.filter(user=zhou, by=lin).exists()
        assert "周叶" in signed_in(lin).get("/social/rules/").content.decode()
        assert "林秋雨" not in signed_in(zhou).get("/social/rules/").content.decode()
        assert signed_in(zhou).post("/social/unblock/lin/").status_code == 404
        assert Block.objects.count() == 1

    def test_a_visitor_still_reads_what_is_public(self, parted: Post, lin: User) -> None:
        assert Client().get(lin.space_url).status_code == 200

    def test_unblocked_they_see_each_other_and_follow_nobody(
        self, parted: Post, lin: User, zhou: User
    ) -> None:
        assert signed_in(lin).post("/social/unblock/zhou/").status_code == 302
        assert signed_in(zhou).get(lin.space_url).status_code == 200
        assert not Follow.objects.exists()

    def test_blocking_twice_is_blocking_once(self, parted: Post, lin: User, zhou: User) -> None:
        blocks.block(zhou, by=lin)
        assert Block.objects.count() == 1

    def test_both_may_block_and_it_holds_until_both_took_it_back(
        self, parted: Post, lin: User, zhou: User
    ) -> None:
        blocks.block(lin, by=zhou)
        blocks.unblock(zhou, by=lin)
        assert not User.objects.visible_to(lin).filter(pk=zhou.pk).exists()
        blocks.unblock(lin, by=zhou)
        assert User.objects.visible_to(lin).filter(pk=zhou.pk).exists()

    @pytest.mark.deny
    def test_nobody_blocks_herself(self, lin: User) -> None:
        with pytest.raises(ValidationError):
            blocks.block(lin, by=lin)

    @pytest.mark.deny
    def test_a_visitor_can_neither_block_nor_mute(self, lin: User) -> None:
        for act in ("block", "mute", "unblock"):
            answer = Client().post(f"/social/{act}/lin/")
            assert answer.status_code == 403
            assert 'href="/account/login/' in answer.content.decode()
        assert not Block.objects.exists()

    def test_likes_of_the_other_stay_a_number(self, parted: Post, lin: User, zhou: User) -> None:
        reactions.react(parted, by=zhou, liked=True)
        assert Post.objects.visible_to(lin).get(pk=parted.pk).reaction_count == 1


class TestMute:
    def test_the_muted_leave_feed_and_notifications_and_nothing_else(self, lin: User, zhou: User) -> None:
        follows.follow(zhou, by=lin)
        posts.post_status(by=zhou, text="周的话", scope=Scope(RESIDENTS))
        client = signed_in(lin)
        assert client.post("/social/mute/zhou/", {"muted": "1"}).status_code == 302
        posts.post_status(by=zhou, text="叫您 @林秋雨", scope=Scope(RESIDENTS))
        assert texts(lin) == []
        assert not Notification.objects.filter(user=lin).exists()
        assert client.get(zhou.space_url).status_code == 200
        assert counted(zhou, lin) == (1, 0)
        client.post("/social/mute/zhou/", {"muted": "0"})
        assert texts(lin) == ["叫您 @林秋雨", "周的话"]

    @pytest.mark.deny
    def test_the_muted_does_not_learn_of_it(self, lin: User, zhou: User) -> None:
        muting.mute(zhou.pk, by=lin)
        page = signed_in(zhou).get(lin.space_url).content.decode()
        assert "屏蔽" in page
        assert "恢复显示" not in page


class TestReach:
    @pytest.mark.deny
    @pytest.mark.parametrize("band", [AgeBand.UNDER_14, AgeBand.TEEN])
    def test_a_minor_is_reached_by_contacts_only_and_reaches_only_them(
        self, lin: User, zhou: User, band: AgeBand
    ) -> None:
        User.objects.filter(pk=zhou.pk).update(age_band=band)
        zhou.refresh_from_db()
        assert not contact.may_reach(zhou, by=lin)
        assert not contact.may_reach(lin, by=zhou)
        follows.follow(zhou, by=lin)
        assert not contact.may_reach(zhou, by=lin)
        follows.follow(lin, by=zhou)
        assert contact.may_reach(zhou, by=lin)
        assert contact.may_reach(lin, by=zhou)

    @pytest.mark.deny
    def test_who_is_not_verified_or_gone_is_not_reached(self, lin: User, person: Callable) -> None:
        assert not contact.may_reach(person("new", verified=False), by=lin)
        assert not contact.may_reach(lin, by=lin)

    def test_known_is_whom_one_follows_openly(self, lin: User, zhou: User) -> None:
        assert contact.may_reach(zhou, by=lin)
        assert not contact.knows(zhou, by=lin)
        follows.follow(lin, by=zhou)
        assert contact.knows(zhou, by=lin)
        assert not contact.knows(lin, by=zhou)


class TestRules:
    def test_the_page_keeps_both_answers(self, zhou: User) -> None:
        client = signed_in(zhou)
        assert client.post("/social/rules/", {"by_anybody": "on"}).status_code == 302
        rule = FollowRule.objects.get(user=zhou)
        assert (rule.by_anybody, rule.in_secret) == (True, False)
        client.post("/social/rules/", {})
        assert FollowRule.objects.get(user=zhou).by_anybody is False

    @pytest.mark.deny
    def test_who_is_not_verified_sets_no_rule(self, person: Callable) -> None:
        new = person("new", verified=False)
        with pytest.raises(Refused):
            follows.decide_follow_rule(by_anybody=False, in_secret=False, by=new)


def texts_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()
