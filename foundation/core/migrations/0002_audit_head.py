import hashlib

from django.db import migrations, models


def write_head(apps, schema_editor):
    """An empty log has its head from the start, so that a log without one was tampered with."""
    AuditHead = apps.get_model("core", "AuditHead")
    if not AuditHead.objects.exists() and not apps.get_model("core", "AuditEntry").objects.exists():
        AuditHead.objects.create(id=1, seq=0, digest=hashlib.sha256(b"linli audit 1").hexdigest())


def cut_reasons(apps, schema_editor):
    """Reasons written so far repeat the mail addresses that a gateway refused: the fault's class is kept."""
    OutboxMessage = apps.get_model("core", "OutboxMessage")
    for row in OutboxMessage.objects.filter(error__contains=":").only("error").iterator():
        OutboxMessage.objects.filter(pk=row.pk).update(error=row.error.partition(":")[0])


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="auditentry", name="role", field=models.CharField(blank=True, max_length=200)
        ),
        migrations.RunPython(write_head, migrations.RunPython.noop),
        migrations.RunPython(cut_reasons, migrations.RunPython.noop),
    ]
