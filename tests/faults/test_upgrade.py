"""The database of the last release is migrated forward, killed on the way: every row stays what it was.

The programme itself is `make faults`; this one is so cheap that it runs with every change of a model.
"""

import pytest
from django.db import connection

from tools.faults.house import bare, newest_release
from tools.faults.outcome import Outcome
from tools.faults.upgrades import fingerprint, migrate


@pytest.mark.row("O8")
def test_the_last_release_is_migrated_though_somebody_kills_it_on_the_way() -> None:
    outcome = Outcome("upgrade")
    with bare(newest_release(), embedded=connection.vendor == "sqlite") as house:
        migrate(house, outcome, killed=True)
        assert outcome.holds, (outcome.lost, outcome.doubled, outcome.broken)
        assert outcome.facts["rows"] > 3000
        before = fingerprint(house)
        house.manage("migrate", "--verbosity", "0")
        assert fingerprint(house) == before, "migrating twice changes nothing"
