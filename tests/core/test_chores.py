"""What has to be done again and again is done, in both ways of running the site."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.conf import settings as configured
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from foundation.core import tasks
from foundation.core.flow import chores
from foundation.core.flow.chores import Clock, Rhythm

pytestmark = pytest.mark.django_db


def test_one_that_fails_keeps_no_other_from_being_done(monkeypatch: Any, caplog: Any) -> None:
    def broken() -> int:
        raise OSError("no disk")

    monkeypatch.setitem(chores._chores, Rhythm.DAY, {"broken": broken, "fine": lambda: 3})
    with caplog.at_level(logging.ERROR, "linli.chores"):
        assert tasks.do_chores("day") == {"fine": 3}
    assert "broken failed" in caplog.text


@pytest.mark.security(57)
def test_the_sites_own_chores_are_among_them() -> None:
    assert set(chores.do_all(Rhythm.MINUTE)) == {
        "foundation.core.flow.outbox.set_right",
        "foundation.core.pages.schedule.publish_due",
        "identity.domain.leaving.leave_due",
        "identity.domain.own_data.sweep_exports",
        "foundation.core.flow.heads.publish",
        "office.domain.alarms.watch",
        "office.domain.troubles.look_round",
        "foundation.messaging.domain.delivery.start_due",
        "helpagreements.domain.pushing.lapse_overdue",
        "helpagreements.domain.signing.follow_the_calendar",
        "news.domain.telling.tell_what_began",
        "daily.domain.reminders.remind",
        "daily.domain.weather.fetching.fetch_when_due",
    }
    assert set(chores.do_all(Rhythm.DAY)) == {
        "foundation.signing.domain.endings.end_due",
        "foundation.signing.domain.authorities.renew_lists",
        "foundation.signing.domain.sweeping.renew_timestamps",
        "foundation.signing.domain.sweeping.sweep_daily",
        "organisations.domain.offices.make_offices",
        "organisations.domain.suspending.suspend_overdue",
        "helpagreements.domain.pushing.remind_to_sign",
        "helpagreements.domain.signing.warn_of_the_end",
        "foundation.core.flow.outbox.sweep",
        "foundation.core.flow.keys.retire_keys",
        "foundation.core.api.once.sweep",
        "foundation.core.files.resuming.sweep",
        "foundation.core.files.resuming.sweep_orphans",
        "foundation.accounts.domain.tokens.sweep",
        "foundation.accounts.domain.family.sweep",
        "foundation.core.files.uploads.sweep",
        "foundation.core.files.uploads.sweep_orphans",
        "foundation.accounts.domain.sessions.sweep",
        "foundation.accounts.domain.devices.sweep",
        "foundation.messaging.domain.reading.sweep",
        "foundation.accounts.domain.activation.remove_forgotten",
        "foundation.moderation.domain.retention.forget_evidence",
        "foundation.moderation.domain.retention.forget_sanctions",
        "identity.domain.claims.lapse_drafts",
        "office.domain.alarms.verify_log",
        "office.domain.troubles.forget_troubles",
        "foundation.core.search.indexing.mend",
    }


@pytest.mark.row("A1")
@pytest.mark.security(57)
def test_sessions_that_ran_out_are_forgotten() -> None:
    over, running = SessionStore(), SessionStore()
    for session in (over, running):
        session["who"] = "lin"
        session.save()
    Session.objects.filter(pk=over.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert chores.do_all(Rhythm.DAY)["foundation.accounts.domain.sessions.sweep"] == 1
    assert list(Session.objects.values_list("pk", flat=True)) == [running.session_key]


@pytest.mark.security(57)
def test_every_rhythm_is_due_at_the_start_and_then_in_its_time(monkeypatch: Any) -> None:
    now = [1000.0]
    monkeypatch.setattr("foundation.core.flow.chores.time.monotonic", lambda: now[0])
    clock = Clock()
    assert clock.due() == [Rhythm.MINUTE, Rhythm.DAY]
    assert clock.due() == []
    now[0] += 61
    assert clock.due() == [Rhythm.MINUTE]
    now[0] += 24 * 3600
    assert clock.due() == [Rhythm.MINUTE, Rhythm.DAY]


@pytest.mark.security(57)
def test_the_beat_asks_for_tasks_that_exist() -> None:
    current_app.autodiscover_tasks(force=True)
    asked = {entry["task"] for entry in configured.CELERY_BEAT_SCHEDULE.values()}
    assert asked <= set(current_app.tasks)
    rhythms = {tuple(entry.get("args", ())) for entry in configured.CELERY_BEAT_SCHEDULE.values()}
    assert {("minute",), ("day",)} <= rhythms
