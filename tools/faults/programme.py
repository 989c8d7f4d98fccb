"""The faults by name, in the order in which they are made."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tools.faults import workers
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
        name="worker.kill9", words="the worker dies twice in a mass notification", shared=workers.kill_worker
    ),
    Fault(name="web.kill9", words="web nodes die while people post", shared=workers.kill_web),
    Fault(name="drainers.two", words="two drain at once", shared=partial(workers.drainers, number=2)),
    Fault(name="drainers.five", words="five drain at once", shared=partial(workers.drainers, number=5)),
    Fault(name="tasks.twice", words="every task is delivered twice at once", shared=workers.deliver_twice),
]
