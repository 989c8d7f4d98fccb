"""The suite `search`: what an answer of the site search costs at 20,000 things that can be found, on both engines."""

import json
from pathlib import Path

from tools import services
from tools.bench.figures import note, say
from tools.bench.web import Installation

DOCUMENTS = 20_000


def measure(site: Installation, name: str, documents: int) -> None:
    """Fill the installation's database, and ask."""
    note(f"{name}: {documents} things to be found, 350 characters each")
    took = json.loads(site.python("-m", "tools.bench.corpus", str(documents)))
    times = sorted(time for some in took["ms"].values() for time in some)
    say(f"{name}.p95", times[int(len(times) * 0.95)], "ms", n=len(times), at="p95")
    for words, some in took["ms"].items():
        say(f"{name}.{words}", sorted(some)[int(len(some) * 0.95)], "ms", n=len(some), at="p95")
    say(f"{name}.index", took["index"], "ms", n=documents, at="mean")
    say(f"{name}.mb", took["mb"], "MiB", n=documents)


def measure_both(site: Installation, documents: int) -> None:
    """PostgreSQL, which the installation runs on, and SQLite beside it."""
    measure(site, "search", documents)
    postgresql = site.environment["DATABASE_URL"]
    site.environment["DATABASE_URL"] = f"sqlite:///{Path(site.var) / 'search.sqlite3'}"
    site.python("manage.py", "migrate", "--verbosity", "0")
    measure(site, "search.sqlite", documents)
    site.environment["DATABASE_URL"] = postgresql


def run(*, small: bool) -> None:
    """Measure everything of the suite."""
    with services.running(durable=True) as running:
        site = Installation(running)
        site.python("manage.py", "create_keys")
        site.python("manage.py", "migrate", "--verbosity", "0")
        measure_both(site, DOCUMENTS // 10 if small else DOCUMENTS)
