"""A node that is closed for work answers nobody, and sends and tidies nothing either (O6, O8)."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from foundation.core import closing, tasks
from foundation.core.flow import chores, outbox, thread
from foundation.core.flow.models import OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.row("O6", "O8")]


@pytest.fixture(autouse=True)
def file(settings: Any, tmp_path: Path) -> Path:
    settings.MAINTENANCE_FILE = tmp_path / "maintenance.json"
    return settings.MAINTENANCE_FILE


@pytest.fixture
def done(monkeypatch: Any) -> list[str]:
    """What the channel `test` carried out."""
    seen: list[str] = []
    monkeypatch.setitem(outbox._handlers, "test", lambda key, payload: seen.append(key))
    return seen


@pytest.mark.deny
def test_while_it_is_closed_nothing_goes_out_and_no_chore_is_done(
    done: list[str], file: Path, settings: Any
) -> None:
    settings.OUTBOX_THREAD = True
    outbox.enqueue("test", key="a", payload={})
    call_command("maintenance", "on", stdout=StringIO())
    clock = chores.Clock()
    assert (outbox.drain(), tasks.drain_outbox(), tasks.do_chores("minute")) == (0, 0, {})
    assert not thread.step(clock)
    with pytest.raises(CommandError, match="closed"):
        call_command("outbox", "drain")
    assert done == []
    call_command("maintenance", "off", stdout=StringIO())
    assert clock.due() == list(chores.Rhythm), "what was due stays due"
    assert outbox.drain() == 1
    assert done == ["a"]


@pytest.mark.deny
def test_what_was_leased_when_it_closed_is_given_back(done: list[str], file: Path, monkeypatch: Any) -> None:
    def closes(key: str, payload: dict) -> None:
        done.append(key)
        file.touch()

    monkeypatch.setitem(outbox._handlers, "test", closes)
    outbox.enqueue_many("test", [("a", {}), ("b", {})])
    assert outbox.drain() == 1
    assert list(OutboxMessage.objects.filter(key="b").values_list("state", "attempts")) == [("new", 0)]


@pytest.mark.deny
def test_a_chore_during_which_it_closes_is_the_last(file: Path, monkeypatch: Any) -> None:
    def closes() -> int:
        file.touch()
        return 1

    monkeypatch.setitem(chores._chores, chores.Rhythm.DAY, {"closes": closes, "next": lambda: 1})
    assert chores.do_all(chores.Rhythm.DAY) == {"closes": 1}


@pytest.mark.deny
def test_a_restore_opens_only_what_a_restore_closed(file: Path) -> None:
    assert closing.close_for_restore()
    assert not closing.close_for_restore(), "it is closed already"
    assert closing.is_closed()
    assert closing.reopen_after_restore()
    assert not closing.is_closed()
    file.touch()
    assert not closing.close_for_restore()
    assert not closing.reopen_after_restore()
    assert closing.is_closed()
