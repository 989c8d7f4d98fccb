from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0009_sealed_words")]

    operations = [
        # Without a default nothing would bring them back on the way back.
        migrations.AlterField("report", "plain", models.CharField(blank=True, default="", max_length=500)),
        migrations.AlterField("appealmessage", "plain", models.TextField(default="", max_length=1000)),
        migrations.RemoveField("report", "plain"),
        migrations.RemoveField("appealmessage", "plain"),
    ]
