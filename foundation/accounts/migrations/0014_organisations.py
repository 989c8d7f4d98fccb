import django.db.models.deletion
import django.utils.timezone
import foundation.accounts.validators
import foundation.core.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_family_proxy"),
        ("core", "0008_api"),
    ]

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        default=foundation.core.ids.time_ordered_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=foundation.core.ids.public_id, editable=False, max_length=16, unique=True
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[("office", "街道与社区"), ("institution", "帮扶机构"), ("business", "商家")],
                        max_length=12,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=60,
                        validators=[foundation.accounts.validators.validate_visible],
                        verbose_name="名称",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=18, verbose_name="统一社会信用代码")),
                ("stands", models.BooleanField(default=False, editable=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.place",
                        verbose_name="所在社区",
                    ),
                ),
            ],
            options={
                "verbose_name": "组织",
                "verbose_name_plural": "组织",
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "position",
                    models.CharField(
                        choices=[("head", "负责人"), ("member", "成员")], default="member", max_length=8
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("until", models.DateTimeField(editable=False, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "成员",
                "verbose_name_plural": "成员",
            },
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(fields=["type", "place"], name="organisation_by_place"),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("type__in", ["office", "institution", "business"])),
                name="organisation_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("type", "office")), fields=("place",), name="one_office_for_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__in", ["head", "member"])), name="membership_position_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"
                ),
                name="membership_ends_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)),
                fields=("organisation", "user"),
                name="member_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("position", "head"), ("until__isnull", True)),
                fields=("organisation",),
                name="one_head_of_organisation",
            ),
        ),
    ]
