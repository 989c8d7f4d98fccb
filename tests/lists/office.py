"""What the office sees of the site itself, as lists that grow."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from office.domain.places import add_place
from office.models import Alarm, BackupRun, Trouble


def alarm(scene: Any, number: int) -> Alarm:
    return Alarm.objects.create(
        rule="night_export",
        day=date(2026, 11, 1) + timedelta(days=number),
        actor=scene.somebody(number),
        first_seq=1,
        last_seq=1,
        seen_by=scene.auditor,
        seen_at=timezone.now(),
        note="核实过了",
    )


def trouble(scene: Any, number: int) -> Trouble:
    now = timezone.now()
    return Trouble.objects.create(fault="redis_away", figure=number, began_at=now, seen_at=now, over_at=now)


def backup_run(scene: Any, number: int) -> None:
    now = timezone.now()
    BackupRun.objects.create(
        kind="backup", name=f"s{number}", ended_at=now, good=True, report={"size": 1, "files": 2}
    )


def place(scene: Any, number: int) -> None:
    add_place(
        parent=scene.places["bridge"],
        name=f"{number} 号楼",
        slug=f"b{number}",
        level="building",
        by=scene.officer,
    )
