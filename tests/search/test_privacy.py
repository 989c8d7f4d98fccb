"""What may not be opened is not found, counted or hinted at (P9), also before the index follows a change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from foundation.accounts.domain.profile import change_profile
from foundation.accounts.domain.sanctions import hide_profile
from foundation.accounts.models import User
from foundation.accounts.models.profile import default_levels
from foundation.core.access.scopes import Scope
from foundation.core.search.finding import find
from foundation.core.search.models import SearchDocument
from foundation.social.domain import follows, posts

pytestmark = [pytest.mark.row("P9"), pytest.mark.deny, pytest.mark.security(4), pytest.mark.django_db]


class TestPages:
    def test_drafts_and_scheduled_ones_are_not_found(
        self, article: Callable, drain: Callable, hits: Callable
    ) -> None:
        article("秘密草稿", live=False)
        article(
            "秘密定时", live=False, go_live_at=timezone.now() + timedelta(hours=1)
        ).save_revision().publish()
        drain()
        assert hits("秘密") == []
        assert not SearchDocument.objects.exclude(kind="page").exists()

    def test_what_is_being_rewritten_is_found_by_what_is_published(
        self, article: Callable, drain: Callable, hits: Callable
    ) -> None:
        page = article("公开的")
        page.title = "改成秘密"
        page.save_revision()
        drain()
        assert hits("公开") == ["公开的"]
        assert hits("秘密") == []

    def test_what_is_over_is_gone_at_once(self, article: Callable, drain: Callable, hits: Callable) -> None:
        page = article("秘密活动")
        drain()
        assert hits("秘密") == ["秘密活动"]
        type(page).objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
        assert hits("秘密") == []
        page.refresh_from_db()
        page.unpublish()
        drain()
        assert not SearchDocument.objects.filter(title="秘密活动").exists()

    def test_a_private_section_is_not_found_at_once_and_comes_back(
        self, article: Callable, portal: Any, drain: Callable, hits: Callable
    ) -> None:
        article("秘密内容")
        drain()
        found = hits("秘密")
        closed = PageViewRestriction.objects.create(
            page=portal.news, restriction_type="password", password="x"
        )
        assert (found, hits("秘密")) == (["秘密内容"], [])
        drain()
        assert not SearchDocument.objects.filter(title="秘密内容").exists()
        closed.delete()
        drain()
        assert hits("秘密") == ["秘密内容"]

    def test_old_words_are_not_shown_until_the_index_follows(
        self, article: Callable, drain: Callable, hits: Callable
    ) -> None:
        page = article("活动", summary="张三的电话是秘密")
        drain()
        page.summary = "改过了"
        page.save_revision().publish()
        assert hits("秘密") == []
        drain()
        assert (hits("秘密"), hits("改过")) == ([], ["活动"])


class TestStatuses:
    @pytest.mark.parametrize(
        ("level", "readers"),
        [
            ("public", {"visitor", "newcomer", "stranger", "contact", "author"}),
            ("residents", {"stranger", "contact", "author"}),
            ("place", {"contact", "author"}),
            ("contacts", {"contact", "author"}),
            ("only", {"author"}),
        ],
    )
    def test_those_find_them_for_whom_they_were_written(
        self, person: Callable, say: Callable, drain: Callable, hits: Callable, level: str, readers: set[str]
    ) -> None:
        people = {
            "visitor": None,
            "newcomer": person("newcomer", verified=False),
            "stranger": person("stranger", place="bridge"),
            "contact": person("contact"),
            "author": person("author"),
        }
        follows.follow(people["author"], by=people["contact"])
        follows.follow(people["contact"], by=people["author"])
        say("秘密的话", people["author"], level)
        drain()
        assert {name for name, reader in people.items() if hits("秘密", reader)} == readers
        counted = {name for name, reader in people.items() if find("秘密", reader).counts}
        assert counted == readers, "numbers tell of nothing else"

    def test_narrowed_hidden_deleted_or_edited_it_is_gone_before_the_index_follows(
        self, person: Callable, say: Callable, drain: Callable, hits: Callable
    ) -> None:
        lin, zhou = person("lin"), person("zhou")
        narrowed, hidden, gone, edited = (say(f"秘密{word}", lin) for word in "甲乙丙丁")
        drain()
        assert len(hits("秘密", zhou)) == 4
        posts.edit_post(narrowed, by=lin, text="秘密甲", scope=Scope("only", str(lin.pk)))
        posts.hide_post(hidden, hidden=True, by=None)
        posts.delete_post(gone, by=lin)
        posts.edit_post(edited, by=lin, text="没什么", scope=Scope("public"))
        found = find("秘密", zhou)
        assert (found.hits, found.counts, found.alike) == ([], [], [])
        drain()
        assert hits("秘密", zhou) == []
        assert hits("没什么", zhou) == ["没什么"]
        assert sorted(hits("秘密", lin)) == ["秘密乙", "秘密甲"], "her own she finds, hidden or not"

    def test_of_a_suspended_author_nothing_is_found_and_it_comes_back_by_the_clock(
        self, person: Callable, say: Callable, drain: Callable, hits: Callable
    ) -> None:
        lin, zhou = person("lin"), person("zhou")
        say("秘密的话", lin)
        drain()
        User.objects.get_queryset().filter(pk=lin.pk).update(
            suspended_until=timezone.now() + timedelta(hours=1)
        )
        assert (hits("秘密", zhou), find("秘密", zhou).counts) == ([], [])
        User.objects.get_queryset().filter(pk=lin.pk).update(
            suspended_until=timezone.now() - timedelta(hours=1)
        )
        assert hits("秘密", zhou) == ["秘密的话"]

    def test_a_suspended_reader_finds_what_visitors_find(
        self, person: Callable, say: Callable, drain: Callable, hits: Callable
    ) -> None:
        say("秘密的话", person("lin"), "residents")
        zhou = person("zhou")
        drain()
        zhou.suspended_until = timezone.now() + timedelta(hours=1)
        assert hits("秘密", zhou) == []

    def test_what_sounds_alike_is_offered_only_to_who_finds_it(
        self, person: Callable, say: Callable, drain: Callable
    ) -> None:
        person("zhang", display="章亮")
        drain()
        assert find("张亮", person("new", verified=False)).alike == []
        assert find("张亮", None).alike == []


class TestPeople:
    def write(self, user: Any, levels: dict[str, str] | None = None, **values: str) -> None:
        change_profile(
            user,
            by=user,
            display_name=user.display_name,
            values=values,
            levels={**default_levels(), **(levels or {})},
        )

    def test_names_are_for_verified_neighbours(
        self, person: Callable, drain: Callable, hits: Callable
    ) -> None:
        person("zhang", display="章亮")
        person("zhao", display="章不亮", verified=False)
        drain()
        assert hits("章", None) == hits("章", person("new", verified=False)) == []
        assert hits("章", person("lin")) == ["章亮"], "somebody who is not verified has no space to open"

    def test_the_real_name_is_found_only_by_those_to_whom_it_is_shown(
        self, person: Callable, drain: Callable, hits: Callable
    ) -> None:
        zhang, friend, stranger = person("zhang", display="老章"), person("friend"), person("stranger")
        follows.follow(zhang, by=friend)
        follows.follow(friend, by=zhang)
        self.write(zhang)
        drain()
        assert hits("实名zhang", friend) == ["老章"]
        (hit,) = find("实名zhang", friend).hits
        assert (hit.label, hit.excerpt) == ("真实姓名", "实名zhang")
        assert hits("实名zhang", stranger) == hits("实名zhang", None) == []
        self.write(zhang, {"real_name": "residents"})
        drain()
        assert hits("实名zhang", stranger) == ["老章"]

    def test_a_field_made_private_is_not_found_before_the_index_follows(
        self, person: Callable, drain: Callable, hits: Callable
    ) -> None:
        zhang, lin = person("zhang", display="老章"), person("lin")
        self.write(zhang, {"hobbies": "public"}, hobbies="秘密收藏")
        drain()
        assert hits("秘密收藏", None) == hits("秘密收藏", lin) == ["老章"]
        self.write(zhang, {"hobbies": "only"}, hobbies="秘密收藏")
        assert hits("秘密收藏", lin) == hits("秘密收藏", None) == []
        assert find("秘密收藏", lin).counts == []
        drain()
        assert hits("秘密收藏", lin) == []
        assert hits("秘密收藏", zhang) == ["老章"]
        assert hits("老章", lin) == ["老章"]

    @pytest.mark.row("O2")
    def test_what_the_community_hid_of_a_profile_is_not_found(
        self, person: Callable, drain: Callable, hits: Callable
    ) -> None:
        zhang, lin = person("zhang", display="老章"), person("lin")
        self.write(zhang, bio="秘密广告")
        drain()
        hide_profile(zhang, hidden=True, by=None)
        assert hits("秘密广告", lin) == []
        hide_profile(zhang, hidden=False, by=None)
        drain()
        assert hits("秘密广告", lin) == ["老章"]

    @pytest.mark.row("A7")
    def test_who_is_leaving_is_not_found(self, person: Callable, drain: Callable, hits: Callable) -> None:
        zhang, lin = person("zhang", display="老章"), person("lin")
        drain()
        zhang.leaves_at = timezone.now() + timedelta(days=7)
        zhang.save(update_fields=["leaves_at"])
        assert hits("老章", lin) == []
        drain()
        assert not SearchDocument.objects.filter(kind="person", object_id=zhang.pk).exists()
