"""What whoever runs or uses the site reads names what they can't do without."""

import re
from pathlib import Path

from foundation.core.api.scope import TokenScope

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = "DJANGO_SETTINGS_MODULE=linli.settings.production"


def test_whoever_runs_it_reads_first_which_settings_its_commands_take():
    """Without it they are a developer's, and a backup is one of another database."""
    readme = (ROOT / "README.md").read_text().partition("## Run it for real")[2]
    assert readme.index(SETTINGS) < readme.index("DATABASE_URL")
    backup = (ROOT / "docs/running/backup.md").read_text()
    assert backup.index(SETTINGS) < backup.index("manage.py backup")


def test_whoever_writes_an_app_reads_what_each_scope_opens():
    text = (ROOT / "docs/api.md").read_text()
    assert re.findall(r"^\| `(\w+)` \| \w", text, re.MULTILINE) == list(TokenScope.values)
    assert '"scopes": ["read"]' in text, "the example reads, and asks for no more"
    assert "`POST /uploads`" in text
    assert '"media_type"' in text, "tus alone would not begin one"
