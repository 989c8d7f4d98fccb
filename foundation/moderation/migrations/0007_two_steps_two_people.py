from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0006_who_had_a_part")]

    operations = [
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["approved", "refused"]), _negated=True),
                    models.Q(("decided_by", models.F("first_by")), _negated=True),
                    ("first_by__isnull", True),
                    _connector="OR",
                ),
                name="review_two_steps_two_people",
            ),
        ),
    ]
