from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_organisations"),
        ("core", "0008_api"),
        ("helpagreements", "0002_clauses"),
        ("signing", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="endingrequest",
            name="asked_in",
            field=models.CharField(default="active", max_length=20),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "draft",
                            "pushed",
                            "rejected",
                            "withdrawn",
                            "lapsed",
                            "signed",
                            "active",
                            "suspended",
                            "termination_asked",
                            "expired",
                            "terminated",
                            "superseded",
                        ],
                    )
                ),
                name="agreement_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="endingrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("side__in", ["community", "institution"]),
                    ("state__in", ["prepared", "asked", "recalled", "refused", "agreed", "overtaken"]),
                    ("what__in", ["rescind", "terminate"]),
                ),
                name="ending_request_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="forcedend",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "done", "refused"])),
                name="forced_end_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="forcedend",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="forced_end_by_two",
            ),
        ),
    ]
