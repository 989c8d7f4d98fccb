from typing import Any

from django.db import migrations

AT_ONCE = 500
EVENTS = ("report_upheld", "report_dismissed")


def seal(apps: Any, schema_editor: Any) -> None:
    """Seal what reporters and the two sides of an appeal said."""
    for name in ("Report", "AppealMessage"):
        model = apps.get_model("moderation", name)
        for row in model.objects.exclude(plain="").iterator(AT_ONCE):
            row.text = row.plain
            row.save(update_fields=["text"])


def open_again(apps: Any, schema_editor: Any) -> None:
    for name in ("Report", "AppealMessage"):
        model = apps.get_model("moderation", name)
        for row in model.objects.exclude(text=b"").iterator(AT_ONCE):
            row.plain = row.text
            row.save(update_fields=["plain"])


def tell_of_reports(apps: Any, schema_editor: Any) -> None:
    """Let what reporters were told be about their own reports: a case they can't see."""
    report, notification = apps.get_model("moderation", "Report"), apps.get_model("messaging", "Notification")
    for told in notification.objects.filter(kind="case", event__in=EVENTS).iterator(AT_ONCE):
        hers = report.objects.filter(case_id=told.object_id, by_id=told.user_id).values_list("pk", flat=True)
        key = hers.first()
        if key is not None:
            told.kind, told.object_id, told.thread = "report", str(key), f"report:{key}"
            told.bundle = f"report.{told.event}|report:{key}"
            told.save(update_fields=["kind", "object_id", "thread", "bundle"])


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0008_sealed_words_begin"),
        ("messaging", "0004_subscription_device"),
    ]

    operations = [
        migrations.RunPython(seal, open_again, elidable=True),
        migrations.RunPython(tell_of_reports, migrations.RunPython.noop, elidable=True),
    ]
