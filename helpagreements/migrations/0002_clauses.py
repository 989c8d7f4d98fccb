"""A new community starts with clauses that it can change."""

import json
from pathlib import Path

from django.db import migrations

CLAUSES = Path(__file__).resolve().parents[1] / "data" / "clauses.json"


def fill(apps, schema_editor):
    known = json.loads(CLAUSES.read_text(encoding="utf-8"))
    template = apps.get_model("helpagreements", "ClauseTemplate")
    every = known.pop("every")
    template.objects.bulk_create(
        template(type=type_, required=True, **clause)
        for type_, own in known.items()
        for clause in [*own, *every]
    )


class Migration(migrations.Migration):
    dependencies = [("helpagreements", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
