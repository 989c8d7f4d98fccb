"""One act when a member of staff leaves (O9): nothing of the office stays with her."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from foundation.accounts.domain import roles
from foundation.accounts.domain.roles import LastAdministrator
from foundation.accounts.domain.tokens import make_token
from foundation.accounts.models import DeviceToken, RoleAssignment, RoleRequest, User
from foundation.core.access.limits import TooOften
from foundation.core.access.permissions import Refused
from foundation.core.access.roles import Role
from foundation.core.api.scope import TokenScope
from foundation.core.flow.models import AuditEntry
from foundation.moderation.models import ReviewItem
from foundation.social.domain import comments
from office.domain import leavers, log
from office.domain.leavers import NoStaff
from office.domain.queries.log import Filters

pytestmark = [pytest.mark.django_db, pytest.mark.row("O9")]


@pytest.fixture
def chief(person: Callable) -> Any:
    return person("chief", display="管理员甲", roles=("administrator",))


@pytest.fixture
def leaver(person: Callable) -> Any:
    return person("wang", display="王敏", roles=("editor",))


@pytest.fixture
def colleague(person: Callable) -> Any:
    return person("zhao", display="赵编辑", roles=("editor",))


@pytest.fixture
def item(person: Callable, article: Callable, leaver: User) -> ReviewItem:
    """A comment that waits, handed to the one who leaves."""
    comments.comment(by=person("lin"), target=article(), text="说得好")
    waiting = ReviewItem.objects.get()
    ReviewItem.objects.filter(pk=waiting.pk).update(assigned_to=leaver)
    return waiting


def test_roles_sessions_tokens_and_work_end_with_one_act(
    chief: User, leaver: User, colleague: User, item: ReviewItem, article: Callable
) -> None:
    page = article(title="草稿")
    Page.objects.filter(pk=page.pk).update(
        owner=leaver, live=False, has_unpublished_changes=True, locked=True, locked_by=leaver
    )
    browser = Client()
    browser.force_login(leaver)
    make_token(leaver, name="手机", scopes=[TokenScope.READ], agent="test", address="")
    handed = leavers.let_go(leaver, to=colleague, purpose="调离街道", by=chief)
    assert sum(handed.values()) == 2
    assert not RoleAssignment.objects.filter(user=leaver).exists()
    assert not DeviceToken.objects.living().filter(user=leaver).exists()
    assert browser.get("/account/devices/").status_code == 302
    assert not Session.objects.filter(session_key=browser.session.session_key, expire_date=None).exists()
    item.refresh_from_db()
    assert item.assigned_to == colleague
    page.refresh_from_db()
    assert (page.owner, page.locked, page.locked_by) == (colleague, False, None)
    entry = AuditEntry.objects.get(action="office.let_go")
    assert (entry.actor_id, entry.object_id, entry.purpose) == (chief.pk, str(leaver.pk), "调离街道")
    leaver.refresh_from_db()
    assert leaver.is_active, "as a resident she stays"


def test_what_nobody_takes_over_goes_back_to_all_who_may(
    chief: User, leaver: User, person: Callable, item: ReviewItem, article: Callable
) -> None:
    keeper, draft = person("op", roles=("operator",)), article(title="草稿")
    Page.objects.filter(pk=draft.pk).update(owner=leaver, live=False)
    leavers.let_go(leaver, to=keeper, purpose="退休", by=chief)
    draft.refresh_from_db()
    assert draft.owner == leaver, "an operator writes no pages"
    item.refresh_from_db()
    assert item.assigned_to is None, "an operator may not decide comments"
    assert item.steps.get().what == "taken_back"


def test_a_role_that_waits_for_the_second_person_is_taken_back_too(
    chief: User, leaver: User, person: Callable
) -> None:
    second = person("second", roles=("administrator",))
    asked = roles.ask_for_role(leaver, Role.AUDITOR, purpose="以后再说", by=second)
    assert asked is not None
    leavers.let_go(leaver, to=None, purpose="调离", by=chief)
    asked.refresh_from_db()
    assert asked.state == RoleRequest.State.REFUSED
    assert not ReviewItem.objects.open().filter(kind="role_request").exists()


@pytest.mark.deny
def test_nobody_lets_go_without_the_right_or_herself(
    chief: User, leaver: User, colleague: User, person: Callable
) -> None:
    other = person("second", roles=("administrator",))
    for by, to in ((colleague, None), (chief, leaver), (chief, person("lin"))):
        with pytest.raises(Refused):
            leavers.let_go(leaver, to=to, purpose="x", by=by)
    with pytest.raises(Refused):
        leavers.let_go(chief, to=None, purpose="x", by=chief)
    with pytest.raises(Refused):
        leavers.belongings(leaver, by=colleague)
    with pytest.raises(NoStaff):
        leavers.let_go(person("zhou"), to=None, purpose="x", by=chief)
    leavers.let_go(other, to=None, purpose="x", by=chief)
    assert RoleAssignment.objects.filter(user=leaver).count() == 1


@pytest.mark.deny
def test_the_last_administrator_stays_and_nothing_is_half_done(
    chief: User, person: Callable, monkeypatch: Any
) -> None:
    """Whoever lets go is an administrator herself; only one who is leaving the house is no second."""
    other = person("second", roles=("administrator", "editor"))
    monkeypatch.setattr(roles, "other_administrators", lambda user: RoleAssignment.objects.none())
    with pytest.raises(LastAdministrator):
        leavers.let_go(other, to=None, purpose="x", by=chief)
    assert RoleAssignment.objects.filter(user=other).count() == 2


def test_the_page_shows_what_she_took_out_and_does_it(chief: User, person: Callable, client: Client) -> None:
    auditor = person("shen", display="沈审计", roles=("auditor",))
    log.export(Filters(), purpose="年度检查", by=auditor)
    client.force_login(chief)
    address = reverse("office:leave_staff", args=["shen"])
    page = client.get(address).content.decode()
    assert "导出 1 次" in page
    assert "年度检查" in page
    refused = client.post(address, {"purpose": ""})
    assert refused.status_code == 422
    assert RoleAssignment.objects.filter(user=auditor).exists()
    done = client.post(address, {"purpose": "调离"}, follow=True)
    assert "已办妥" in done.content.decode()
    assert not RoleAssignment.objects.filter(user=auditor).exists()
    again = client.post(address, {"purpose": "调离"})
    assert again.status_code == 422
    assert "不用办理离岗" in again.content.decode()


@pytest.mark.deny
def test_exports_are_limited_and_bear_the_name_of_who_took_them(person: Callable, settings: Any) -> None:
    auditor = person("shen", display="沈审计", roles=("auditor",))
    settings.RATES = {**settings.RATES, "export": "2/d"}
    for _time in range(2):
        assert log.export(Filters(), purpose="检查", by=auditor)
    with pytest.raises(TooOften):
        log.export(Filters(), purpose="检查", by=auditor)
    assert AuditEntry.objects.filter(action="office.export_log", actor_id=auditor.pk).count() == 2


def test_whatever_staff_print_says_who_printed_it(client: Client, chief: User) -> None:
    """Wagtail's own pages and ours alike."""
    client.force_login(chief)
    for path in ("/admin/", "/admin/account/", "/admin/roles/"):
        page = client.get(path).content.decode()
        assert "管理员甲（@chief）打印" in page, path
        assert "css/admin-marks.css" in page
