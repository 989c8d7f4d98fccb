"""The suite `feed`: a million neighbours on PostgreSQL, in production settings."""

import json
import time

from tools import services
from tools.bench.figures import middle, note, say
from tools.bench.installation import Installation

PEOPLE, FEW = 1_000_000, 20_000


def run(*, small: bool) -> None:
    """Measure everything of the suite."""
    count = FEW if small else PEOPLE
    with services.running(durable=True) as running:
        site = Installation(running)
        site.python("manage.py", "create_keys")
        site.python("manage.py", "migrate", "--verbosity", "0")
        site.python("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
        note(f"{count} neighbours, their follows and posts")
        begun = time.monotonic()
        site.python("-m", "tools.bench.neighbours", str(count))
        say("feed.filled_s", time.monotonic() - begun, "s", n=count)
        for name, times in json.loads(site.python("-m", "tools.bench.network", str(count))).items():
            say(name, sorted(times)[int(len(times) * 0.95)], "ms", n=len(times), at="p95")
            note(f"{name}: {middle(times):.1f} in the middle")
