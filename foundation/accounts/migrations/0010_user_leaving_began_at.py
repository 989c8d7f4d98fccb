from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_profile_hidden_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="leaving_began_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
