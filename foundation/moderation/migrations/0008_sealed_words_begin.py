from django.db import migrations, models

from foundation.core.crypto.fields import EncryptedTextField
from foundation.core.ids import time_ordered_id

KEY = models.BigIntegerField(primary_key=True, default=time_ordered_id, editable=False, serialize=False)


class Migration(migrations.Migration):
    """A seal holds the row's key, so a row chooses its key before it is written."""

    dependencies = [("moderation", "0007_two_steps_two_people")]

    operations = [
        migrations.AlterField("report", "id", KEY),
        migrations.AlterField("appealmessage", "id", KEY.clone()),
        migrations.RenameField("report", "text", "plain"),
        migrations.RenameField("appealmessage", "text", "plain"),
        migrations.AddField(
            "report", "text", EncryptedTextField(blank=True, max_length=500, verbose_name="补充说明")
        ),
        migrations.AddField(
            "appealmessage", "text", EncryptedTextField(max_length=1000, verbose_name="内容")
        ),
    ]
