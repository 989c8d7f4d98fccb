from typing import Any

from django.db import migrations, models


def drop_decisions(apps: Any, schema_editor: Any) -> None:
    """The decision stands in the item itself; its step said it twice."""
    steps = apps.get_model("moderation", "ReviewStep")
    steps.objects.filter(what__in=["approve", "refuse", "withdraw"]).delete()


class Migration(migrations.Migration):
    dependencies = [("moderation", "0003_reports")]

    operations = [
        migrations.RunPython(drop_decisions, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="reviewstep",
            name="what",
            field=models.CharField(
                choices=[("handed", "转交"), ("taken_back", "收回转交"), ("half_approve", "初审通过")],
                max_length=12,
            ),
        ),
    ]
