"""What an act leaves to the worker to tell: one row of the outbox, told exactly once (S11)."""

from collections.abc import Sequence
from typing import Any

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.flow import outbox
from foundation.core.notify import Settled, Told
from foundation.messaging.domain.emitter import emit
from foundation.messaging.domain.reading import settle

CHANNEL = "tell"


def leave(acts: Sequence[Told | Settled]) -> None:
    """Write down, in the caller's transaction, what the worker is to tell and to take back, in its order."""
    outbox.enqueue(CHANNEL, key=None, payload={"acts": [_as_data(act) for act in acts]})


def _as_data(act: Told | Settled) -> dict[str, Any]:
    about = {"kind": kinds.of(act.about).key, "object_id": str(act.about.pk)}
    if isinstance(act, Settled):
        return {"settled": act.events, **about}
    by = act.by.pk if act.by is not None else None
    return {
        "event": act.event,
        "to": sorted(act.to),
        "by": by,
        "text": act.text,
        "again": act.again,
        **about,
    }


@outbox.handler(CHANNEL, inward=True)
def tell(key: str, payload: dict[str, Any]) -> None:
    """Tell what was left; what is gone meanwhile has nothing to tell."""
    for act in payload["acts"]:
        about = kinds.get(act["kind"]).model_class._default_manager.filter(pk=act["object_id"]).first()
        if about is None:
            continue
        if "settled" in act:
            settle(*act["settled"], about=about)
            continue
        by = User.objects.filter(pk=act["by"]).first() if act["by"] else None
        emit(act["event"], to=act["to"], about=about, by=by, text=act["text"], again=act["again"])
