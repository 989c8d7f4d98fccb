"""Two people press at once, a double click, a retry: one row, one decision, one number."""

import threading
import time
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from foundation.accounts.domain import family
from foundation.accounts.models import FamilyProxy, User
from foundation.core import reviews
from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.cache import TableCache
from foundation.core.flow import audit, outbox
from foundation.core.flow.models import AuditEntry
from foundation.messaging.models import Notification
from foundation.moderation.domain import inbox, reports, words
from foundation.moderation.models import ReviewItem
from foundation.social.domain import comments, posts, reactions
from foundation.social.domain.follows import follow
from foundation.social.models import Comment, Follow, Post, Reaction
from identity.domain import claims
from identity.domain.claims import SixItems
from identity.models import Claim
from identity.rules import Verdict
from residents.models import Resident

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.security(32)]
ITEMS = SixItems(
    name="林秋雨",
    gender="female",
    birthday=date(1958, 6, 7),
    document="id_card",
    number="110102195806071243",
    phone="+8613900001234",
    email="lin@example.org",
)


def faults(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results if isinstance(result, Exception))


@pytest.mark.row("O2")
def test_an_edit_and_a_decision_about_it_wait_in_one_line(
    at_once: Callable, person: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    words.add_words(["优惠"], level="flag", by=person("boss", roles=("administrator",)))
    officer, lin = person("officer", roles=("staff",)), person("lin")
    post = posts.post_status(by=lin, text="早", scope=Scope(PUBLIC))
    reports.report(post, reason="other", by=person("zhou"))
    follow_up, hide = posts.follow_up, reports._hide

    def slow_follow_up(*given: Any) -> None:
        time.sleep(0.5)
        follow_up(*given)

    def slow_hide(*given: Any, **named: Any) -> None:
        time.sleep(0.5)
        hide(*given, **named)

    monkeypatch.setattr(posts, "follow_up", slow_follow_up)
    monkeypatch.setattr(reports, "_hide", slow_hide)
    results = at_once(
        lambda: posts.edit_post(post, by=lin, text="优惠", scope=post.scope),
        lambda: inbox.decide(ReviewItem.objects.get(), approved=True, reason="x", by=officer),
    )
    assert set(faults(results)) <= {"ChangedMeanwhile"}


@pytest.mark.row("U2")
def test_two_relatives_who_agree_at_once_do_not_both_take_the_last_place(
    at_once: Callable, person: Callable
) -> None:
    mother, first, one, other = (person(name) for name in ("mother", "first", "one", "other"))
    asked = [
        family.ask(relative, as_proxy=False, kinship="child", by=mother) for relative in (first, one, other)
    ]
    family.agree(asked[0], by=first)
    results = at_once(lambda: family.agree(asked[1], by=one), lambda: family.agree(asked[2], by=other))
    assert faults(results) == ["ValidationError"]
    assert FamilyProxy.objects.in_force().count() == 2


def test_two_who_decide_at_once_make_one_decision(at_once: Callable, person: Callable, places: dict) -> None:
    new, one, other = (
        person("new", verified=False),
        person("s1", roles=("staff",)),
        person("s2", roles=("staff",)),
    )
    claim = claims.start_claim(by=new, items=ITEMS, verdict=Verdict.OK, place=places["ginkgo"])
    claims.submit_claim(claim, by=new)
    item = ReviewItem.objects.get()
    results = at_once(
        lambda: inbox.decide(ReviewItem.objects.get(), approved=True, by=one),
        lambda: inbox.decide(ReviewItem.objects.get(), approved=False, reason="不", by=other),
    )
    assert faults(results) == ["AlreadyDecided"]
    item.refresh_from_db()
    claim.refresh_from_db()
    assert (item.state, claim.state) in (("approved", "approved"), ("refused", "refused"))
    assert Resident.objects.count() == (1 if item.state == "approved" else 0)
    assert audit.verify()[1] is None


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes something out of the inbox pauses before: what is locked till then is locked long."""
    withdraw = reviews.withdraw

    def later(obj: Any, *, by: Any) -> None:
        time.sleep(0.3)
        withdraw(obj, by=by)

    monkeypatch.setattr(reviews, "withdraw", later)


@pytest.mark.row("A2")
@pytest.mark.parametrize("head_start", [0, 0.4])
def test_who_withdraws_while_staff_decide_waits_for_nobody_who_waits_for_her(
    at_once: Callable, person: Callable, places: dict, unhurried: None, head_start: float
) -> None:
    new, staff = person("new", verified=False), person("s1", roles=("staff",))
    claim = claims.start_claim(by=new, items=ITEMS, verdict=Verdict.OK, place=places["ginkgo"])
    claims.submit_claim(claim, by=new)

    def decide() -> None:
        time.sleep(head_start)
        inbox.decide(ReviewItem.objects.get(), approved=False, reason="不", by=staff)

    results = at_once(lambda: claims.abandon_claim(Claim.objects.get(), by=new), decide)
    assert faults(results) in (["AlreadyDecided"], ["StepNotAllowed"])
    states = (ReviewItem.objects.get().state, Claim.objects.get().state)
    assert states in (("withdrawn", "abandoned"), ("refused", "refused"))


@pytest.mark.row("P1")
@pytest.mark.parametrize("head_start", [0, 0.4])
def test_a_waiting_comment_is_deleted_while_it_is_decided(
    at_once: Callable, person: Callable, article: Callable, unhurried: None, head_start: float
) -> None:
    page, lin, editor = article(), person("lin"), person("ed", roles=("editor",))
    comments.comment(by=lin, target=page, text="好")

    def decide() -> None:
        time.sleep(head_start)
        inbox.decide(ReviewItem.objects.get(), approved=True, by=editor)

    results = at_once(lambda: comments.delete_comment(Comment.objects.get(), by=lin), decide)
    assert faults(results) in ([], ["AlreadyDecided"])
    page.refresh_from_db()
    assert (Comment.objects.get().is_removed, page.comment_count) == (True, 0)
    assert ReviewItem.objects.get().state in ("approved", "withdrawn")


@pytest.mark.row("A2")
def test_two_accounts_with_one_number_are_never_both_verified(
    at_once: Callable, person: Callable, places: dict
) -> None:
    staff = [person("s1", roles=("staff",)), person("s2", roles=("staff",))]
    for name in ("one", "two"):
        user = person(name, verified=False)
        claim = claims.start_claim(by=user, items=ITEMS, verdict=Verdict.OK, place=places["ginkgo"])
        claims.submit_claim(claim, by=user)
    first, second = ReviewItem.objects.order_by("pk")
    results = at_once(
        lambda: inbox.decide(first, approved=True, by=staff[0]),
        lambda: inbox.decide(second, approved=True, by=staff[1]),
    )
    assert faults(results) == ["CannotBeCarriedOut"]
    assert User.objects.filter(username__in=["one", "two"], verified_at__isnull=False).count() == 1
    assert sorted(Claim.objects.values_list("state", flat=True)) == ["approved", "waiting"]


@pytest.mark.row("A2")
def test_a_claim_sent_twice_is_one_claim(at_once: Callable, person: Callable, places: dict) -> None:
    new = person("new", verified=False)

    def send() -> None:
        claims.start_claim(by=new, items=ITEMS, verdict=Verdict.OK, place=places["ginkgo"])

    assert faults(at_once(send, send, send)) == ["ClaimOpen", "ClaimOpen"]
    assert Claim.objects.count() == 1


@pytest.mark.row("S2")
def test_a_status_and_a_comment_sent_twice_are_one(at_once: Callable, person: Callable, portal: Any) -> None:
    lin, once = person("lin"), str(uuid.uuid4())

    def send(address: str) -> Callable[[], int]:
        def press() -> int:
            browser = Client()
            browser.force_login(lin)
            return browser.post(address, {"text": "银杏", "scope": "public", "once": once}).status_code

        return press

    assert at_once(*[send("/feed/post/")] * 4) == [302] * 4
    post = Post.objects.get()
    address = f"/social/comments/post/{post.public_id}/"
    assert at_once(*[send(address)] * 4) == [302] * 4
    assert Comment.objects.count() == 1
    post.refresh_from_db()
    assert post.comment_count == 1


@pytest.mark.row("S2")
def test_everybodys_like_counts_once(at_once: Callable, person: Callable) -> None:
    post = posts.post_status(by=person("lin"), text="银杏", scope=Scope("public"))
    crowd = [person(f"p{number}") for number in range(10)]
    acts = [lambda who=who: reactions.react(post, by=who, liked=True) for who in crowd for _twice in range(2)]
    assert faults(at_once(*acts)) == []
    post.refresh_from_db()
    assert post.reaction_count == Reaction.objects.count() == 10
    assert Notification.objects.count() == 10


@pytest.mark.row("S6")
def test_who_follow_each_other_at_once_are_contacts(at_once: Callable, person: Callable) -> None:
    lin, zhou = person("lin"), person("zhou")
    assert faults(at_once(lambda: follow(lin, by=zhou), lambda: follow(zhou, by=lin))) == []
    assert [row.mutual for row in Follow.objects.all()] == [True, True]


@pytest.mark.row("P1")
def test_a_thread_that_many_answer_keeps_its_order(at_once: Callable, person: Callable) -> None:
    post = posts.post_status(by=person("lin"), text="银杏", scope=Scope("public"))
    root = comments.comment(by=post.author, target=post, text="谁来？")
    crowd = [person(f"p{number}") for number in range(6)]
    acts = [lambda who=who: comments.comment(by=who, target=post, text="我", reply_to=root) for who in crowd]
    assert faults(at_once(*acts)) == []
    orders = list(Comment.objects.filter(thread_id=root.thread_id).values_list("order", flat=True))
    assert sorted(orders) == list(range(1, 8))
    post.refresh_from_db()
    assert post.comment_count == 7


@pytest.mark.row("O4")
@pytest.mark.security(55)
def test_many_who_write_into_the_log_make_one_chain(at_once: Callable, person: Callable) -> None:
    lin = person("lin")
    before = audit.verify()[0]

    def write() -> None:
        for _entry in range(5):
            audit.append("test.race", by=lin)

    assert faults(at_once(*[write] * 6)) == []
    assert audit.verify() == (before + 30, None)


@pytest.mark.row("O4")
def test_who_verifies_while_others_write_sees_no_break(at_once: Callable, person: Callable) -> None:
    lin = person("lin")

    def write() -> None:
        for number in range(40):
            audit.append("test.race", by=lin, data={"number": number})

    def read() -> list[Any]:
        return [broken for _look in range(15) if (broken := audit.verify()[1])]

    results = at_once(write, write, read)
    assert faults(results) == []
    assert results[2] == []


@pytest.mark.row("O4")
def test_who_verifies_keeps_nobody_from_writing(
    at_once: Callable, person: Callable, monkeypatch: Any
) -> None:
    lin, walk = person("lin"), audit._walk
    walking, written = threading.Event(), threading.Event()

    def slow() -> Any:
        AuditEntry.objects.exists()  # the moment that is looked at
        walking.set()
        return written.wait(5), walk()

    def write() -> None:
        walking.wait(10)
        audit.append("test.meanwhile", by=lin)
        written.set()

    before = audit.verify()
    monkeypatch.setattr(audit, "_walk", slow)
    results = at_once(audit.verify, write)
    assert faults(results) == []
    assert results[0] == (True, before)
    monkeypatch.undo()
    assert audit.verify() == (before[0] + 1, None)


@pytest.mark.row("A3")
def test_two_drainers_at_once_do_each_row_once(at_once: Callable, db: None, monkeypatch: Any) -> None:
    seen: list[str] = []
    monkeypatch.setitem(outbox._handlers, "test", lambda key, payload: seen.append(key))
    outbox.enqueue_many("test", [(f"k{number}", {}) for number in range(60)])
    assert sum(at_once(*[lambda: outbox.drain(batch=7)] * 3)) == 60
    assert sorted(seen) == sorted(f"k{number}" for number in range(60))


@pytest.mark.row("A1")
def test_one_address_signed_up_twice_at_once_is_one_account(
    at_once: Callable, portal: Any, places: dict
) -> None:
    form = {
        "email": "qiuyu@example.org",
        "password1": "ginkgo-leaves-1986",
        "real_name": ITEMS.name,
        "gender": ITEMS.gender,
        "birthday": "1958-06-07",
        "document": ITEMS.document,
        "number": ITEMS.number,
        "phone": "13900001234",
        "consent": "on",
        "place": places["ginkgo"].pk,
    }
    answers = at_once(*[lambda: Client().post("/account/signup/", form).status_code] * 3)
    assert faults(answers) == []
    assert set(answers) <= {302, 200, 422}
    assert User.objects.filter(email=form["email"]).count() == 1
    assert Claim.objects.count() == 1
    # Each of them replaces the one before, also where that one is not activated yet but older.
    answers = at_once(*[lambda: Client().post("/account/signup/", form).status_code] * 3)
    assert (faults(answers), set(answers)) == ([], {302})
    assert User.objects.filter(email=form["email"]).count() == Claim.objects.count() == 1


@pytest.mark.security(33)
@pytest.mark.row("A1")
def test_the_table_that_counts_loses_none(at_once: Callable) -> None:
    call_command("createcachetable", "counts", verbosity=0)
    table = TableCache("counts", {"TIMEOUT": 300})
    table.add("limit:at-once", 0, 3600)
    results = at_once(*[lambda: table.incr("limit:at-once") for _each in range(6)])
    assert sorted(results) == [1, 2, 3, 4, 5, 6]
    table.delete("limit:at-once")


@pytest.mark.row("U2")
def test_agreeing_and_ending_wait_for_each_other(
    at_once: Callable, person: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    mother, son = person("mother"), person("son")
    asked = family.ask(son, as_proxy=False, kinship="child", by=mother)
    settle = family.notify.settle

    def slow(*given: Any, **named: Any) -> None:
        time.sleep(0.5)
        settle(*given, **named)

    monkeypatch.setattr(family.notify, "settle", slow)
    results = at_once(lambda: family.agree(asked, by=son), lambda: family.end(asked, by=mother))
    assert set(faults(results)) <= {"StepNotAllowed"}
    assert not FamilyProxy.objects.standing().exists()


@pytest.mark.row("S9", "S2")
def test_following_somebody_and_naming_her_beside_a_picture_wait_for_each_other(
    at_once: Callable, person: Callable, picture: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A post with a picture holds its author's room, then names a neighbour; a follow locks both accounts."""
    named, author = person("named", display="被提到的人"), person("author")
    store = posts.uploads.store_picture

    def slow(*given: Any, **options: Any) -> Any:
        made = store(*given, **options)
        time.sleep(0.5)
        return made

    monkeypatch.setattr(posts.uploads, "store_picture", slow)
    results = at_once(
        lambda: posts.post_status(
            by=author, text="@被提到的人 来看", scope=Scope(PUBLIC), pictures=[picture(size=(64, 48))]
        ),
        lambda: follow(author, by=named),
    )
    assert faults(results) == []
