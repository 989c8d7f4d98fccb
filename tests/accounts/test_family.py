"""Family proxies (亲情代办; U2, DESIGN §3): both agree or staff record it, both are told, either ends it at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from foundation.accounts.domain import family
from foundation.accounts.models import FamilyProxy, User
from foundation.core.access.permissions import Refused
from foundation.core.flow.models import AuditEntry
from foundation.core.flow.workflow import StepNotAllowed
from foundation.messaging.models import Notification
from tests.access.resolver import own_routes

pytestmark = [pytest.mark.django_db, pytest.mark.row("U2")]
CHILD = FamilyProxy.Kinship.CHILD


@pytest.fixture
def mother(person: Callable, portal: Any) -> User:
    return person("mother", display="林秀英")


@pytest.fixture
def son(person: Callable) -> User:
    return person("son", display="林小军")


@pytest.fixture
def clerk(person: Callable) -> User:
    return person("clerk", display="王敏", roles=("staff",))


@pytest.fixture
def relation(mother: User, son: User) -> FamilyProxy:
    """She asked, he agreed."""
    asked = family.ask(son, as_proxy=False, kinship=CHILD, by=mother)
    family.agree(asked, by=son)
    return FamilyProxy.objects.get(pk=asked.pk)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told(user: User) -> set[str]:
    return set(Notification.objects.filter(user=user).values_list("event", flat=True))


class TestAgreeing:
    def test_she_asks_on_her_page_he_agrees_on_his_and_both_are_told(self, mother: User, son: User) -> None:
        answer = signed_in(mother).post(
            "/account/family/ask/", {"way": "by", "person": "son", "kinship": "child"}
        )
        assert answer.url == "/account/family/"
        assert "family_asked" in told(son)
        relation = FamilyProxy.objects.get()
        assert family.relation_of(son, relation.public_id) is None, "before he agreed it opens nothing"
        his = signed_in(son)
        assert "林秀英" in his.get("/account/family/").content.decode()
        his.post(f"/account/family/{relation.public_id}/agree/")
        assert family.relation_of(son, relation.public_id) == relation
        assert "family_agreed" in told(mother)

    def test_he_offers_and_she_agrees(self, mother: User, son: User) -> None:
        asked = family.ask(mother, as_proxy=True, kinship=CHILD, by=son)
        family.agree(asked, by=mother)
        assert family.relation_of(son, asked.public_id) == asked
        assert family.relation_of(mother, asked.public_id) is None, "it opens nothing the other way"

    @pytest.mark.parametrize(
        "typed",
        [
            "son",
            "@son",
            "SON",
            "https://linli.example/u/son/",
            "/u/son",
            "/u/son/?x=1",
            "/u/son/#a",
            "林小军",
        ],
    )
    def test_a_space_is_named_by_whatever_one_copies(self, mother: User, son: User, typed: str) -> None:
        signed_in(mother).post("/account/family/ask/", {"way": "by", "person": typed, "kinship": "child"})
        assert FamilyProxy.objects.get().proxy == son

    @pytest.mark.deny
    @pytest.mark.parametrize("typed", ["", "/", "//", "@", " / ", "#", "<script>", "😀", "字" * 5000])
    def test_what_names_nobody_is_said_so_and_stays(self, mother: User, son: User, typed: str) -> None:
        answer = signed_in(mother).post(
            "/account/family/ask/", {"way": "by", "person": typed, "kinship": "child"}
        )
        assert answer.status_code == 422
        assert not FamilyProxy.objects.exists()

    @pytest.mark.deny
    def test_a_name_that_several_have_names_nobody(self, mother: User, son: User, person: Callable) -> None:
        person("other", display="林小军")
        answer = signed_in(mother).post(
            "/account/family/ask/", {"way": "by", "person": "林小军", "kinship": "child"}
        )
        assert "有几位邻居都叫这个昵称" in answer.content.decode()
        assert not FamilyProxy.objects.exists()

    @pytest.mark.deny
    def test_nobody_agrees_to_what_she_asked_herself(self, mother: User, son: User) -> None:
        asked = family.ask(son, as_proxy=False, kinship=CHILD, by=mother)
        with pytest.raises(Refused):
            family.agree(asked, by=mother)
        assert not FamilyProxy.objects.in_force().exists()

    @pytest.mark.deny
    def test_a_third_person_neither_sees_nor_answers_it(
        self, mother: User, son: User, person: Callable
    ) -> None:
        asked = family.ask(son, as_proxy=False, kinship=CHILD, by=mother)
        stranger = person("stranger")
        with pytest.raises(Refused):
            family.agree(asked, by=stranger)
        with pytest.raises(Refused):
            family.end(asked, by=stranger)
        client = signed_in(stranger)
        for act in ("agree/", "end/"):
            assert client.post(f"/account/family/{asked.public_id}/{act}").status_code == 404
        assert client.get(f"/account/family/{asked.public_id}/").status_code == 404
        assert not FamilyProxy.objects.visible_to(stranger).exists()

    @pytest.mark.deny
    @pytest.mark.parametrize("flaw", ["unverified", "suspended", "leaving", "closed"])
    def test_both_have_to_be_verified_and_in_good_standing(
        self, mother: User, person: Callable, flaw: str
    ) -> None:
        other = person("other", verified=flaw != "unverified")
        changed = {
            "suspended": {"suspended_until": timezone.now() + timedelta(days=1)},
            "leaving": {"leaves_at": timezone.now() + timedelta(days=1)},
            "closed": {"is_active": False},
        }.get(flaw, {"display_name": "other"})
        User.objects.filter(pk=other.pk).update(**changed)
        with pytest.raises(ValidationError):
            family.ask(other, as_proxy=False, kinship=CHILD, by=mother)
        typed = {"way": "by", "person": "other", "kinship": "child"}
        answer = signed_in(mother).post("/account/family/ask/", typed)
        assert answer.status_code == 422
        assert "没有找到这位居民" in answer.content.decode()
        assert 'value="other"' in answer.content.decode(), "what was typed stays"

    @pytest.mark.deny
    @pytest.mark.parametrize("band", ["under_14", "teen"])
    def test_a_minor_acts_for_nobody(self, mother: User, son: User, band: str) -> None:
        User.objects.filter(pk=son.pk).update(age_band=band)
        with pytest.raises(ValidationError, match="18"):
            family.ask(son, as_proxy=False, kinship=CHILD, by=mother)

    @pytest.mark.deny
    def test_somebody_unverified_is_shown_the_way_and_asks_nobody(self, son: User, person: Callable) -> None:
        newcomer = person("new", verified=False)
        client = signed_in(newcomer)
        assert "/account/verification/" in client.get("/account/family/").content.decode()
        answer = client.post("/account/family/ask/", {"way": "by", "person": "son", "kinship": "child"})
        assert answer.status_code == 403
        assert not FamilyProxy.objects.exists()

    @pytest.mark.deny
    def test_nobody_is_her_own_relative_nor_twice_somebodys(self, mother: User, son: User) -> None:
        with pytest.raises(ValidationError, match="不是自己"):
            family.ask(mother, as_proxy=False, kinship=CHILD, by=mother)
        family.ask(son, as_proxy=False, kinship=CHILD, by=mother)
        with pytest.raises(ValidationError, match="已经有"):
            family.ask(mother, as_proxy=True, kinship=CHILD, by=son)

    @pytest.mark.deny
    def test_two_relatives_and_no_third(self, mother: User, person: Callable) -> None:
        asked = [
            family.ask(person(name), as_proxy=False, kinship=CHILD, by=mother)
            for name in ("ann", "ben", "cai")
        ]
        for one in asked[:2]:
            family.agree(one, by=one.proxy)
        with pytest.raises(ValidationError, match="两位"):
            family.agree(asked[2], by=asked[2].proxy)
        answer = signed_in(asked[2].proxy).post(f"/account/family/{asked[2].public_id}/agree/", follow=True)
        assert "两位" in answer.content.decode()
        assert FamilyProxy.objects.in_force().count() == 2
        family.end(asked[0], by=mother)
        family.agree(asked[2], by=asked[2].proxy)
        assert FamilyProxy.objects.in_force().count() == 2

    @pytest.mark.deny
    def test_the_database_takes_no_third_whatever_the_code_says(
        self, relation: FamilyProxy, person: Callable
    ) -> None:
        now = timezone.now()
        for slot in (relation.slot, 3):
            with pytest.raises(IntegrityError), transaction.atomic():
                FamilyProxy.objects.create(
                    principal=relation.principal,
                    proxy=person(f"p{slot}"),
                    kinship=CHILD,
                    slot=slot,
                    agreed_at=now,
                )


class TestActing:
    def test_he_acts_for_her_with_a_band_on_every_page_until_he_stops(
        self, relation: FamilyProxy, mother: User, son: User
    ) -> None:
        client = signed_in(son)
        page = f"/account/family/{relation.public_id}/"
        assert "开始代办" in client.get(page).content.decode()
        client.post(page)
        assert "family_begun" in told(mother)
        assert "family_acting" in told(son), "both are told"
        entry = AuditEntry.objects.get(action="accounts.begin_proxy")
        assert entry.actor_id == son.pk
        shown = client.get(page).content.decode()
        assert 'href="/notices/"' in shown
        for path in ("/notices/", "/", "/account/family/"):
            assert "您正在为" in client.get(path).content.decode()
        client.post("/account/family/stop/")
        assert "您正在为" not in client.get("/notices/").content.decode()

    @pytest.mark.deny
    @pytest.mark.security(4)
    def test_nothing_is_changed_meanwhile_but_where_a_route_says_so(
        self, relation: FamilyProxy, son: User
    ) -> None:
        """Messages, diary, identity, money, roles and signing stay closed: so does whatever an app adds unasked."""
        client = signed_in(son)
        client.post(f"/account/family/{relation.public_id}/")
        for path, data in (
            ("/feed/post/", {"text": "替妈妈发的", "scope": "public"}),
            ("/account/password/change/", {"oldpassword": "pw-son-2026"}),
            ("/account/leave/", {"words": "keep"}),
            ("/account/verification/", {"name": "x"}),
            ("/account/family/ask/", {"way": "by", "person": "mother", "kinship": "child"}),
            ("/admin/login/", {}),
        ):
            answer = client.post(path, data)
            assert answer.status_code == 403, path
            assert "结束代办" in answer.content.decode(), path
        assert FamilyProxy.objects.count() == 1
        open_to_proxies = {
            route.key
            for route in own_routes()
            if getattr(route.view, "access", None) and route.view.access.for_another
        }
        assert open_to_proxies == {
            "accounts:stop_acting",
            "accounts:end_family",
            "accounts:display",
            "display_mode",
        }

    def test_declining_somebody_else_meanwhile_does_not_end_it(
        self, relation: FamilyProxy, son: User, person: Callable
    ) -> None:
        client = signed_in(son)
        client.post(f"/account/family/{relation.public_id}/")
        other = family.ask(son, as_proxy=False, kinship=CHILD, by=person("father"))
        client.post(f"/account/family/{other.public_id}/end/")
        assert "您正在为" in client.get("/notices/").content.decode()

    def test_the_admin_says_so_too(self, mother: User, clerk: User) -> None:
        tie = family.ask(clerk, as_proxy=False, kinship=CHILD, by=mother)
        family.agree(tie, by=clerk)
        client = signed_in(clerk)
        client.post(f"/account/family/{tie.public_id}/")
        assert "您正在为林秀英代办" in client.get("/admin/family/").content.decode()

    def test_who_acts_for_another_may_sign_out(self, relation: FamilyProxy, son: User) -> None:
        client = signed_in(son)
        client.post(f"/account/family/{relation.public_id}/")
        assert client.post("/account/logout/").status_code == 302
        assert client.get("/account/family/").status_code == 302

    @pytest.mark.deny
    def test_he_sees_nothing_of_hers_that_he_did_not_see_before(
        self, relation: FamilyProxy, mother: User, son: User
    ) -> None:
        from foundation.core.access.scopes import ONLY, Scope
        from foundation.social.domain import posts

        post = posts.post_status(by=mother, text="只给自己", scope=Scope(ONLY, str(mother.pk)))
        client = signed_in(son)
        client.post(f"/account/family/{relation.public_id}/")
        assert client.get(f"/u/mother/{post.public_id}/").status_code == 404
        assert "只给自己" not in client.get("/u/mother/").content.decode()

    @pytest.mark.deny
    @pytest.mark.parametrize("end", ["she", "he", "suspended", "leaving"])
    def test_it_ends_with_the_next_click(
        self, relation: FamilyProxy, mother: User, son: User, end: str
    ) -> None:
        client = signed_in(son)
        client.post(f"/account/family/{relation.public_id}/")
        if end == "she":
            family.end(relation, by=mother)
            assert all("family_ended" in told(one) for one in (mother, son)), "both are told"
        elif end == "he":
            client.post(f"/account/family/{relation.public_id}/end/")
            assert "family_ended" in told(mother)
        elif end == "suspended":
            User.objects.filter(pk=mother.pk).update(suspended_until=timezone.now() + timedelta(days=1))
        else:
            User.objects.filter(pk=mother.pk).update(leaves_at=timezone.now() + timedelta(days=7))
        assert "您正在为" not in client.get("/notices/").content.decode()
        assert client.get(f"/account/family/{relation.public_id}/").status_code == 404
        assert client.post(f"/account/family/{relation.public_id}/").status_code == 404

    @pytest.mark.deny
    def test_ended_is_ended(self, relation: FamilyProxy, mother: User, son: User) -> None:
        family.end(relation, by=mother)
        family.end(relation, by=son)
        assert AuditEntry.objects.filter(action="accounts.end_family").count() == 1
        with pytest.raises(StepNotAllowed):
            family.agree(relation, by=son)

    def test_a_suspended_resident_may_end_it(self, relation: FamilyProxy, mother: User) -> None:
        User.objects.filter(pk=mother.pk).update(suspended_until=timezone.now() + timedelta(days=1))
        assert signed_in(mother).post(f"/account/family/{relation.public_id}/end/").status_code == 302
        assert not FamilyProxy.objects.standing().exists()


class TestAtTheCounter:
    def test_staff_record_it_and_both_are_told(self, mother: User, son: User, clerk: User) -> None:
        typed = {"principal": "mother", "proxy": "son", "kinship": "child", "purpose": "两人到窗口当面同意"}
        client = signed_in(clerk)
        assert client.post("/admin/family/record/", typed).status_code == 302
        relation = FamilyProxy.objects.in_force().get()
        assert relation.recorded_by == clerk
        assert all("family_recorded" in told(one) for one in (mother, son))
        assert AuditEntry.objects.get(action="accounts.record_family").purpose == "两人到窗口当面同意"
        assert "林秀英" in client.get("/admin/family/?q=林秀").content.decode()
        client.post(f"/admin/family/{relation.public_id}/end/", {"purpose": "女儿来电"})
        assert not FamilyProxy.objects.standing().exists()

    @pytest.mark.deny
    def test_not_for_another_place_nor_for_oneself(
        self, mother: User, son: User, clerk: User, person: Callable
    ) -> None:
        elsewhere = person("bridge-clerk", roles=("staff",), place="bridge")
        for by, principal, proxy in ((elsewhere, mother, son), (clerk, clerk, son), (clerk, mother, clerk)):
            with pytest.raises(Refused):
                family.record(principal, proxy, kinship=CHILD, purpose="x", by=by)
        relation = family.record(mother, son, kinship=CHILD, purpose="x", by=clerk)
        client = signed_in(elsewhere)
        assert "林秀英" not in client.get("/admin/family/").content.decode()
        assert client.post(f"/admin/family/{relation.public_id}/end/", {"purpose": "x"}).status_code == 404
        with pytest.raises(Refused):
            family.end(relation, by=elsewhere)
        typed = {"principal": "mother", "proxy": "bridge-clerk", "kinship": "child", "purpose": "x"}
        answer = client.post("/admin/family/record/", typed)
        assert answer.status_code == 422
        assert "管辖范围" in answer.content.decode()

    @pytest.mark.deny
    def test_ending_it_needs_a_reason(self, relation: FamilyProxy, clerk: User) -> None:
        answer = signed_in(clerk).post(f"/admin/family/{relation.public_id}/end/", {}, follow=True)
        assert "请写明" in answer.content.decode()
        assert FamilyProxy.objects.in_force().exists()


def test_what_nobody_answers_and_what_is_long_over_goes(relation: FamilyProxy, person: Callable) -> None:
    asked = family.ask(person("ann"), as_proxy=False, kinship=CHILD, by=relation.principal)
    FamilyProxy.objects.filter(pk=asked.pk).update(asked_at=timezone.now() - timedelta(days=31))
    family.end(relation, by=relation.principal)
    FamilyProxy.objects.filter(pk=relation.pk).update(ended_at=timezone.now() - timedelta(days=364))
    assert family.sweep() == 1
    FamilyProxy.objects.update(ended_at=timezone.now() - timedelta(days=366))
    assert family.sweep() == 1


def test_it_goes_with_either_of_the_two(relation: FamilyProxy, son: User) -> None:
    assert family.erase_family(son) == 1
    assert not FamilyProxy.objects.exists()
