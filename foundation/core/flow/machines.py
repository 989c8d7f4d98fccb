"""State machines as data: `workflows.txt` is what people agreed on, what runs, what the help pages print (H8).

The file's form: `[name] start=state final=state,…`, then one line per event,
`event | from,… > to | actors | guard | effects`. Actors are the letters of ACTORS; `S` is the system by itself.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

FILE = Path(__file__).with_name("workflows.txt")
SYSTEM = "S"
ACTORS = frozenset("VUGMHKAO") | {SYSTEM}


@dataclass(frozen=True)
class Transition:
    """One event: from which states to which, who may cause it, what must hold, what follows."""

    event: str
    sources: frozenset[str]
    target: str
    actors: frozenset[str]
    guard: str
    effects: str

    @property
    def people(self) -> frozenset[str]:
        """Who may cause it, the system apart."""
        return self.actors - {SYSTEM}


@dataclass(frozen=True)
class Machine:
    """All events of one kind of object."""

    name: str
    start: str
    final: frozenset[str]
    transitions: dict[str, Transition]

    @property
    def states(self) -> list[str]:
        """Every state, the first one first, then in the order of the file."""
        found = [self.start]
        for transition in self.transitions.values():
            found += [*sorted(transition.sources - set(found)), transition.target]
        return list(dict.fromkeys(found))

    def faults(self) -> list[str]:
        """Say what is wrong: a state that nobody reaches, one that nobody leaves, one from which no end is reached."""
        reached = self._closure({self.start}, forwards=True)
        ending = self._closure(set(self.final), forwards=False)
        leaving = {state for transition in self.transitions.values() for state in transition.sources}
        found = [f"{self.name}: {state} is never reached" for state in self.states if state not in reached]
        found += [
            f"{self.name}: no end is reached from {state}" for state in self.states if state not in ending
        ]
        found += [f"{self.name}: {state} is no state" for state in sorted(self.final - set(self.states))]
        found += [
            f"{self.name}: {state} is a trap"
            for state in self.states
            if state not in leaving and state not in self.final
        ]
        found += [
            f"{self.name}.{one.event}: nobody may cause it, or somebody unknown: {sorted(one.actors)}"
            for one in self.transitions.values()
            if not one.actors or one.actors - ACTORS
        ]
        return found

    def _closure(self, known: set[str], *, forwards: bool) -> set[str]:
        grown = True
        while grown:
            before = len(known)
            for one in self.transitions.values():
                if forwards and one.sources & known:
                    known.add(one.target)
                elif not forwards and one.target in known:
                    known |= one.sources
            grown = len(known) > before
        return known


def parse(text: str) -> dict[str, Machine]:
    """Read the machines of a file. Raises ImproperlyConfigured with the line that can't be understood."""
    machines: dict[str, Machine] = {}
    current: Machine | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            if line.startswith("["):
                current = _header(line)
                if current.name in machines:
                    raise ValueError("the machine stands there twice")
                machines[current.name] = current
                continue
            transition = _transition(line)
            if current is None or transition.event in current.transitions:
                raise ValueError("an event without a machine, or twice in it")
            current.transitions[transition.event] = transition
        except ValueError as fault:
            raise ImproperlyConfigured(f"workflows, line {number}: {fault}") from None
    return machines


def _header(line: str) -> Machine:
    name, start, final = line.split()
    return Machine(
        name.removeprefix("[").removesuffix("]"),
        start.removeprefix("start="),
        frozenset(final.removeprefix("final=").split(",")),
        {},
    )


def _transition(line: str) -> Transition:
    event, way, actors, guard, effects = (part.strip() for part in line.split(" | "))
    sources, target = way.split(" > ")
    return Transition(
        event, frozenset(sources.split(",")), target, frozenset(actors.split("/")), guard, effects
    )


@cache
def machines() -> dict[str, Machine]:
    """Return every machine of the house, checked whole. Raises ImproperlyConfigured."""
    found = parse(FILE.read_text(encoding="utf-8"))
    if faults := [fault for machine in found.values() for fault in machine.faults()]:
        raise ImproperlyConfigured("; ".join(faults))
    return found
