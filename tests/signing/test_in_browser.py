"""Signing in a real browser: the key is made there, stays there, and signs what was shown (H1, H6)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem
from foundation.signing.domain import certificates
from foundation.signing.models import Certificate
from tests.signing.conftest import Parties

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.row("H1", "H6")]
KEY = """async (print) => {
  const database = await new Promise((resolve) => {
    const asked = indexedDB.open("linli-signing", 1);
    asked.onsuccess = () => resolve(asked.result);
  });
  const key = await new Promise((resolve) => {
    const asked = database.transaction("keys").objectStore("keys").get(print);
    asked.onsuccess = () => resolve(asked.result);
  });
  if (!key) return "none";
  try { await crypto.subtle.exportKey("pkcs8", key); return "exported"; } catch (fault) { return fault.name; }
}"""


@pytest.fixture
def letter(tmp_path: Path, picture: Callable) -> str:
    file = tmp_path / "letter.jpg"
    file.write_bytes(picture().read())
    return str(file)


def confirm(page: Any, name: str) -> None:
    if "reauthenticate" in page.url:
        page.fill("[name=password]", f"pw-{name}-2026")
        page.click("main form button")


def test_a_head_enrols_a_key_that_never_leaves_her_browser(
    phone: Any,
    parties: Parties,
    portal: Any,
    sign_in: Callable,
    axe: Callable,
    letter: str,
    person: Callable,
) -> None:
    certificates.revoke(parties.certificate, reason="换成本机", by=parties.head)
    sign_in(phone, "head", after="/account/keys/")
    axe(phone)
    phone.click("text=申请签名证书")
    confirm(phone, "head")
    phone.wait_for_selector("[data-signing-enrol]")
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.set_input_files("[name=letter]", letter)
    phone.click("text=提交申请")
    phone.wait_for_selector("text=已提交")
    row = Certificate.objects.get(user=parties.head, state="asked")
    assert (row.backend, row.key) == ("device", "")
    assert phone.evaluate(KEY, row.key_print) == "InvalidAccessError", "kept, and not to be exported"
    item = ReviewItem.objects.get(kind="certificate", object_id=str(row.pk))
    for one in (parties.clerk, person("third", roles=("staff",), place="wutong")):
        inbox.decide(item, approved=True, by=one)
    phone.goto("/account/keys/")
    assert phone.locator("[data-key-missing]:visible").count() == 0, "the page finds the key here"


def test_anybody_checks_a_paper_on_a_telephone(
    phone: Any, parties: Parties, portal: Any, axe: Callable
) -> None:
    paper = parties.paper()
    phone.goto("/verify/")
    axe(phone)
    phone.goto(paper.verify_url)
    phone.wait_for_selector("text=这份文件有问题")
    axe(phone)
    phone.set_viewport_size({"width": 320, "height": 700})
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
