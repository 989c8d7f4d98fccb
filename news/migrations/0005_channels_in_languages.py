from typing import Any
from uuid import uuid4

import django.db.models.deletion
import news.models.channel
from django.conf import settings
from django.db import migrations, models
from wagtail.coreutils import get_supported_content_language_variant


def written_first(apps: Any, schema_editor: Any) -> None:
    """Every channel there is was written in the site's first language."""
    locales, channels = apps.get_model("wagtailcore.Locale"), apps.get_model("news.Channel")
    if not channels.objects.exists():
        return
    code = get_supported_content_language_variant(settings.LANGUAGE_CODE)
    locale, _new = locales.objects.get_or_create(language_code=code)
    for channel in channels.objects.all():
        channel.locale, channel.translation_key = locale, uuid4()
        channel.save(update_fields=["locale", "translation_key"])


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0010_search"),
        ("news", "0004_words_for_editors"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.AddField(
            model_name="articlepage",
            name="place",
            field=models.ForeignKey(
                blank=True,
                help_text="选了社区，这条新闻也会出现在那个社区的主页上；谁都看得到。",
                limit_choices_to=models.Q(
                    ("level__in", ["street", "committee"]), ("retired_at__isnull", True)
                ),
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.place",
                verbose_name="说的是哪里",
            ),
        ),
        migrations.AlterField(
            model_name="articlepage",
            name="channel",
            field=models.ForeignKey(
                limit_choices_to=news.models.channel.written_first,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="articles",
                to="news.channel",
                verbose_name="频道",
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="locale",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="wagtailcore.locale",
                verbose_name="locale",
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="translation_key",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.RunPython(written_first, migrations.RunPython.noop),
    ]
