"""PostgreSQL sorts new words into the index when they are written: no search reads a list of waiting ones."""

from django.db import migrations

from foundation.core.search.engine import write_at_once, write_later


class Migration(migrations.Migration):
    dependencies = [("core", "0010_search")]

    operations = [migrations.RunPython(write_at_once, write_later)]
