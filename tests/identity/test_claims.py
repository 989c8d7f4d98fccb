"""Who somebody is (A2, A4): the number's check, the claim's way, one person one account."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from foundation.core.access.permissions import Refused
from foundation.core.flow.models import AuditEntry, OutboxMessage
from foundation.core.flow.workflow import StepNotAllowed
from foundation.messaging.models import Notification
from foundation.moderation.domain import inbox
from foundation.moderation.domain.inbox import CannotBeCarriedOut
from foundation.moderation.models import ReviewItem
from identity import rules
from identity.domain import claims
from identity.domain.claims import SixItems
from identity.models import Claim
from identity.rules import Document, Verdict, check_number
from residents.models import Resident

pytestmark = pytest.mark.row("A2")
TODAY = date(2026, 11, 25)
NUMBERS = Path(__file__).parents[1] / "data" / "identity_numbers.csv"


def rows() -> list[dict[str, str]]:
    with NUMBERS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['number']}-{row['verdict']}")
def test_the_check_gives_the_verdict_of_the_list(row: dict[str, str]) -> None:
    document = Document.HMT_PERMIT if row["why"].startswith("residence permit") else Document.ID_CARD
    checked = check_number(
        document,
        row["number"],
        birthday=date.fromisoformat(row["typed_birthday"]) if row["typed_birthday"] else None,
        gender=row["typed_sex"],
        today=TODAY,
    )
    assert checked.verdict == row["verdict"]


@given(
    st.dates(min_value=date(1890, 1, 1), max_value=TODAY),
    st.sampled_from(["110102", "310104", "440305", "999999"]),
    st.integers(0, 999),
)
def test_every_well_made_number_passes_and_every_wrong_digit_is_seen(
    born: date, region: str, order: int
) -> None:
    first = f"{region}{born:%Y%m%d}{order:03d}"
    number, gender = first + rules.checksum(first), "male" if order % 2 else "female"
    assert check_number("id_card", number, birthday=born, gender=gender, today=TODAY).ok
    for at in range(17):
        wrong = number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]
        assert not check_number("id_card", wrong, birthday=born, gender=gender, today=TODAY).ok


@pytest.mark.parametrize(
    ("document", "number", "verdict"),
    [
        ("passport", "E1234 5678", Verdict.OK),
        ("passport", "e12345678", Verdict.OK),
        ("passport", "ABCDEFGH", Verdict.CHARACTERS),
        ("passport", "E1", Verdict.CHARACTERS),
        ("foreign_permanent", "CAN110080072801", Verdict.OK),
        ("foreign_permanent", "CAN1100800728", Verdict.CHARACTERS),
        ("foreign_permanent", "911124198108030025", Verdict.CHECKSUM),
        ("hmt_permit", "110102195806071243", Verdict.WARNING_REGION),
    ],
)
def test_other_documents_have_their_own_form(document: str, number: str, verdict: Verdict) -> None:
    checked = check_number(document, number, birthday=date(1958, 6, 7), gender="female", today=TODAY)
    assert checked.verdict is verdict


def test_a_permit_of_hong_kong_is_one_and_no_id_card() -> None:
    first = "81000019580607124"
    number = first + rules.checksum(first)
    checked = check_number("hmt_permit", number, birthday=date(1958, 6, 7), gender="female", today=TODAY)
    assert checked.verdict is Verdict.OK
    checked = check_number("id_card", number, birthday=date(1958, 6, 7), gender="female", today=TODAY)
    assert checked.verdict is Verdict.WARNING_REGION


@pytest.mark.parametrize(
    ("number", "shown"), [("110102195806071243", "1****************3"), ("E123456", "E******")]
)
def test_a_number_is_never_shown_whole(number: str, shown: str) -> None:
    assert rules.mask(number) == shown


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2012, 11, 26), "under_14"),
        (date(2012, 11, 25), "teen"),
        (date(2008, 11, 26), "teen"),
        (date(2008, 11, 25), "adult"),
        (date(1966, 11, 26), "adult"),
        (date(1966, 11, 25), "elder"),
    ],
)
def test_the_age_band_changes_on_the_birthday(born: date, band: str) -> None:
    assert claims.age_band(born, TODAY) == band


def test_who_was_born_on_a_leap_day_grows_older_in_march() -> None:
    assert rules.age_on(date(2012, 2, 29), date(2026, 2, 28)) == 13
    assert rules.age_on(date(2012, 2, 29), date(2026, 3, 1)) == 14


@pytest.mark.django_db
def test_approval_writes_the_record_and_verifies_the_account(
    waiting: Callable, person: Callable, drain: Callable
) -> None:
    claim, staff = waiting(), person("staff", roles=("staff",))
    inbox.decide(ReviewItem.objects.get(), approved=True, by=staff)
    claim.refresh_from_db()
    user = claim.user
    user.refresh_from_db()
    assert (claim.state, claim.items) == ("approved", {})
    assert (user.verified_name, user.verified_method, user.age_band) == ("林秋雨", "staff", "elder")
    assert user.is_verified
    resident = Resident.objects.get()
    assert (resident.account, resident.name, resident.name_py) == (user, "林秋雨", "lin qiu yu")
    assert (resident.mmdd, resident.area_code, resident.version) == (607, "110102", 1)
    assert resident.sid.startswith("R00000")
    drain()
    assert Notification.objects.get(user=user).event == "claim_approved"
    actions = list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))
    assert actions[-3:] == ["identity.approve", "residents.record", "moderation.approve"]


@pytest.mark.deny
@pytest.mark.django_db
def test_refusal_tells_why_and_the_items_are_erased_after_thirty_days(
    waiting: Callable, person: Callable, drain: Callable
) -> None:
    claim, staff = waiting(), person("staff", roles=("staff",))
    item = ReviewItem.objects.get()
    with pytest.raises(inbox.ReasonMissing):
        inbox.decide(item, approved=False, reason="  ", by=staff)
    inbox.decide(item, approved=False, reason="姓名与证件不一致", by=staff)
    claim.refresh_from_db()
    assert (claim.state, claim.reason) == ("refused", "姓名与证件不一致")
    assert not claim.user.is_verified
    assert not Resident.objects.exists()
    drain()
    told = Notification.objects.get(user=claim.user)
    assert (told.event, told.text) == ("claim_refused", "姓名与证件不一致")
    drain()
    claim.refresh_from_db()
    assert claim.items["number"] == "110102195806071243"
    row = OutboxMessage.objects.get(channel="erase_claim")
    assert timedelta(days=29) < row.next_at - timezone.now() <= timedelta(days=30)
    OutboxMessage.objects.update(next_at=timezone.now())
    drain()
    claim.refresh_from_db()
    assert (claim.items, claim.number_index) == ({}, "")


@pytest.mark.deny
@pytest.mark.django_db
def test_one_person_has_one_account(waiting: Callable, person: Callable) -> None:
    staff = person("staff", roles=("staff",))
    first, second = waiting("one"), waiting("two")
    for claim in (first, second):
        item = ReviewItem.objects.get(object_id=str(claim.pk))
        if claim is first:
            inbox.decide(item, approved=True, by=staff)
        else:
            with pytest.raises(CannotBeCarriedOut, match="已经用于另一个账号"):
                inbox.decide(item, approved=True, by=staff)
    second.refresh_from_db()
    assert second.state == "waiting"
    assert second.items["number"]
    assert not second.user.is_verified
    assert Resident.objects.count() == 1


@pytest.mark.django_db
def test_the_same_person_verified_again_updates_her_record(
    waiting: Callable, person: Callable, places: dict, items: SixItems
) -> None:
    from residents.domain.records import Particulars, record_resident

    particulars = Particulars(**{**items.__dict__, "name": "林秋"}, area_code="110102")
    before = record_resident(particulars, place=places["ginkgo"], account=None, by=None)
    waiting()
    inbox.decide(ReviewItem.objects.get(), approved=True, by=person("staff", roles=("staff",)))
    after = Resident.objects.get()
    assert (after.sid, after.name, after.version) == (before.sid, "林秋雨", 2)


@pytest.mark.deny
@pytest.mark.django_db
def test_a_person_has_one_open_claim(waiting: Callable, items: SixItems, places: dict) -> None:
    claim = waiting()
    with pytest.raises(claims.ClaimOpen):
        claims.start_claim(by=claim.user, items=items, verdict=Verdict.OK, place=places["ginkgo"])


@pytest.mark.deny
@pytest.mark.django_db
def test_a_claim_is_taken_back_by_its_owner_only(waiting: Callable, person: Callable) -> None:
    claim = waiting()
    with pytest.raises(PermissionError):
        claims.abandon_claim(claim, by=person("zhou"))
    claims.abandon_claim(claim, by=claim.user)
    assert ReviewItem.objects.get().state == "withdrawn"
    with pytest.raises(StepNotAllowed):
        claims.abandon_claim(claim, by=claim.user)


@pytest.mark.deny
@pytest.mark.row("A5")
@pytest.mark.django_db
def test_staff_see_and_decide_the_claims_of_their_place_only(
    waiting: Callable, person: Callable, client: Any, portal: Any
) -> None:
    claim = waiting()
    near, far = person("near", roles=("staff",)), person("far", roles=("staff",), place="bridge")
    item = ReviewItem.objects.get()
    assert list(Claim.objects.visible_to(near)) == [claim]
    assert not Claim.objects.visible_to(far).exists()
    assert not Claim.objects.visible_to(None).exists()
    with pytest.raises(Refused):
        inbox.decide(item, approved=True, by=far)
    client.force_login(far)
    assert client.get(f"/admin/reviews/{item.public_id}/").status_code == 404
    client.force_login(near)
    page = client.get(f"/admin/reviews/{item.public_id}/").content.decode()
    assert "1****************3" in page
    assert "110102195806071243" not in page
    assert AuditEntry.objects.filter(action="moderation.look", actor_id=near.pk).exists()


@pytest.mark.deny
@pytest.mark.row("O1")
@pytest.mark.django_db
def test_whoever_decides_on_what_moved_on_is_told_so(
    waiting: Callable, person: Callable, client: Any, portal: Any
) -> None:
    claim = waiting()
    item = ReviewItem.objects.get()
    Claim.objects.filter(pk=claim.pk).update(state="abandoned")
    client.force_login(person("near", roles=("staff",)))
    page = client.post(f"/admin/reviews/{item.public_id}/decide/", {"decision": "approve"}, follow=True)
    assert "已经由别人处理，或者已被撤回" in page.content.decode()
    assert Claim.objects.get().state == "abandoned"


@pytest.mark.deny
@pytest.mark.django_db
def test_nobody_decides_on_herself(person: Callable, items: SixItems, places: dict) -> None:
    staff = person("staff", verified=False, roles=("staff",))
    claim = claims.start_claim(by=staff, items=items, verdict=Verdict.OK, place=places["ginkgo"])
    claims.submit_claim(claim, by=staff)
    with pytest.raises(Refused):
        inbox.decide(ReviewItem.objects.get(), approved=True, by=staff)


@pytest.mark.django_db
def test_the_reviewer_is_told_what_the_house_already_knows(waiting: Callable, person: Callable) -> None:
    from identity.domain.review import claim_context

    staff = person("staff", roles=("staff",))
    first, third = waiting("one"), waiting("three")
    assert claim_context(first, staff)["rivals"] == claim_context(third, staff)["rivals"] == 1
    inbox.decide(ReviewItem.objects.get(object_id=str(first.pk)), approved=True, by=staff)
    second = waiting("two")
    context = claim_context(second, staff)
    assert context["taken"]
    assert context["rivals"] == 1
    assert context["known"] == Resident.objects.get()
    assert context["document"] == "居民身份证"
    first.refresh_from_db()
    assert claim_context(first, staff) == {"claim": first, "items": None}
