"""What is kept no longer goes by itself (O2, O9): evidence after a year, sanctions after three."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from foundation.core.access.scopes import PUBLIC, Scope
from foundation.core.files import uploads
from foundation.core.flow.models import AuditEntry, AuditPayload
from foundation.core.models import StoredFile
from foundation.moderation.domain import appeals, inbox, reports, sanctions
from foundation.moderation.domain.retention import forget_evidence, forget_sanctions
from foundation.moderation.models import Appeal, Case, ReviewItem, Sanction
from foundation.social.domain import posts
from foundation.social.models import Post

pytestmark = [pytest.mark.django_db, pytest.mark.row("O2"), pytest.mark.security(57)]
YEAR, DAY = timedelta(days=365), timedelta(days=1)


@pytest.fixture
def officer(person: Callable) -> Any:
    return person("officer", roles=("staff",))


@pytest.fixture
def post(person: Callable, picture: Callable) -> Post:
    return posts.post_status(by=person("lin"), text="骂人的话", scope=Scope(PUBLIC), pictures=[picture()])


@pytest.fixture
def reported(post: Post, person: Callable) -> Case:
    """Reported, and deleted by its author: only the case still holds it."""
    case = reports.report(post, reason="harass", by=person("zhou"))
    posts.delete_post(post, by=post.author)
    return case


def decide(case: Case, by: Any) -> None:
    item = ReviewItem.objects.get(kind="case", object_id=str(case.pk))
    inbox.decide(item, approved=True, reason="辱骂", by=by)


def number_in_the_log(action: str) -> list[int]:
    entries = AuditEntry.objects.filter(action=action).values_list("seq", flat=True)
    return [row.data["number"] for row in AuditPayload.objects.filter(seq__in=entries)]


def test_evidence_goes_a_year_after_the_decision_and_not_before(reported: Case, officer: Any) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        clock.shift(timedelta(days=200))
        decide(reported, officer)
        clock.shift(YEAR - DAY)
        assert (forget_evidence(), uploads.sweep()) == (0, 0)
        reported.refresh_from_db()
        assert reported.evidence["内容"] == "骂人的话"
        clock.shift(2 * DAY)
        assert (forget_evidence(), uploads.sweep()) == (1, 1)
        assert (Case.objects.get().evidence, StoredFile.objects.count()) == ({}, 0)
        assert Case.objects.get().state == "upheld", "that it was decided stays"
        assert forget_evidence() == 0
        assert number_in_the_log("moderation.forget_evidence") == [1]


def test_what_nobody_decided_yet_is_kept_however_long_it_takes(reported: Case) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for _month in range(20):
            clock.shift(timedelta(days=29))
            assert (forget_evidence(), uploads.sweep()) == (0, 0)
    assert Case.objects.get().evidence["内容"] == "骂人的话"


def test_a_picture_that_another_case_needs_stays(
    post: Post, person: Callable, officer: Any, reported: Case
) -> None:
    other = Case(kind="post", object_id="1", evidence={"内容": "同一张图"})
    other.save(force_insert=True)
    other.files.set(reported.files.all())
    decide(reported, officer)
    with time_machine.travel(timezone.now() + YEAR + DAY):
        assert (forget_evidence(), uploads.sweep()) == (1, 0)
        assert other.files.count() == 1


@pytest.mark.parametrize(
    ("what", "days", "lifted", "gone_after"),
    [
        ("warn", 0, False, 3 * YEAR),
        ("hide", 0, False, 3 * YEAR),
        ("mute", 30, False, 3 * YEAR + timedelta(days=30)),
        ("suspend", 365, False, 4 * YEAR),
        ("suspend", 365, True, 3 * YEAR),
    ],
)
def test_a_sanction_goes_three_years_after_its_end(
    person: Callable, officer: Any, what: str, days: int, lifted: bool, gone_after: timedelta
) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        made = sanctions.impose(person("lin"), what=what, days=days, reason="刷屏", by=officer)
        if lifted:
            sanctions.lift(made, by=officer)
        clock.move_to(start + gone_after - DAY)
        assert forget_sanctions() == 0
        clock.shift(2 * DAY)
        assert forget_sanctions() == 1
        assert (Sanction.objects.count(), forget_sanctions()) == (0, 0)
        assert number_in_the_log("moderation.forget_sanctions") == [1]


def test_its_appeal_goes_with_it_unless_it_waits(person: Callable, officer: Any) -> None:
    lin, other = person("lin"), person("other", roles=("staff",))
    answered, waiting = (
        sanctions.impose(lin, what="warn", reason=reason, by=officer) for reason in ("甲", "乙")
    )
    for one in (answered, waiting):
        appeals.appeal(one, text="不服", by=lin)
    item = ReviewItem.objects.get(kind="appeal", object_id=str(answered.appeal.pk))
    inbox.decide(item, approved=False, reason="维持", by=other)
    with time_machine.travel(timezone.now() + 3 * YEAR + DAY):
        assert forget_sanctions() == 1
    assert list(Sanction.objects.all()) == [waiting]
    assert Appeal.objects.get().sanction == waiting
    assert ReviewItem.objects.get(kind="appeal").object_id == str(waiting.appeal.pk)


def test_many_go_in_batches(person: Callable, officer: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("foundation.moderation.domain.retention.AT_ONCE", 2)
    lin = person("lin")
    for number in range(5):
        sanctions.impose(lin, what="warn", reason=str(number), by=officer)
    with time_machine.travel(timezone.now() + 3 * YEAR + DAY):
        assert forget_sanctions() == 5
    assert number_in_the_log("moderation.forget_sanctions") == [2, 2, 1]
