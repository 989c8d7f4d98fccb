"""A circle's life: founded, decided by staff of its place, live, dissolved (G3)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.core.flow.workflow import StepNotAllowed
from foundation.moderation.domain import inbox
from groups.domain import circles
from groups.models import Circle, CircleMember
from tests.groups.conftest import decide, item_of, put_in, role, sound, told

pytestmark = [pytest.mark.django_db, pytest.mark.row("G3")]


def test_whoever_founds_one_owns_it_and_it_waits_for_staff_of_its_place(
    founded: Callable, owner: User, clerk: User, person: Callable
) -> None:
    made = founded(tags="广场舞 健身")
    assert (made.state, made.slug) == ("waiting", "yin-xing-wu-dui")
    assert [tag.name for tag in made.tags.all()] == ["广场舞", "健身"]
    sound(made)
    assert told(clerk, "submitted")
    assert not told(person("elsewhere", roles=("staff",), place="bridge"), "submitted")


def test_staff_of_the_place_approve_and_the_founder_is_told(
    founded: Callable, owner: User, clerk: User, drain: Callable
) -> None:
    made = founded()
    decide(made, approved=True, by=clerk)
    drain()
    made.refresh_from_db()
    assert made.state == "live"
    assert told(owner, "circle_approved")


@pytest.mark.deny
def test_who_is_refused_is_told_why_and_can_come_again(
    founded: Callable, owner: User, clerk: User, drain: Callable
) -> None:
    made = founded()
    decide(made, approved=False, by=clerk, reason="请写清楚圈子是做什么的。")
    drain()
    made.refresh_from_db()
    assert (made.state, made.reason) == ("refused", "请写清楚圈子是做什么的。")
    assert told(owner, "circle_refused")
    circles.resubmit(made, by=owner)
    decide(made, approved=True, by=clerk)
    made.refresh_from_db()
    assert made.state == "live"


@pytest.mark.deny
def test_nobody_else_decides(founded: Callable, owner: User, person: Callable) -> None:
    made = founded()
    for who in (
        owner,
        person("zhou"),
        person("elsewhere", roles=("staff",), place="bridge"),
        person("boss", roles=("administrator",)),
        person("rev", roles=("reviewer",)),
    ):
        with pytest.raises(Refused):
            inbox.decide(item_of(made), approved=True, by=who)
    made.refresh_from_db()
    assert made.state == "waiting"


@pytest.mark.deny
def test_staff_who_founded_it_leave_it_to_a_colleague(founded: Callable, clerk: User) -> None:
    made = founded(by=clerk)
    with pytest.raises(inbox.NeedsAnother):
        inbox.decide(item_of(made), approved=True, by=clerk)


def test_its_review_can_only_be_made_stricter() -> None:
    from foundation.core import kinds
    from foundation.core.facets import ReviewFacet, ReviewTiming

    for key in ("circle", "group"):
        facet = kinds.get(key).review
        assert isinstance(facet, ReviewFacet)
        assert (facet.timing, facet.least) == (ReviewTiming.BEFORE, ReviewTiming.BEFORE)


@pytest.mark.deny
def test_only_verified_residents_who_may_speak_found_one(
    founded: Callable, person: Callable, places: dict
) -> None:
    muted = person("muted")
    from django.utils import timezone

    muted.muted_until = timezone.now() + timezone.timedelta(days=1)
    muted.save()
    for who in (person("new", verified=False), muted):
        with pytest.raises(Refused):
            founded(by=who)
    assert not Circle.objects.exists()


def test_the_same_form_twice_is_one_circle(places: dict, owner: User) -> None:
    import uuid

    once = uuid.uuid4()
    values = {"name": "棋友会", "purpose": "下棋", "joining": "open"}
    first, second = (
        circles.found_circle(by=owner, place=places["ginkgo"], values=values, once=once) for _ in range(2)
    )
    assert first.pk == second.pk
    assert Circle.objects.count() == 1


def test_the_address_is_pinyin_with_a_tail_nobody_guesses_where_it_is_taken(founded: Callable) -> None:
    first, second = founded("棋友会"), founded("棋友会")
    assert first.slug == "qi-you-hui"
    assert second.slug.startswith("qi-you-hui-")
    assert len(second.slug) > len(first.slug) + 6
    secret = founded("互助组", secret=True, joining="invitation")
    assert secret.slug.startswith("hu-zhu-zu-"), "a secret circle's address can't be guessed"
    assert founded("New").slug.startswith("new-"), "the first part of an address of ours is nobody's"


@pytest.mark.deny
def test_a_listed_word_stops_it(founded: Callable) -> None:
    from foundation.moderation.domain import words
    from foundation.moderation.models import Word

    Word.objects.create(text="赌博", folded="赌博", level="block")
    words.forget()
    with pytest.raises(ValidationError):
        founded("赌博之友")


def test_what_it_was_approved_under_stays_when_it_is_edited(live: Callable, owner: User) -> None:
    made = live()
    circles.edit_circle(
        made,
        by=owner,
        values={"name": "别的名字", "secret": True, "purpose": "改了", "joining": "request", "capacity": 30},
        tags="跳舞",
        questions=["会跳吗？", ""],
    )
    made.refresh_from_db()
    assert (made.name, made.secret) == ("银杏舞队", False)
    assert (made.purpose, made.joining, made.capacity, made.questions) == (
        "改了",
        "request",
        30,
        ["会跳吗？"],
    )


@pytest.mark.deny
def test_only_its_owner_edits_it_and_never_below_those_who_are_in(
    live: Callable, owner: User, person: Callable
) -> None:
    zhou, chen = person("zhou"), person("chen")
    made = live(people=(zhou, chen))
    put_in_role(made, zhou, "moderator")
    for who in (zhou, chen, person("outsider")):
        with pytest.raises(Refused):
            circles.edit_circle(made, by=who, values={"purpose": "我的"})
    with pytest.raises(ValidationError):
        circles.edit_circle(made, by=owner, values={"capacity": 2})
    sound(made)


def put_in_role(circle: Circle, user: User, wanted: str) -> None:
    CircleMember.objects.filter(circle=circle, user=user).update(role=wanted)


def test_what_was_not_approved_can_be_taken_back_and_leaves_nothing(founded: Callable, owner: User) -> None:
    from foundation.moderation.models import ReviewItem

    made = founded()
    circles.withdraw_circle(made, by=owner)
    assert not Circle.objects.exists()
    assert not ReviewItem.objects.open().exists()


@pytest.mark.deny
def test_a_live_circle_is_not_taken_back(live: Callable, owner: User, person: Callable) -> None:
    made = live()
    with pytest.raises(StepNotAllowed):
        circles.withdraw_circle(made, by=owner)
    with pytest.raises(Refused):
        circles.archive_circle(made, by=person("zhou"))


def test_dissolved_it_can_be_read_and_nothing_more(
    live: Callable, owner: User, person: Callable, drain: Callable
) -> None:
    from foundation.social.domain import comments, posts
    from foundation.social.models import Post
    from groups.domain import joining

    zhou = person("zhou")
    made = live(people=(zhou,))
    post = posts.post_status(by=zhou, text="最后一支舞", scope=made.scope)
    circles.archive_circle(made, by=owner)
    drain()
    made.refresh_from_db()
    assert made.state == "archived"
    assert told(zhou, "circle_closed")
    assert Post.objects.visible_to(zhou).filter(pk=post.pk).exists()
    with pytest.raises(Refused):
        posts.post_status(by=zhou, text="再来", scope=made.scope)
    with pytest.raises(ValidationError):
        comments.comment(by=zhou, target=post, text="再见")
    with pytest.raises(StepNotAllowed):
        joining.join(made, by=person("late"))
    assert role(made, zhou) == "member"


@pytest.mark.security(32)
def test_the_database_keeps_one_owner_and_the_capacity(live: Callable, person: Callable) -> None:
    made = live(capacity=2)
    zhou = person("zhou")
    with pytest.raises(IntegrityError), transaction.atomic():
        CircleMember.objects.create(circle=made, user=zhou, role="owner")
    with pytest.raises(IntegrityError), transaction.atomic():
        Circle.objects.filter(pk=made.pk).update(member_count=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Circle.objects.filter(pk=made.pk).update(owner=None)
    put_in(made, zhou)
    with pytest.raises(IntegrityError), transaction.atomic():
        CircleMember.objects.create(circle=made, user=zhou, role="member")


def test_a_decision_holds_for_what_was_read(founded: Callable, owner: User, clerk: User) -> None:
    made = founded()
    item = item_of(made)
    seen = item.facet.version(made)
    circles.edit_circle(made, by=owner, values={"purpose": "其实是另一回事"})
    with pytest.raises(inbox.ChangedMeanwhile):
        inbox.decide(item, approved=True, seen=seen, by=clerk)


def test_what_is_reported_is_hidden_with_everything_in_it(
    live: Callable, owner: User, person: Callable, clerk: User
) -> None:
    from foundation.social.domain import posts
    from foundation.social.models import Post

    zhou = person("zhou")
    made = live(people=(zhou,))
    post: Any = posts.post_status(by=owner, text="话", scope=made.scope)
    circles.hide_circle(made, hidden=True, by=clerk)
    assert not Circle.objects.visible_to(zhou).exists()
    assert not Circle.objects.visible_to(None).exists()
    assert Circle.objects.visible_to(owner).exists()
    assert not Post.objects.visible_to(zhou).filter(pk=post.pk).exists()
    circles.hide_circle(made, hidden=False, by=clerk)
    assert Post.objects.visible_to(zhou).filter(pk=post.pk).exists()
