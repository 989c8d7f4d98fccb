import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0011_search_at_once"),
        ("spaces", "0002_address_book"),
    ]

    operations = [
        migrations.CreateModel(
            name="DiaryPicture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entry_pictures",
                        to="spaces.diaryentry",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("entry", "position"), name="one_diary_picture_per_position"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__lt", 9)), name="at_most_nine_diary_pictures"
                    ),
                ],
            },
        ),
    ]
