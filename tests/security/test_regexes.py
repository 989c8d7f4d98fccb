"""No text that anybody sends keeps a worker busy: expressions end, whatever they are given (ASVS 1.3.12).

Nothing is measured here: what does not end is killed, and what is killed is named.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.security import regexes

pytestmark = [pytest.mark.security(20), pytest.mark.deny]
# A hundred times what the slowest of them takes for one text.
SECONDS = 10


def run(*, seconds: int, first: int) -> tuple[int, list[str]]:
    """Look at all from the first on; return how the process ended and what it named."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.regexes", str(seconds), str(first)],
        cwd=regexes.ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "linli.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGXCPU), done.stderr
    return done.returncode, done.stdout.splitlines()


def test_what_never_ends_is_killed_and_named() -> None:
    code, named = run(seconds=1, first=0)
    assert code == -signal.SIGXCPU
    assert named[-1] == "0 (a+)+$"


@pytest.mark.skipif(connection.vendor == "postgresql", reason="asks no database: once is enough")
def test_every_expression_and_every_reader_of_texts_comes_to_its_end() -> None:
    code, named = run(seconds=SECONDS, first=1)
    assert code == 0, f"killed after {SECONDS} s: {named[-1]}"
    assert named[-1] == "done"


def test_every_expression_of_ours_is_found() -> None:
    found = list(regexes.in_sources())
    patterns = {pattern.pattern for _where, pattern in found}
    from foundation.accounts.domain.newcomers import LINK, MAIL
    from foundation.social.domain.text import AT, HASH, NAMED
    from identity.rules import FOREIGN

    wanted = {pattern.pattern for pattern in (LINK, MAIL, AT, HASH, NAMED, *FOREIGN.values())}
    assert wanted <= patterns
    assert len(found) > 20
    assert len(list(regexes.of_addresses())) > 100


@pytest.mark.parametrize(
    "source",
    ["import re\n\ndef f(x):\n    return re.match(x + '+', 'a')\n", "from re import match\n"],
)
def test_one_that_is_put_together_out_of_sight_is_refused(source: str, tmp_path: Path) -> None:
    (tmp_path / "hidden.py").write_text(source)
    with pytest.raises(regexes.NotFound):
        list(regexes.in_module(tmp_path / "hidden.py"))
