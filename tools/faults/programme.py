"""The faults by name, in the order in which they are made."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tools.faults import caches, clocks, corpora, databases, disks, mails, rolling, upgrades, workers
from tools.faults.house import House
from tools.faults.outcome import Outcome

type Shared = Callable[[House, Outcome], None]
type Alone = Callable[[Outcome], None]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault: made in a house that others use too (`shared`), or in surroundings of its own (`alone`)."""

    name: str
    words: str
    shared: Shared | None = None
    alone: Alone | None = None
    embedded: bool = False


FAULTS = [
    Fault(
        name="upgrade.sqlite",
        words="the last release is migrated",
        alone=partial(upgrades.upgrade, embedded=True),
    ),
    Fault(
        name="upgrade.sqlite.kill9",
        words="… and killed on the way",
        alone=partial(upgrades.upgrade, embedded=True, killed=True),
    ),
    Fault(
        name="upgrade.postgresql",
        words="the same on PostgreSQL",
        alone=partial(upgrades.upgrade, embedded=False),
    ),
    Fault(
        name="upgrade.postgresql.kill9",
        words="… and killed on the way",
        alone=partial(upgrades.upgrade, embedded=False, killed=True),
    ),
    Fault(name="disk.postgresql", words="the disk of PostgreSQL is full", alone=disks.postgresql),
    Fault(name="disk.sqlite", words="the disk of SQLite is full", alone=disks.sqlite),
    Fault(
        name="sqlite.kill9",
        words="the one process dies while it writes",
        shared=databases.kill_sqlite,
        embedded=True,
    ),
    Fault(
        name="worker.kill9", words="the worker dies twice in a mass notification", shared=workers.kill_worker
    ),
    Fault(name="web.kill9", words="web nodes die while people post", shared=workers.kill_web),
    Fault(
        name="node.rolling", words="both nodes restart behind nginx while people post", shared=rolling.restart
    ),
    Fault(name="drainers.two", words="two drain at once", shared=partial(workers.drainers, number=2)),
    Fault(name="drainers.five", words="five drain at once", shared=partial(workers.drainers, number=5)),
    Fault(name="tasks.twice", words="every task is delivered twice at once", shared=workers.deliver_twice),
    Fault(
        name="postgresql.kill9",
        words="PostgreSQL dies with all its children",
        shared=databases.kill_postgresql,
    ),
    Fault(name="redis.flush", words="Redis forgets everything", shared=caches.flush),
    Fault(name="redis.stopped", words="Redis is away", shared=caches.stop),
    Fault(name="redis.full", words="Redis has no room", shared=caches.full),
    Fault(name="smtp.down", words="no mail server for an hour", shared=mails.down),
    Fault(name="smtp.silent", words="it takes the line and says nothing", shared=mails.silent),
    Fault(name="smtp.slow", words="eight seconds for each letter", shared=mails.slow),
    Fault(name="smtp.too_slow", words="half a minute for each letter", shared=mails.too_slow),
    Fault(name="smtp.4xx", words="not now, for an hour", shared=mails.not_now),
    Fault(name="smtp.5xx", words="never, to some", shared=mails.never),
    Fault(name="smtp.drops", words="the line breaks after the data", shared=mails.drops),
    Fault(name="poison", words="rows that nobody can open", shared=mails.poison),
    Fault(name="disk.uploads", words="the disk of photographs is full", shared=disks.uploads),
    Fault(
        name="clock.forward",
        words="a node and the worker two days ahead",
        shared=partial(clocks.jump, days=2),
    ),
    Fault(
        name="clock.back", words="a node and the worker two days behind", shared=partial(clocks.jump, days=-2)
    ),
    Fault(
        name="clock.whole.forward",
        words="everybody two days ahead at once",
        shared=partial(clocks.whole_house, days=2),
    ),
    Fault(
        name="clock.whole.back",
        words="everybody two days behind at once",
        shared=partial(clocks.whole_house, days=-2),
    ),
    Fault(name="clock.leap_day", words="into 29 February", shared=partial(clocks.day, at="2028-02-29")),
    Fault(
        name="clock.after_leap_day", words="out of 29 February", shared=partial(clocks.day, at="2028-03-01")
    ),
    Fault(name="clock.new_year", words="into the new year", shared=partial(clocks.day, at="2027-01-01")),
    Fault(name="corpora", words="every payload in every field", alone=corpora.whole),
]
