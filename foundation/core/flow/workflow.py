"""State machines: a table of steps, a locked row, a checked right, an audit entry, effects after the commit.

The table is data: the help pages print it, the tests walk it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import models, transaction

from foundation.core.access.permissions import Permission, require
from foundation.core.flow import audit


class StepNotAllowed(Exception):
    """The object is not (any more) in a state from which this step starts."""

    def __init__(self, step: str, state: str) -> None:
        super().__init__(f"{step} does not start from {state}")
        self.step = step
        self.state = state


@dataclass(frozen=True)
class Step:
    """From which states to which; `permission` None: only the system itself, or the owner's own domain function."""

    name: str
    sources: frozenset[str]
    target: str
    permission: Permission | None = None


class Workflow:
    """The steps of one kind of object, whose model has a `state` field."""

    def __init__(self, name: str, *steps: tuple[str, Iterable[str], str, Permission | None]) -> None:
        self.name = name
        self.steps = {
            step: Step(step, frozenset(map(str, sources)), str(target), right)
            for step, sources, target, right in steps
        }

    def allowed(self, state: str) -> set[str]:
        """Return the names of the steps that start from `state`."""
        return {step.name for step in self.steps.values() if state in step.sources}

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

        Checks the state and then the right of `by` (None: the system), writes, appends to the audit log and
        leaves `then` to the commit. Raises StepNotAllowed or Refused; nothing is written then.
        """
        step = self.steps[step_name]
        with transaction.atomic():
            locked = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
            state = locked.state  # type: ignore[attr-defined]
            if state not in step.sources:
                raise StepNotAllowed(step_name, state)
            if by is not None and step.permission is not None:
                require(by, step.permission, place_path=place_path or None, obj=locked)
            obj.refresh_from_db()
            for field, value in {**values, "state": step.target}.items():
                setattr(obj, field, value)
            obj.save(update_fields=["state", *values])
            audit.append(
                f"{self.name}.{step_name}", by=by, obj=obj, place_path=place_path, purpose=purpose, data=data
            )
            for effect in then:
                transaction.on_commit(partial(effect))
