"""A new community starts with categories that it can change."""

import json
from pathlib import Path

from django.db import migrations

CATEGORIES = Path(__file__).resolve().parents[1] / "data" / "categories.json"


def fill(apps, schema_editor):
    category = apps.get_model("feedback", "Category")
    known = json.loads(CATEGORIES.read_text(encoding="utf-8"))
    category.objects.bulk_create(category(position=number, **one) for number, one in enumerate(known, 1))


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
