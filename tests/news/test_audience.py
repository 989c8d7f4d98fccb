"""A notice is for somebody: it comes to light where it is meant to, and nowhere else (P3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import Membership, Organisation, User
from foundation.core.access.scopes import PLACE, PUBLIC, RESIDENTS, ROLE, Scope
from foundation.core.flow.models import AuditEntry
from foundation.moderation.models import ReviewItem
from news.models import NoticePage
from news.models.audience import VISITOR, reader_of
from tests.api.device import Device, device_of

pytestmark = [pytest.mark.django_db, pytest.mark.row("P3"), pytest.mark.deny]
READERS: dict[str, dict[str, Any]] = {
    "newcomer": {"verified": False},
    "ginkgo": {},
    "building": {"place": "ginkgo-3"},
    "bridge": {"place": "bridge"},
    "staff": {"roles": ("staff",), "place": "ginkgo"},
    "street_staff": {"roles": ("staff",), "place": "wutong"},
    "far_staff": {"roles": ("staff",), "place": "bridge"},
    "helper": {"place": "bridge"},
    "shop": {"place": "bridge", "roles": ("business_owner",)},
    "editor": {"roles": ("editor",), "place": "bridge"},
    "suspended": {},
}
VERIFIED = {name for name in READERS if name not in ("newcomer", "suspended")}
# For whom each notice is; editors read what they look after.
MEANT = {
    "all": {"visitor", *READERS},
    "residents": VERIFIED,
    "ginkgo": {"ginkgo", "building", "staff", "street_staff", "editor"},
    "building": {"building", "staff", "street_staff", "editor"},
    "institutions": {"helper", "editor"},
    "businesses": {"shop", "editor"},
    "staff": {"staff", "street_staff", "far_staff", "editor"},
}


@pytest.fixture
def readers(person: Callable, places: dict) -> dict[str, User | None]:
    made: dict[str, User | None] = {"visitor": None}
    made |= {name: person(name.replace("_", "-"), **how) for name, how in READERS.items()}
    helpers = Organisation.objects.create(
        type="institution", name="阳光帮扶中心", place=places["ginkgo"], stands=True
    )
    Membership.objects.create(organisation=helpers, user=made["helper"], position="member")
    User.objects.filter(username="suspended").update(suspended_until=timezone.now() + timedelta(days=1))
    return {name: user and User.objects.get(pk=user.pk) for name, user in made.items()}


@pytest.fixture
def notices(notice: Callable, places: dict) -> dict[str, NoticePage]:
    """One for everybody of the table, urgent, so that each stands also in the band."""
    scopes = {
        "all": Scope(PUBLIC),
        "residents": Scope(RESIDENTS),
        "ginkgo": Scope(PLACE, places["ginkgo"].path),
        "building": Scope(PLACE, places["ginkgo-3"].path),
        "institutions": Scope(ROLE, "institutions"),
        "businesses": Scope(ROLE, "businesses"),
        "staff": Scope(ROLE, "staff"),
    }
    return {
        name: notice(f"记号{name}", scope=scope, level="important", slug=f"for-{name}")
        for name, scope in scopes.items()
    }


def browser(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def marks(text: str) -> set[str]:
    return {name for name in MEANT if f"记号{name}" in text}


def expected(reader: str) -> set[str]:
    return {name for name, meant in MEANT.items() if reader in meant}


def test_everybody_finds_what_is_meant_for_her_and_nothing_else(readers: dict, notices: dict) -> None:
    """Asked by the visitor first and last: what members saw is in no drawing that she gets."""
    for name, user in [*readers.items(), ("visitor", None)]:
        client = browser(user)
        assert marks(client.get("/notices/").content.decode()) == expected(name), name
        opened = {key for key, page in notices.items() if client.get(page.url).status_code == 200}
        assert opened == expected(name), name
        shown = marks(client.get("/").content.decode())
        assert shown == expected(name) - {"all"}, f"front page of {name}"


@pytest.mark.row("U2")
def test_the_elder_front_page_shows_the_same(readers: dict, notices: dict) -> None:
    for name, user in readers.items():
        client = browser(user)
        client.cookies["elder"] = "1"
        html = client.get("/").content.decode()
        assert 'data-mode="elder"' in html
        # What is for all stands below, with the rest of the notices.
        assert marks(html) - {"all"} == expected(name) - {"all"}, name


def test_the_api_gives_what_the_pages_give(readers: dict, notices: dict) -> None:
    for name, user in readers.items():
        if name == "suspended":
            continue
        device = Device() if user is None else device_of(user)
        listed = {one["id"] for one in device.get("/notices?limit=100").json()["items"]}
        assert listed == {notices[key].public_id for key in expected(name)}, name
        opened = {
            key
            for key, page in notices.items()
            if device.get(f"/notices/{page.public_id}").status_code == 200
        }
        assert opened == expected(name), name


def test_the_sitemap_and_the_language_variant_name_only_what_is_for_all(notices: dict) -> None:
    found = Client().get("/sitemap.xml").content.decode()
    assert {key for key in notices if f"/for-{key}/" in found} == {"all"}
    for path in ("/en/notices/", "/en/"):
        assert marks(Client().get(path).content.decode()) <= {"all"}


def test_in_memory_and_in_the_database_the_answer_is_the_same(readers: dict, notices: dict) -> None:
    for name, user in readers.items():
        reader = reader_of(user)
        in_memory = {key for key, page in notices.items() if reader.may_read(page.scope)}
        assert in_memory == expected(name), name
        visible = set(NoticePage.objects.visible_to(user).values_list("pk", flat=True))
        assert visible == {notices[key].pk for key in expected(name)}, name
    assert reader_of(None) is VISITOR


def test_who_moves_reads_what_is_for_the_new_place(readers: dict, notices: dict, places: dict) -> None:
    client = browser(readers["ginkgo"])
    assert "ginkgo" in marks(client.get("/notices/").content.decode())
    User.objects.filter(username="ginkgo").update(place=places["bridge"])
    assert "ginkgo" not in marks(client.get("/notices/").content.decode())
    assert client.get(notices["ginkgo"].url).status_code == 404


@pytest.mark.parametrize("way", ["coming", "scheduled", "expired", "withdrawn"])
def test_before_its_time_and_after_it_it_is_nowhere(
    way: str, notice: Callable, readers: dict, monkeypatch: Any
) -> None:
    now = timezone.now()
    page = notice("记号all", level="urgent", slug="timed")
    assert marks(Client().get("/").content.decode()) == {"all"}
    if way == "coming":
        page.published_on = now + timedelta(hours=1)
        page.save_revision().publish(skip_permission_checks=True)
    elif way == "scheduled":
        page.unpublish()
        page.go_live_at = now + timedelta(hours=1)
        page.save_revision(approved_go_live_at=page.go_live_at)
    elif way == "expired":
        page.expire_at = now + timedelta(seconds=30)
        page.save_revision().publish(skip_permission_checks=True)
        Client().get("/notices/")
        later = now + timedelta(seconds=31)
        monkeypatch.setattr(timezone, "now", lambda: later)
    else:
        page.unpublish()
    for reader in ("visitor", "ginkgo", "editor"):
        client = browser(readers[reader])
        for path in ("/", "/notices/", "/sitemap.xml", "/account/login/"):
            assert "记号all" not in client.get(path).content.decode(), (reader, path)
        assert client.get("/notices/timed/").status_code == 404, reader
    assert Device().get("/notices").json()["items"] == []
    assert Device().get(f"/notices/{page.public_id}").status_code == 404


def test_a_notice_that_comes_into_force_appears_by_the_clock(notice: Callable, monkeypatch: Any) -> None:
    start = timezone.now() + timedelta(minutes=5)
    notice("记号all", level="urgent", published_on=start)
    assert marks(Client().get("/").content.decode()) == set()
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(seconds=1))
    assert marks(Client().get("/").content.decode()) == {"all"}
    assert marks(Client().get("/notices/").content.decode()) == {"all"}


def test_the_database_knows_no_audience_without_a_name(notice: Callable) -> None:
    page = notice()
    for level, ref in (("place", ""), ("public", "0001"), ("friends", "1")):
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticePage.objects.filter(pk=page.pk).update(scope_level=level, scope_ref=ref)


class TestStaffPublishForTheirPlace:
    def test_for_everybody_or_only_for_the_people_of_the_place(
        self, readers: dict, places: dict, portal: Any
    ) -> None:
        client = browser(readers["staff"])
        data = {
            "place": places["ginkgo-3"].pk,
            "title": "三号楼检修电梯",
            "level": "urgent",
            "summary": "周六上午",
            "reach": "here",
        }
        answer = client.post(reverse("notices:publish"), data)
        assert answer.status_code == 302
        page = NoticePage.objects.get()
        assert page.scope == Scope(PLACE, places["ginkgo-3"].path)
        assert browser(readers["building"]).get(page.url).status_code == 200
        assert "三号楼检修电梯" in browser(readers["building"]).get("/feed/").content.decode()
        for other in ("visitor", "ginkgo", "bridge", "far_staff"):
            assert browser(readers[other]).get(page.url).status_code == 404
            assert "三号楼检修电梯" not in browser(readers[other]).get("/").content.decode()
        assert AuditEntry.objects.get(action="news.publish_notice").place_path == places["ginkgo-3"].path

    def test_residents_institutions_and_far_staff_publish_nothing(
        self, readers: dict, places: dict, portal: Any
    ) -> None:
        data = {
            "place": places["ginkgo"].pk,
            "scope": "public",
            "title": "假公告",
            "level": "normal",
            "summary": "x",
        }
        for name in ("visitor", "newcomer", "ginkgo", "helper", "shop", "far_staff", "suspended"):
            answer = browser(readers[name]).post(reverse("notices:publish"), data)
            assert answer.status_code in (302, 403, 422), name
            assert NoticePage.objects.count() == 0, name

    def test_an_editor_needs_no_place_and_no_second_pair_of_eyes(
        self, readers: dict, places: dict, portal: Any
    ) -> None:
        data = {
            "title": "停气通知",
            "level": "urgent",
            "summary": "今晚",
            "scope": f"place:{places['bridge'].path}",
        }
        answer = browser(readers["editor"]).post(reverse("notices:publish"), data)
        assert answer.status_code == 302
        page = NoticePage.objects.get()
        assert page.scope == Scope(PLACE, places["bridge"].path)
        assert AuditEntry.objects.filter(action="news.publish_notice", actor_id=readers["editor"].pk).exists()
        taken = browser(readers["editor"]).post(reverse("notices:take_back", args=[page.public_id]))
        assert taken.status_code == 302
        assert not NoticePage.objects.live().exists()

    def test_a_scope_that_is_no_audience_is_refused(self, readers: dict, places: dict, portal: Any) -> None:
        for scope in ("only:1", "contacts:1", "place:", "place:9999", "role:nobody", ""):
            data = {"title": "x", "level": "normal", "summary": "x", "scope": scope}
            answer = browser(readers["editor"]).post(reverse("notices:publish"), data)
            assert answer.status_code == 422, scope


class TestInTheEditorsTree:
    def form(self, page: NoticePage, **changed: Any) -> dict[str, Any]:
        return {
            "title": page.title,
            "slug": page.slug,
            "level": page.level,
            "summary": page.summary,
            "published_on": "2026-11-25 08:00",
            "audience": "",
            "body-count": 0,
            **changed,
        }

    def test_the_audience_is_one_question_and_waits_for_review_with_the_rest(
        self, readers: dict, places: dict, notice: Callable
    ) -> None:
        page = notice("换审核")
        client = browser(readers["editor"])
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        assert "只给一个地方的居民和工作人员" in client.get(address).content.decode()
        key = f"place:{places['ginkgo'].path}"
        answer = client.post(address, self.form(page, goes_to=key))
        assert answer.status_code == 302
        page.refresh_from_db()
        assert page.scope == Scope(PUBLIC), "a draft changes nothing of the page"
        draft = page.get_latest_revision_as_object()
        assert draft.scope == Scope(PLACE, places["ginkgo"].path)
        page.get_latest_revision().publish(skip_permission_checks=True)
        page.refresh_from_db()
        assert page.audience_words == "银杏里社区"
        assert f'value="{key}" selected' in client.get(address).content.decode()

    @pytest.mark.row("P2")
    def test_two_versions_are_compared_by_whom_they_are_for(
        self, readers: dict, places: dict, notice: Callable
    ) -> None:
        page = notice("换对象")
        first = page.latest_revision
        page.scope = Scope(PLACE, places["ginkgo"].path)
        second = page.save_revision()
        address = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, first.pk, second.pk])
        html = browser(readers["editor"]).get(address).content.decode()
        assert "发给谁" in html
        assert "银杏里社区" in html

    @pytest.mark.row("P2")
    def test_the_reviewer_sees_for_whom_it_is(self, person: Callable, places: dict, notice: Callable) -> None:
        page = notice("要审的", live=False, must_read=True, scope=Scope(PLACE, places["ginkgo"].path))
        page.save_revision()
        page.get_workflow().start(page, person("writer", roles=("editor",)))
        item = ReviewItem.objects.get(kind="notice", object_id=str(page.pk))
        html = browser(person("judge", roles=("reviewer",))).get(item.get_absolute_url()).content.decode()
        assert "银杏里社区" in html
        assert "必读" in html

    def test_an_older_revision_brings_back_no_told_and_no_end(self, notice: Callable) -> None:
        page = notice("紧急", level="urgent")
        assert page.told_at is not None
        NoticePage.objects.filter(pk=page.pk).update(ended_at=timezone.now())
        page.get_latest_revision().publish(skip_permission_checks=True)
        page.refresh_from_db()
        assert page.told_at is not None
        assert page.ended_at is not None

    def test_a_place_that_was_removed_stays_the_audience(
        self, readers: dict, places: dict, notice: Callable
    ) -> None:
        page = notice(scope=Scope(PLACE, places["ginkgo-3"].path))
        places["ginkgo-3"].retired_at = timezone.now()
        places["ginkgo-3"].save()
        html = (
            browser(readers["editor"])
            .get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
            .content.decode()
        )
        assert "已撤销的地点" in html
        assert browser(readers["building"]).get(page.url).status_code == 200

    def test_an_unknown_audience_is_refused(self, notice: Callable) -> None:
        page = notice(live=False)
        page.scope = Scope("friends", "1")
        with pytest.raises(ValidationError):
            page.full_clean()
