"""Packs the own data of one resident in this process, as the worker does, and dies once on the way; prints JSON.

python -m tools.bench.own_data fill 5000 1000     writes a resident with so many posts and pictures, prints her id
python -m tools.bench.own_data pack ID            packs what is hers, killed once on the way
"""

import json
import resource
import sys
import time
import zipfile

import django

PICTURE_BYTES = 400_000


class Died(BaseException):
    """What a kill looks like from inside: nothing after the step runs."""


def fill(posts: int, pictures: int) -> int:
    """Write a resident with her posts and pictures, as many to a post as the form takes; return her id."""
    from django.utils import timezone  # noqa: PLC0415 - after django.setup()

    from foundation.accounts.models import User  # noqa: PLC0415
    from foundation.core.access.scopes import PUBLIC  # noqa: PLC0415
    from foundation.core.models import StoredFile  # noqa: PLC0415
    from foundation.social.models import Post, PostPicture  # noqa: PLC0415

    facts = {"verified_at": timezone.now(), "verified_method": "staff", "verified_name": "张满"}
    user = User.objects.create_user("packed", "packed@example.org", None, display_name="张满", **facts)
    made = Post.objects.bulk_create(
        [
            Post(author=user, text="今天的事。" * 40, created_at=timezone.now(), scope_level=PUBLIC)
            for _number in range(posts)
        ],
        batch_size=500,
    )
    for number in range(pictures):
        stored = StoredFile.objects.create(owner_id=user.pk, state="ready", width=2048, height=1536)
        stored.directory.mkdir(parents=True)
        # No two alike, so that nothing is cheaper than photographs are.
        stored.path_of(2048, "webp").write_bytes(number.to_bytes(8) * (PICTURE_BYTES // 8))
        PostPicture.objects.create(post=made[number // 9], file=stored, position=number % 9)
    return user.pk


def pack(user_id: int) -> dict[str, float]:
    """Ask for the copy and carry every step out; after the tenth the worker dies before the next is written down."""
    from foundation.accounts.models import User  # noqa: PLC0415 - after django.setup()
    from foundation.core.flow import outbox  # noqa: PLC0415
    from identity.domain import own_data  # noqa: PLC0415
    from identity.models import DataExport  # noqa: PLC0415

    export = own_data.request_export(by=User.objects.get(pk=user_id))
    steps, enqueue = 0, outbox.enqueue

    def dies_once(channel: str, **message: object) -> bool:
        nonlocal steps
        steps += channel == own_data.CHANNEL
        if steps == 10:
            steps += 1
            raise Died
        return enqueue(channel, **message)  # type: ignore[arg-type]

    outbox.enqueue = dies_once
    deaths, started = 0, time.perf_counter()
    while export.state not in (DataExport.State.READY, DataExport.State.FAILED):
        try:
            outbox.drain(limit=1)
        except Died:
            deaths += 1
            # The lease of a dead worker runs out; here nobody waits for it.
            outbox.OutboxMessage.objects.filter(state="leased").update(
                state="new", lease=None, lease_until=None
            )
        export.refresh_from_db()
    took = time.perf_counter() - started
    with zipfile.ZipFile(export.file) as archive:
        posts = len(json.loads(archive.read("post.json")))
        files = sum(name.startswith("files/") for name in archive.namelist())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"s": took, "mb": peak, "posts": posts, "files": files, "deaths": deaths}


def main() -> None:
    """Fill in one process and pack in another: memory that was once taken does not come back."""
    django.setup()
    if sys.argv[1] == "fill":
        print(fill(int(sys.argv[2]), int(sys.argv[3])))
    else:
        print(json.dumps(pack(int(sys.argv[2]))))


if __name__ == "__main__":
    main()
