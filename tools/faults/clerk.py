"""Somebody inside the installation, with Django: does errands and counts what is there. One JSON line each way.

python -m tools.faults.clerk        reads {"do": "…", …} from stdin, prints what the function of that name returns
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

DONE = "clerk "


def people(count: int) -> int:
    """Write so many verified people who hear of what happens by mail."""
    from django.utils import timezone  # noqa: PLC0415 - after django.setup()

    from foundation.accounts.models import User  # noqa: PLC0415

    facts = {"verified_at": timezone.now(), "verified_method": "staff", "password": "!"}
    User.objects.bulk_create(
        [
            User(
                username=f"fault-{number}",
                email=f"p{number}@faults.example",
                display_name=f"居民{number}",
                verified_name=f"居民{number}",
                identity_index=f"fault-{number}",
                **facts,
            )
            for number in range(count)
        ],
        batch_size=500,
    )
    return count


def announce(round_: str) -> list[str]:
    """Tell all of them something, due now, by mail; return the addresses that have to hear of it."""
    from django.db import transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from foundation.accounts.models import User  # noqa: PLC0415
    from foundation.core import notify  # noqa: PLC0415
    from foundation.messaging.domain import delivery  # noqa: PLC0415
    from foundation.messaging.models import Delivery  # noqa: PLC0415

    told = User.objects.filter(username__startswith="fault-")
    facts = {"verified_at": timezone.now(), "verified_method": "staff", "verified_name": round_}
    by = User.objects.create_user(
        f"round-{round_}",
        f"{round_}@faults.example",
        None,
        display_name="周叶",
        identity_index=f"round-{round_}",
        **facts,
    )
    with transaction.atomic():
        notify.emit("followed", to=list(told.values_list("pk", flat=True)), about=by, by=by)
        Delivery.objects.filter(state="waiting").update(due_at=timezone.now() - timedelta(minutes=1))
    delivery.start_due()
    return sorted(told.values_list("email", flat=True))


def mails(tag: str, count: int) -> list[str]:
    """Enqueue so many plain mails; return their recipients."""
    from django.core.mail import EmailMessage  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    to = [f"{tag}{number}@faults.example" for number in range(count)]
    with transaction.atomic():
        for one in to:
            EmailMessage("主题", "正文", to=[one], headers={"X-Linli-Key": f"fault:{one}"}).send()
    return to


def texts(tag: str, count: int) -> list[str]:
    """Enqueue so many short messages; return their keys."""
    from foundation.core.flow import outbox  # noqa: PLC0415

    keys = [f"fault:{tag}:{number}" for number in range(count)]
    outbox.enqueue_many("sms", [(key, {"to": "+8613900000000", "text": "您好"}) for key in keys])
    return keys


def poison(count: int) -> int:
    """Enqueue what no handler can open, beside what is well."""
    from foundation.core.flow import outbox  # noqa: PLC0415

    return outbox.enqueue_many("mail", [(f"poison:{number}", {"to": ["x"]}) for number in range(count)])


def hurry(hours: float = 0.0, *, leases: bool = False) -> int:
    """Let so much time go by for what waits: its next attempt; with `leases` also for what somebody works on."""
    from django.db.models import F  # noqa: PLC0415

    from foundation.core.flow.models import OutboxMessage  # noqa: PLC0415

    past = timedelta(hours=hours)
    if leases:
        OutboxMessage.objects.filter(state="leased").update(lease_until=F("lease_until") - past)
    return OutboxMessage.objects.filter(state="new").update(
        next_at=F("next_at") - past, created_at=F("created_at") - past
    )


def drain(seconds: float = 60.0) -> int:
    """Carry out what is due, here."""
    from foundation.core.flow import outbox  # noqa: PLC0415

    return outbox.drain(limit=100_000, seconds=seconds)


def chores(rhythm: str = "minute") -> dict[str, int]:
    """Do the chores of a rhythm."""
    from foundation.core.flow import chores as flow  # noqa: PLC0415

    return flow.do_all(flow.Rhythm(rhythm))


def states() -> dict[str, dict[str, int]]:
    """How many rows of the outbox stand in which state, by channel."""
    from django.db.models import Count  # noqa: PLC0415

    from foundation.core.flow.models import OutboxMessage  # noqa: PLC0415

    found: dict[str, dict[str, int]] = {}
    rows = OutboxMessage.objects.values_list("channel", "state").annotate(Count("id")).order_by()
    for channel, state, number in rows:
        found.setdefault(channel, {})[state] = number
    return found


def waiting(channels: tuple[str, ...] = ("mail", "sms", "deliver", "tell", "picture")) -> int:
    """How many rows of these channels are due or taken: all that is not done and could be."""
    from django.db.models import Q  # noqa: PLC0415

    from foundation.core.flow.clock import moment  # noqa: PLC0415
    from foundation.core.flow.models import OutboxMessage  # noqa: PLC0415

    soon = Q(state="leased") | Q(state="new", next_at__lte=moment(timedelta(hours=1)))
    return OutboxMessage.objects.filter(soon, channel__in=channels).count()


def truth(posts: dict[str, str], files_since: int = 0) -> dict[str, Any]:
    """Compare what clients were told with what stands: `posts` has their texts by `once`."""
    from django.db.models import Count  # noqa: PLC0415

    from foundation.core.flow import audit  # noqa: PLC0415
    from foundation.core.flow.clock import moment  # noqa: PLC0415
    from foundation.core.flow.models import AuditEntry, OutboxMessage  # noqa: PLC0415
    from foundation.social.models import Post  # noqa: PLC0415

    rows = dict(Post.objects.filter(text__in=set(posts.values())).values_list("once", "pk"))
    found = {str(once): str(pk) for once, pk in rows.items()}
    doubled = Post.objects.filter(text__in=set(posts.values())).values("text").annotate(n=Count("pk"))
    written = AuditEntry.objects.filter(action="social.post_status", object_id__in=found.values())
    entries = dict(written.values_list("object_id").annotate(Count("seq")).order_by())
    late = moment(-timedelta(minutes=2))
    stuck = OutboxMessage.objects.filter(state="leased", lease_until__lt=late).count()
    stuck += OutboxMessage.objects.filter(state="new", next_at__lt=late).count()
    entry_count, broken = audit.verify()
    return {
        "lost": len(set(posts) - set(found)),
        "doubled": doubled.filter(n__gt=1).count(),
        "stuck": stuck,
        "unlogged": sum(entries.get(pk, 0) != 1 for pk in found.values()),
        "entries": entry_count,
        "chain": str(broken) if broken else "",
        **_files(files_since),
    }


def files() -> int:
    """The number of the newest file."""
    from foundation.core.models import StoredFile  # noqa: PLC0415

    return max(StoredFile.objects.values_list("pk", flat=True), default=0)


def _files(since: int) -> dict[str, int]:
    """I7: what rows name is there, and what is there is named, or too young to be swept."""
    from foundation.core.files.models import FORMATS, SIZES  # noqa: PLC0415
    from foundation.core.files.uploads import _folders  # noqa: PLC0415
    from foundation.core.models import StoredFile  # noqa: PLC0415

    missing = 0
    for stored in StoredFile.objects.filter(pk__gt=since, dropped_at=None):
        whole = all(stored.path_of(size, form).exists() for size in SIZES for form in FORMATS)
        missing += not (whole if stored.ready else stored.original.exists())
    named = set(StoredFile.objects.values_list("folder", flat=True))
    orphans = [path for folder, path in _folders() if folder not in named]
    old = [path for path in orphans if Path(path).stat().st_mtime < time.time() - 86400]
    return {"missing": missing, "orphans": len(orphans), "old_orphans": len(old)}


def calm() -> dict[str, int]:
    """Let the time go by after which the office believes that a fault is over, and look round."""
    from django.db.models import F  # noqa: PLC0415

    from office.models import Trouble  # noqa: PLC0415

    past = timedelta(hours=2)
    Trouble.objects.filter(over_at=None).update(seen_at=F("seen_at") - past, began_at=F("began_at") - past)
    return chores()


def unsealed() -> int:
    """Open every sealed field of every table; return how many held something. Raises where one does not open."""
    from django.apps import apps  # noqa: PLC0415

    from foundation.core.crypto.fields import EncryptedJSONField, EncryptedTextField  # noqa: PLC0415

    opened = 0
    for model in apps.get_models():
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, EncryptedTextField | EncryptedJSONField)
        ]
        for obj in model._base_manager.all() if names else ():
            opened += sum(bool(getattr(obj, name)) for name in names)
    return opened


def troubles() -> list[str]:
    """What the office is told of just now."""
    from office.models import Trouble  # noqa: PLC0415

    return sorted(Trouble.objects.filter(over_at=None).values_list("fault", flat=True))


ERRANDS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        people,
        announce,
        mails,
        texts,
        poison,
        hurry,
        drain,
        chores,
        calm,
        states,
        waiting,
        truth,
        files,
        unsealed,
        troubles,
    )
}


def main() -> None:
    """Serve until stdin ends; a fault of the database is an answer too."""
    django.setup()
    from django.db import connection  # noqa: PLC0415

    print(DONE + json.dumps({"is": "ready"}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        name = asked.pop("do")
        try:
            connection.close()
            answer: dict[str, Any] = {"is": ERRANDS[name](**asked)}
        except Exception as fault:
            answer = {"fault": f"{type(fault).__name__}: {fault}"[:500]}
        print(DONE + json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
