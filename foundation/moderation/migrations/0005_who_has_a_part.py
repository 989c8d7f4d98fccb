import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0004_steps_before_a_decision"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="reviewitem",
            name="review_two_steps_two_people",
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="about",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="first_decision",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="sanction",
            name="place_path",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AlterField(
            model_name="reviewitem",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "待审核"),
                    ("half", "初审完成，待复审"),
                    ("approved", "已通过"),
                    ("refused", "未通过"),
                    ("withdrawn", "已撤回"),
                ],
                default="waiting",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AlterField(
            model_name="reviewstep",
            name="what",
            field=models.CharField(
                choices=[("handed", "转交"), ("taken_back", "收回转交"), ("half_approve", "初审")],
                max_length=12,
            ),
        ),
    ]
