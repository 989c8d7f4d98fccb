from typing import Any

from django.db import migrations
from django.db.models import F


def fill(apps: Any, schema_editor: Any) -> None:
    """Say of what stands already whom it is about, where it was decided, and what was decided first."""
    item, case, sanction, appeal = (
        apps.get_model("moderation", name) for name in ("ReviewItem", "Case", "Sanction", "Appeal")
    )
    there = sanction.objects.filter(user__place__isnull=False)
    for pk, path in there.values_list("pk", "user__place__path").iterator():
        sanction.objects.filter(pk=pk).update(place_path=path)
    for kind, rows in (
        ("case", case.objects.exclude(about=None).values_list("pk", "about_id")),
        ("appeal", appeal.objects.values_list("pk", "sanction__user_id")),
    ):
        for pk, person in rows.iterator():
            item.objects.filter(kind=kind, object_id=str(pk)).update(about_id=person)
    item.objects.filter(state="half").update(first_decision={"approved": True})
    item.objects.filter(state="refused", decided_by=F("first_by")).update(first_by=None)


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0005_who_has_a_part"),
        ("core", "0005_place_retired_at"),
        ("accounts", "0010_user_leaving_began_at"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
