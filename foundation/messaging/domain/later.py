"""What an act leaves to the worker to tell: one row of the outbox, told exactly once (S11)."""

from collections.abc import Sequence
from typing import Any

from foundation.accounts.models import User
from foundation.core import kinds
from foundation.core.flow import outbox
from foundation.core.notify import Told
from foundation.messaging.domain.emitter import emit

CHANNEL = "tell"


def leave(told: Sequence[Told]) -> None:
    """Write down, in the caller's transaction, what the worker is to tell, in its order."""
    events = [
        {
            "event": one.event,
            "to": sorted(one.to),
            "kind": kinds.of(one.about).key,
            "object_id": str(one.about.pk),
            "by": one.by.pk if one.by is not None else None,
            "text": one.text,
            "again": one.again,
        }
        for one in told
    ]
    outbox.enqueue(CHANNEL, key=None, payload={"events": events})


@outbox.handler(CHANNEL, inward=True)
def tell(key: str, payload: dict[str, Any]) -> None:
    """Tell what was left; what is gone meanwhile has nothing to tell."""
    for told in payload["events"]:
        about = kinds.get(told["kind"]).model_class._default_manager.filter(pk=told["object_id"]).first()
        by = User.objects.filter(pk=told["by"]).first() if told["by"] else None
        if about is not None:
            emit(told["event"], to=told["to"], about=about, by=by, text=told["text"], again=told["again"])
