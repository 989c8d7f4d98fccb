"""The page of the own claim (A2): filled in, sent, taken back, whatever happens in between."""

from collections.abc import Callable
from typing import Any

import pytest

from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem
from identity.domain import claims
from identity.domain.claims import SixItems
from identity.models import Claim
from identity.rules import Verdict

pytestmark = pytest.mark.row("A2")


@pytest.mark.django_db
class TestTheClaimPage:
    def form(self, places: dict) -> dict[str, Any]:
        return {
            "real_name": "林秋雨",
            "gender": "female",
            "birthday": "1958-06-07",
            "document": "id_card",
            "number": "110102195806071243",
            "phone": "13900001234",
            "place": places["ginkgo"].pk,
            "consent": "on",
        }

    def test_it_is_filled_in_sent_shown_and_taken_back(
        self, client: Any, portal: Any, person: Callable, places: dict
    ) -> None:
        new = person("new", verified=False)
        client.force_login(new)
        assert client.get("/account/verification/").context["form"] is not None
        assert client.post("/account/verification/", self.form(places)).status_code == 302
        assert client.post("/account/verification/", self.form(places)).status_code == 302
        assert Claim.objects.get().state == "waiting"
        page = client.get("/account/verification/")
        assert page.context["form"] is None
        assert "110102195806071243" not in page.content.decode()
        client.post("/account/verification/abandon/")
        assert Claim.objects.get().state == "abandoned"
        assert client.get("/account/verification/").context["form"] is not None

    def test_a_fault_on_the_way_into_the_inbox_leaves_no_half_claim(
        self, client: Any, portal: Any, person: Callable, places: dict, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fault(*_args: object, **_more: object) -> None:
            raise OSError("no power")

        client.force_login(person("new", verified=False))
        with monkeypatch.context() as broken:
            broken.setattr(claims.reviews, "submit", fault)
            with pytest.raises(OSError, match="no power"):
                client.post("/account/verification/", self.form(places))
        assert not Claim.objects.exists()
        client.post("/account/verification/", self.form(places))
        assert Claim.objects.get().state == "waiting"

    @pytest.mark.parametrize(
        ("way", "state"),
        [("/account/verification/", "waiting"), ("/account/verification/abandon/", "abandoned")],
    )
    def test_a_draft_that_was_left_is_sent_or_taken_back(
        self, client: Any, portal: Any, person: Callable, places: dict, items: SixItems, way: str, state: str
    ) -> None:
        new = person("new", verified=False)
        claims.start_claim(by=new, items=items, verdict=Verdict.OK, place=places["ginkgo"])
        client.force_login(new)
        page = client.get("/account/verification/").content.decode()
        assert "还没有提交" in page
        assert 'action="/account/verification/abandon/"' in page
        assert client.post(way).status_code == 302
        assert client.post(way).status_code == 302
        assert Claim.objects.get().state == state
        assert ReviewItem.objects.filter(state="waiting").exists() == (state == "waiting")

    @pytest.mark.deny
    def test_a_draft_is_not_sent_before_the_mail_was_answered(
        self, client: Any, portal: Any, person: Callable, places: dict, items: SixItems
    ) -> None:
        new = person("new", verified=False)
        new.emailaddress_set.update(verified=False)
        claims.start_claim(by=new, items=items, verdict=Verdict.OK, place=places["ginkgo"])
        client.force_login(new)
        assert "激活邮件里的链接" in client.get("/account/verification/").content.decode()
        client.post("/account/verification/")
        assert Claim.objects.get().state == "draft"

    @pytest.mark.deny
    def test_a_wrong_number_keeps_the_rest(
        self, client: Any, portal: Any, person: Callable, places: dict
    ) -> None:
        client.force_login(person("new", verified=False))
        page = client.post("/account/verification/", {**self.form(places), "number": "110102195806071244"})
        assert page.status_code == 422
        assert "校验位" in page.content.decode()
        assert 'value="林秋雨"' in page.content.decode()

    @pytest.mark.deny
    def test_a_number_wrong_by_itself_is_said_before_the_rest_is_filled_in(
        self, client: Any, person: Callable, portal: Any
    ) -> None:
        client.force_login(person("lin", verified=False))
        page = client.post("/account/verification/", {"document": "id_card", "number": "110102195806071234"})
        errors = page.context["form"].errors
        assert "number" in errors
        assert "birthday" in errors
        right = {"document": "id_card", "number": "110102195806071243"}
        errors = client.post("/account/verification/", right).context["form"].errors
        assert "number" not in errors
        assert errors["birthday"] == ["请填写这一项。"]

    def test_who_is_verified_needs_no_form(
        self, client: Any, portal: Any, person: Callable, places: dict
    ) -> None:
        client.force_login(person("lin"))
        assert client.get("/account/verification/").context["form"] is None
        assert client.post("/account/verification/", self.form(places)).status_code == 302
        assert not Claim.objects.exists()

    @pytest.mark.row("A2")
    def test_who_was_refused_types_only_the_number_again(
        self, client: Any, portal: Any, person: Callable, waiting: Callable
    ) -> None:
        claim = waiting()
        staff = person("staff", roles=("staff",))
        inbox.decide(ReviewItem.objects.get(), approved=False, reason="号码与证件不一致", by=staff)
        client.force_login(claim.user)
        page = client.get("/account/verification/").content.decode()
        assert "号码与证件不一致" in page
        for kept in ('value="林秋雨"', 'value="1958-06-07"', "13900001234"):
            assert kept in page
        assert "110102195806071243" not in page
