"""A member of staff leaves, on the telephone and at the desk (O9): seen before it is done, and done at once."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from foundation.accounts.models import RoleAssignment, User

# The window is chosen by a parameter, which the suite cannot see when it sorts out what needs a browser.
pytestmark = [pytest.mark.browser, pytest.mark.row("O9")]


@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_one_act_takes_roles_and_sign_ins_and_hands_over(
    request: Any,
    device: str,
    community: dict,
    person: Callable,
    sign_in: Callable,
    axe: Callable,
    transactional_db: None,
) -> None:
    person("chief", display="管理员甲", roles=("administrator",))
    person("heir", display="赵编辑", roles=("editor",))
    page = request.getfixturevalue(device)
    sign_in(page, "chief", after="/admin/roles/staff/")
    page.get_by_role("link", name="办理离岗").click()
    expect(page.get_by_role("heading", name="现在手里的")).to_be_visible()
    expect(page.get_by_role("heading", name="一年里带出和查看过的")).to_be_visible()
    axe(page)
    page.get_by_label("接手的同事").select_option("heir")
    page.get_by_role("button", name="办理离岗").click()
    assert RoleAssignment.objects.filter(user__username="staff").exists(), "without a reason nothing is done"
    page.get_by_label("理由").fill("调离街道")
    page.get_by_role("button", name="办理离岗").click()
    expect(page.get_by_text("已办妥")).to_be_visible()
    axe(page)
    assert not RoleAssignment.objects.filter(user__username="staff").exists()
    assert User.objects.get(username="staff").is_active, "she stays a resident"
