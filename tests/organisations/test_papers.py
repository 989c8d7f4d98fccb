"""The pictures of documents: for members and the office alone, every look of the office written down (H2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.flow.models import AuditEntry
from foundation.core.flow.workflow import GuardFails
from organisations.domain import papers
from organisations.models import Institution
from tests.access.cells import browser_of
from tests.organisations.conftest import CODES, fresh, join

pytestmark = [pytest.mark.django_db, pytest.mark.row("H2")]


@pytest.fixture
def shown(approved: Callable, drain: Callable) -> tuple[Institution, str]:
    made = approved()
    drain()
    return made, f"/help/institutions/papers/{made.qualifications.get().public_id}/"


@pytest.mark.deny
def test_only_members_and_the_office_see_the_picture(
    shown: tuple, head: User, helper: User, office: dict, person: Callable, approved: Callable, portal: Any
) -> None:
    institution, address = shown
    join(institution, helper)
    other = person("other")
    approved("另一家", by=other, code=CODES[1])
    for user in (head, helper, office["staff"], office["officer"]):
        answer = browser_of(fresh(user)).get(address)
        assert b"".join(answer.streaming_content), user
    for user in (person("lin"), other, office["elsewhere"], person("ed", roles=("editor",))):
        assert browser_of(fresh(user)).get(address).status_code in (403, 404), user
    # By the file's own address nobody but its owner gets it.
    stored = institution.qualifications.get().file
    assert browser_of(fresh(helper)).get(stored.url_960).status_code == 404
    assert AuditEntry.objects.filter(action="institution.look_at_paper").count() == 2


def test_the_public_page_tells_facts_and_shows_no_scan(shown: tuple, portal: Any) -> None:
    institution, _address = shown
    text = browser_of(None).get(institution.get_absolute_url()).content.decode()
    assert "民办非企业单位登记证书" in text
    assert "资料核验于" in text
    assert institution.qualifications.get().public_id not in text
    assert institution.organisation.code not in text
    assert institution.qualifications.get().file.public_id not in text


@pytest.mark.deny
def test_the_last_licence_stays_while_it_helps(shown: tuple, head: User, picture: Callable) -> None:
    institution, _address = shown
    with pytest.raises(GuardFails):
        papers.remove_paper(institution.qualifications.get(), by=fresh(head))
    papers.add_paper(
        institution,
        type="licence",
        name="新证",
        issuer="",
        valid_until=timezone.localdate() + timedelta(days=9),
        picture=picture(size=(64, 48)),
        by=fresh(head),
    )
    papers.remove_paper(institution.qualifications.get(name="民办非企业单位登记证书"), by=fresh(head))
    assert institution.qualifications.count() == 1


@pytest.mark.deny
def test_there_is_an_end_to_papers(shown: tuple, head: User, picture: Callable, monkeypatch: Any) -> None:
    monkeypatch.setattr(papers, "MOST", 1)
    with pytest.raises(GuardFails, match="最多"):
        papers.add_paper(
            shown[0],
            type="other",
            name="又一份",
            issuer="",
            valid_until=None,
            picture=picture(size=(64, 48)),
            by=fresh(head),
        )


@pytest.mark.deny
def test_what_is_no_picture_is_said_beside_the_field(shown: tuple, head: User, portal: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = {"type": "other", "name": "简历", "picture": SimpleUploadedFile("a.jpg", b"%PDF-1.7")}
    answer = browser_of(fresh(head)).post("/desk/papers/", data)
    assert answer.status_code == 422
    assert "不是能识别的图片" in answer.content.decode()


@pytest.mark.deny
def test_a_check_is_of_a_member_and_of_this_year(shown: tuple, head: User, person: Callable) -> None:
    with pytest.raises(GuardFails, match="不是机构成员"):
        papers.declare_check(shown[0], person("out"), checked_on=timezone.localdate(), by=fresh(head))
    with pytest.raises(GuardFails, match="一年"):
        papers.declare_check(
            shown[0], head, checked_on=timezone.localdate() + timedelta(days=1), by=fresh(head)
        )
