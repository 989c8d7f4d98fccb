"""`make faults`: make every fault, or one (FAULT=worker.kill9), and count what was lost, doubled and stuck.

One JSON line for each fault, a table at the end, exit 1 where an invariant does not hold (docs/faults.md).
"""

import argparse
import contextlib
import os
import signal
import sys

from tools.faults.house import Broken, House, Missing, house, note
from tools.faults.outcome import Outcome, table
from tools.faults.programme import FAULTS, Fault


class Houses:
    """Faults that leave a house whole share it; after one that did not hold, the next gets a new one."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._kept: dict[bool, House] = {}

    def get(self, fault: Fault) -> House:
        """Give the house for a fault."""
        if fault.embedded not in self._kept:
            self.close()
            self._kept[fault.embedded] = self._stack.enter_context(house(embedded=fault.embedded))
        found = self._kept[fault.embedded]
        found.postman.reset()
        return found

    def close(self) -> None:
        """Leave them."""
        self._kept.clear()
        self._stack.close()


def make(fault: Fault, houses: Houses) -> Outcome:
    """Make one fault and judge what came of it."""
    note(f"{fault.name}: {fault.words}")
    outcome = Outcome(fault.name)
    try:
        if fault.alone:
            houses.close()
            fault.alone(outcome)
        elif fault.shared:
            given = houses.get(fault)
            outcome.begin(given)
            fault.shared(given, outcome)
    except Missing as lack:
        outcome.skipped = str(lack)
    except (Broken, AssertionError, OSError) as fault_of:
        outcome.broken.append(f"{type(fault_of).__name__}: {fault_of}"[:600])
    outcome.end()
    if not outcome.holds:
        houses.close()
    return outcome


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.faults",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", help="faults, or the first part of their names; none: all")
    names = parser.parse_args().names or os.environ.get("FAULT", "").split()
    wanted = [
        fault
        for fault in FAULTS
        if not names or any(fault.name == name or fault.name.startswith(f"{name}.") for name in names)
    ]
    if not wanted:
        raise SystemExit(f"faults: none is called so; there are {', '.join(fault.name for fault in FAULTS)}")
    # Leave by the ordinary way, so that everything that was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    houses, outcomes = Houses(), []
    try:
        for fault in wanted:
            outcomes.append(make(fault, houses))
            outcomes[-1].say()
    finally:
        houses.close()
    print(table(outcomes))
    return 0 if all(one.holds for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
