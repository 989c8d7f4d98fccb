"""The office sees how old the last good backup and drill are, and is warned (O8)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from foundation.accounts.models import User
from foundation.core.access.permissions import Refused
from foundation.core.crypto import keys
from foundation.messaging.models import Notification
from office.domain import troubles
from office.domain.backup import point_in_time
from office.domain.queries import backups, machine
from office.models import BackupRun, Trouble
from office.rules import Fault

pytestmark = [pytest.mark.django_db, pytest.mark.row("O8")]


def ran(kind: str, *, good: bool = True, fault: str = "", **ago: int) -> BackupRun:
    run = BackupRun.objects.create(
        kind=kind, name="20261129T000000Z-0000", good=good, fault=fault, ended_at=timezone.now()
    )
    BackupRun.objects.filter(pk=run.pk).update(began_at=timezone.now() - timedelta(**ago))
    return run


@pytest.fixture
def operator(person: Callable) -> Any:
    who = person("op", roles=("operator",))
    who.date_joined = timezone.now() - timedelta(days=200)
    who.save(update_fields=["date_joined"])
    return who


@pytest.mark.security(59)
def test_an_old_backup_warns_and_a_new_one_ends_the_warning(operator: Any, drain: Callable) -> None:
    assert backups.hours_without_a_backup() == 200 * 24, "since the first account, where there never was one"
    ran("backup", hours=30)
    ran("backup", good=False, hours=1)
    assert backups.hours_without_a_backup() == 30
    ran("drill", days=100)
    assert backups.days_without_a_drill() == 100
    troubles.look_round()
    drain()
    open_now = set(Trouble.objects.filter(over_at=None).values_list("fault", flat=True))
    assert {Fault.BACKUP_OLD, Fault.DRILL_OLD} <= open_now
    assert Notification.objects.filter(user=operator).exists()
    ran("backup", hours=1)
    ran("drill", days=1)
    assert (backups.hours_without_a_backup(), backups.days_without_a_drill()) == (0, 0)


def test_a_key_that_does_not_open_is_told(settings: Any, tmp_path: Any) -> None:
    assert machine.QUESTIONS[Fault.KEYS_LOCKED]() == 0
    settings.KEYS_DIR = tmp_path / "other"
    keys.forget()
    assert machine.QUESTIONS[Fault.KEYS_LOCKED]() == len(keys.RINGS)
    settings.CREATE_KEYS, settings.KEYS_DIR = False, tmp_path / "none"
    keys.forget()
    assert machine.QUESTIONS[Fault.KEYS_LOCKED]() == len(keys.RINGS)


def test_what_a_lost_key_sealed_is_told_and_stays_as_it_is(operator: Any) -> None:
    """A copy of the database with another machine's keys: nothing opens it, and nothing is written over it."""
    person = User.objects.get(pk=operator.pk)
    person.phone_sealed = "+8613900001234"
    person.save()
    assert machine.QUESTIONS[Fault.KEYS_UNKNOWN]() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone_sealed FROM accounts_user WHERE id = %s", [person.pk])
        sealed = bytes(cursor.fetchone()[0])
        elsewhere = sealed[:1] + bytes([99]) + sealed[2:]
        cursor.execute("UPDATE accounts_user SET phone_sealed = %s WHERE id = %s", [elsewhere, person.pk])
    cache.delete(backups.UNKNOWN)
    assert machine.QUESTIONS[Fault.KEYS_UNKNOWN]() == 1
    with pytest.raises(keys.KeyMissing):
        User.objects.get(pk=operator.pk).phone_sealed  # noqa: B018
    troubles.look_round()
    assert Trouble.objects.filter(fault=Fault.KEYS_UNKNOWN, over_at=None).exists()


def test_the_demo_warns_of_nothing_that_holds_no_person(operator: Any, settings: Any) -> None:
    settings.DEMO = True
    assert (backups.hours_without_a_backup(), backups.days_without_a_drill()) == (0, 0)


def test_the_page_says_how_it_stands(operator: Any, client: Client, settings: Any) -> None:
    client.force_login(operator)
    page = client.get("/operations/backups/").content.decode()
    assert "还没有设置存放的地方" in page
    assert "密钥丢了，备份也打不开" in page
    settings.BACKUP_PLACES = ["file:///disk", "sftp://keeper@far/x"]
    settings.BACKUP_KEYS_PLACE = "file:///stick"
    ran("backup", good=False, fault="sftp://far/x: SSHException: not known", hours=2)
    ran("backup", hours=1)
    run = ran("drill", days=1)
    BackupRun.objects.filter(pk=run.pk).update(report={"lost": 150, "needed": 90})
    page = client.get("/operations/backups/").content.decode()
    assert "FILE、SFTP" in page
    assert "会丢 2.5 分钟，要用 1.5 分钟" in page
    assert "SSHException: not known" in page
    assert "keeper" not in page
    assert "密钥丢了" not in page


def test_the_page_says_in_words_why_a_run_is_not_good(operator: Any, client: Client) -> None:
    client.force_login(operator)
    for fault, chinese, english in (
        ("there is no set in this place yet", "还没有这一份备份", "not in this place yet"),
        ("here: NoRecipient: LINLI_BACKUP_RECIPIENTS is empty", "没有设置备份封给谁", "for whom backups"),
        ("sftp://far/x: SSHException: not known", "连不上", "reached"),
        ("here: ValueError", "请把下面的技术说明交给", "who looks after the server"),
    ):
        BackupRun.objects.all().delete()
        ran("drill", good=False, fault=fault)
        page = client.get("/operations/backups/").content.decode()
        assert chinese in page
        assert f'<p class="muted" lang="en"><small>{fault}</small></p>' in page
        assert english in client.get("/en/operations/backups/").content.decode()
    BackupRun.objects.update(ended_at=None, fault="")
    assert "没有留下原因" in client.get("/operations/backups/").content.decode()


@pytest.mark.deny
def test_nobody_else_sees_it(person: Callable, client: Client) -> None:
    ran("backup", hours=1)
    for roles in ((), ("editor",), ("auditor",)):
        who = person(f"p{len(roles)}{''.join(roles)}", roles=roles)
        with pytest.raises(Refused):
            backups.standing(who)
        assert not BackupRun.objects.visible_to(who).exists()
        client.force_login(who)
        assert client.get("/operations/backups/").status_code == 403


@pytest.mark.deny
def test_a_recovery_program_that_is_missing_or_too_old_is_named(
    operator: Any, settings: Any, monkeypatch: Any
) -> None:
    assert point_in_time.archive() is None, "not set up"
    settings.PGBACKREST_STANZA = "linli"
    monkeypatch.setattr(point_in_time.connection, "vendor", "postgresql")
    monkeypatch.setattr(point_in_time.shutil, "which", lambda name: None)
    monkeypatch.setattr(point_in_time, "check_release", lambda: point_in_time._run("version", stanza=False))
    assert point_in_time.archive().fault == "pgBackRest is not installed here"
