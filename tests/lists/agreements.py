"""Agreements, their notes and their clauses, as lists that grow."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from foundation.core.models import StoredFile
from helpagreements.domain import forced
from helpagreements.models import (
    Agreement,
    Clause,
    ClauseComment,
    ClauseTemplate,
    FollowUpNote,
    ForcedEnd,
    NotePicture,
    Version,
)
from organisations.domain.offices import office_of
from tests.lists.institutions import own


def agreement(scene: Any, number: int) -> Agreement:
    """One in force between the officer's community and the owner's institution."""
    place, now = scene.places["ginkgo"], timezone.now()
    made = Agreement.objects.create(
        number=f"XY2026-{number:05d}-{Agreement.objects.count()}",
        type="care",
        title=f"帮扶协议{number}",
        place=place,
        community=office_of(place),
        institution=own(scene).organisation,
        state="active",
        starts_on=timezone.localdate(),
        ends_on=timezone.localdate() + timedelta(days=90),
        pushed_at=now,
        sign_by=now,
        signed_at=now,
    )
    version = Version.objects.create(agreement=made, number=1, pushed_at=now)
    Clause.objects.create(version=version, position=1, key="term", title="有效期限", text="一年。")
    return made


def _one(scene: Any) -> Agreement:
    """The one whose page grows."""
    found = Agreement.objects.filter(public_id="theone").first()
    if found is None:
        found = agreement(scene, 9999)
        Agreement.objects.filter(pk=found.pk).update(public_id="theone")
    return found


def part_of_agreement(scene: Any, number: int) -> None:
    """One more clause with a comment, one more note with a picture, one more step of its life."""
    found = _one(scene)
    clause = Clause.objects.create(
        version=found.versions.get(),
        position=number + 2,
        key=f"own-{number}",
        title=f"条款{number}",
        text="内容。",
    )
    ClauseComment.objects.create(clause=clause, by=scene.somebody(number), side="institution", text="请改")
    note = FollowUpNote.objects.create(
        agreement=found,
        by=scene.somebody(5000 + number),
        side="institution",
        text=f"上门{number}",
        happened_on=timezone.localdate(),
        once=uuid.uuid4(),
    )
    file = StoredFile.objects.create(
        owner_id=scene.owner.pk, state=StoredFile.State.READY, width=64, height=48
    )
    NotePicture.objects.create(note=note, file=file, position=0)


def template(scene: Any, number: int) -> None:
    ClauseTemplate.objects.create(type="care", key=f"k{number}", title=f"条款{number}", text="内容。")


def forced_end(scene: Any, number: int) -> ForcedEnd:
    """What a colleague asks the officer to end with her."""
    return forced.ask_force_end(agreement(scene, 7000 + number), reason="机构已经关闭", by=scene.colleague)
