"""Two profiles of passwords: what residents are asked, and what staff are (A6; 等保)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from foundation.accounts.domain import passwords
from foundation.accounts.domain.roles import give_role
from foundation.accounts.models import PasswordRecord, User

pytestmark = [pytest.mark.django_db, pytest.mark.row("A6"), pytest.mark.security(34)]
GOOD = "Ginkgo-leaves-1986"


def change(user: User, password: str) -> None:
    validate_password(password, user)
    user.set_password(password)
    user.save()


@pytest.mark.deny
@pytest.mark.parametrize(
    ("password", "words"),
    [("Ab1-efgh9", "10 位"), ("ginkgo-leaves", "三种"), ("ginkgoleaves77", "三种"), (GOOD, "")],
)
def test_staff_need_length_and_variety(person: Callable, password: str, words: str) -> None:
    staff, resident = person("staff", roles=("staff",)), person("lin")
    validate_password(password, resident)
    if words:
        with pytest.raises(ValidationError, match=words):
            validate_password(password, staff)
    else:
        validate_password(password, staff)


@pytest.mark.deny
@pytest.mark.parametrize(
    "password", ["Ab1-efg", "password", "12345678", "20260504", "qwertyuiop", "lin@example.org"]
)
def test_of_residents_none_is_taken_that_everybody_tries_first(person: Callable, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, person("lin"))


@pytest.mark.parametrize("password", ["ginkgo leaves in autumn", "银杏叶落在院子里了", "x9" * 50, "🍂" * 9])
def test_residents_are_asked_for_no_kinds_of_signs_and_may_be_long(
    client: Any, portal: Any, person: Callable, password: str
) -> None:
    lin = person("lin")
    change(lin, password)
    assert client.login(username="lin", password=password)
    assert not client.login(username="lin", password=password[:-1]), "every sign of it counts"


@pytest.mark.deny
def test_the_last_five_do_not_come_back(person: Callable) -> None:
    staff = person("staff", roles=("editor",))
    for number in range(6):
        change(staff, f"{GOOD}-{number}")
    for number in range(1, 6):
        with pytest.raises(ValidationError, match="最近用过"):
            validate_password(f"{GOOD}-{number}", staff)
    validate_password(f"{GOOD}-0", staff)
    assert PasswordRecord.objects.filter(user=staff).count() == passwords.KEPT


def test_of_residents_no_old_password_is_kept(person: Callable) -> None:
    lin = person("lin")
    change(lin, "another-one-77")
    assert not PasswordRecord.objects.exists()
    assert lin.password_changed_at is not None


def test_a_new_password_is_due_after_ninety_days_and_for_whoever_becomes_staff(
    person: Callable, settings: Any
) -> None:
    settings.STAFF_PASSWORD_DAYS = 90
    lin = person("lin")
    assert not passwords.is_due(lin)
    give_role(lin, "editor", by=None)
    lin = User.objects.get(pk=lin.pk)
    assert passwords.is_due(lin), "nobody knows what the resident's password is made of"
    change(lin, GOOD)
    assert not passwords.is_due(lin)
    lin.password_changed_at = timezone.now() - timedelta(days=90, minutes=1)
    assert passwords.is_due(lin)


@pytest.mark.deny
def test_the_admin_opens_only_after_the_password_was_changed(
    client: Any, portal: Any, person: Callable, settings: Any
) -> None:
    settings.STAFF_PASSWORD_DAYS = 90
    person("lin", roles=("editor",))
    client.post("/account/login/", {"login": "lin@example.org", "password": "pw-lin-2026"})
    assert client.get("/feed/").status_code == 200, "the site itself stays open"
    asked = client.get("/admin/")
    assert asked.url.startswith("/account/password/change/")
    page = client.get(asked.url).content.decode()
    assert "每 90 天" in page
    weak = {"oldpassword": "pw-lin-2026", "password1": "another-one", "password2": "another-one"}
    assert client.post("/account/password/change/", weak).status_code in (200, 422)
    good = {**weak, "password1": GOOD, "password2": GOOD}
    assert client.post("/account/password/change/", good).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_only_staff_read_what_is_asked_of_staff(portal: Any, person: Callable) -> None:
    for who, reads in ((person("lin"), False), (person("chief", roles=("administrator",)), True)):
        client = Client()
        client.force_login(who)
        page = client.get("/account/password/change/").content.decode()
        assert ("工作人员的密码" in page) is reads
        assert 'id="id_password1_helptext"' in page, "everybody reads what is asked of her"
