from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def take_over(apps, schema_editor):
    """Until now whoever could see a post could read its history."""
    revisions, posts = apps.get_model("social", "PostRevision"), apps.get_model("social", "Post")
    post = posts.objects.filter(pk=OuterRef("post_id"))
    revisions.objects.update(
        scope_level=Subquery(post.values("scope_level")[:1]), scope_ref=Subquery(post.values("scope_ref")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [("social", "0001_initial")]

    operations = [
        migrations.AddField("postrevision", "scope_level", models.CharField(default="public", max_length=12)),
        migrations.AddField(
            "postrevision", "scope_ref", models.CharField(blank=True, default="", max_length=64)
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
