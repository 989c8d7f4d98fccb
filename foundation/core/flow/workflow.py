"""State machines: a table of steps, a locked row, a checked right, an audit entry, effects after the commit.

The table is data: the help pages print it, the tests walk it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import models, transaction
from django.dispatch import Signal

from foundation.core.access.permissions import Permission, Refusal, Refused, require
from foundation.core.facets import Words
from foundation.core.flow import audit
from foundation.core.flow.machines import SYSTEM, machines


class StepNotAllowed(Exception):
    """The object is not (any more) in a state from which this step starts."""

    def __init__(self, step: str, state: str) -> None:
        super().__init__(f"{step} does not start from {state}")
        self.step = step
        self.state = state


class GuardFails(Exception):
    """What has to hold for this step does not; `words` say what is missing, in the reader's language."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


@dataclass(frozen=True)
class Step:
    """From which states to which.

    `permission` None: only the system itself, or the owner's own domain function. `actors`: the letters of the
    machine's file; somebody has to be one of them for this object, and the system (`by` None) only where it is named.
    """

    name: str
    sources: frozenset[str]
    target: str
    permission: Permission | None = None
    actors: frozenset[str] = frozenset()


@dataclass
class Taken:
    """A step while it is taken: what the domain function adds to it before it is written."""

    state: str
    values: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)


# Something took a step: what is shown of it may be so no more.
stepped = Signal()


class Workflow:
    """The steps of one kind of object, whose model has a `state` field."""

    def __init__(self, name: str, *steps: tuple[str, Iterable[str], str, Permission | None]) -> None:
        self.name = name
        self.steps = {
            step: Step(step, frozenset(map(str, sources)), str(target), right)
            for step, sources, target, right in steps
        }
        self.actors_of: Callable[[Any, Any], set[str]] = lambda user, obj: set()

    @classmethod
    def of_machine(cls, name: str, *, actors: Callable[[Any, Any], set[str]]) -> "Workflow":
        """Return the machine of that name in `workflows.txt`; `actors(user, obj)` says which letters somebody is there."""
        flow = cls(name)
        flow.steps = {
            one.event: Step(one.event, one.sources, one.target, actors=one.actors)
            for one in machines()[name].transitions.values()
        }
        flow.actors_of = actors
        return flow

    def allowed(self, state: str) -> set[str]:
        """Return the names of the steps that start from `state`."""
        return {step.name for step in self.steps.values() if state in step.sources}

    def open_to(self, obj: models.Model, user: Any) -> set[str]:
        """Return the steps that `user` could take with `obj` now, for pages that offer them."""
        letters = self.actors_of(user, obj)
        return {name for name in self.allowed(obj.state) if self.steps[name].actors & letters}  # type: ignore[attr-defined]

    def apply(
        self,
        obj: models.Model,
        step_name: str,
        *,
        by: Any,
        place_path: str = "",
        purpose: str = "",
        data: dict[str, Any] | None = None,
        then: Iterable[Callable[[], object]] = (),
        **values: Any,
    ) -> None:
        """Move `obj` by one step, under its row lock, with the values that go with the new state.

        Raises as `step`; nothing is written then.
        """
        with self.step(obj, step_name, by=by, place_path=place_path, purpose=purpose, then=then) as taken:
            taken.values.update(values)
            taken.data.update(data or {})

    @contextmanager
    def step(
        self,
        obj: models.Model,
        step_name: str,
        *,
        by: Any,
        place_path: str = "",
        purpose: str = "",
        then: Iterable[Callable[[], object]] = (),
    ) -> Iterator[Taken]:
        """Take one step with `obj`: what the body checks and writes happens under the row's lock, and with it or not at all.

        Checks the right of `by` (None: the system) and then the state, lets the body work on the fresh object, writes
        the new state with the body's `values`, appends to the audit log (with its `data`) and leaves `then` to the
        commit. Raises StepNotAllowed or Refused before the body, and whatever the body raises; nothing is written then.
        """
        step = self.steps[step_name]
        with transaction.atomic():
            locked = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
            self._require(step, by, locked, place_path)
            state = locked.state  # type: ignore[attr-defined]
            if state not in step.sources:
                raise StepNotAllowed(step_name, state)
            obj.refresh_from_db()
            taken = Taken(state)
            yield taken
            for name, value in {**taken.values, "state": step.target}.items():
                setattr(obj, name, value)
            obj.save(update_fields=["state", *taken.values])
            audit.append(
                f"{self.name}.{step_name}",
                by=by,
                obj=obj,
                place_path=place_path,
                purpose=purpose,
                data=taken.data or None,
            )
            stepped.send(sender=type(obj), obj=obj)
            for effect in then:
                transaction.on_commit(partial(effect))

    def _require(self, step: Step, by: Any, obj: models.Model, place_path: str) -> None:
        if step.actors:
            letters = {SYSTEM} if by is None else self.actors_of(by, obj)
            if not letters & step.actors:
                raise Refused(Refusal.FORBIDDEN)
        elif by is not None and step.permission is not None:
            require(by, step.permission, place_path=place_path or None, obj=obj)
