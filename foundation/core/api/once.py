"""The same request again is the same act: what was answered once is answered again, byte for byte (U5)."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from foundation.core.api.models import KeptAnswer
from foundation.core.api.problems import Problem
from foundation.core.flow import chores

HEADER = "Idempotency-Key"
KEY = re.compile(r"[!-~]{8,64}\Z")
KEEP = timedelta(hours=24)
# What an answer says beside its body.
KEPT_HEADERS = ("Location", "Upload-Offset", "Upload-Length", "Tus-Resumable")


def carried_out(request: Any, act: Callable[[], HttpResponse], *, address: str) -> HttpResponse:
    """Carry out `act` unless this caller's key was used before; then give the kept answer again.

    Row, act and answer are one transaction: a process that dies leaves all of it or nothing. Refusals are not kept,
    because nothing was done, but what was counted on the way (guesses, rates) stays. Raises Problem for a key that is
    missing, used for another request, or in use this moment.
    """
    key = request.headers.get(HEADER, "")
    if not KEY.match(key):
        raise Problem(400, "idempotency_key")
    row = KeptAnswer(
        owner_id=request.user.pk or 0,
        caller="" if request.user.pk else _digest(address)[:32],
        key=key,
        request_digest=_digest(request.method, request.get_full_path(), request.body),
    )
    with transaction.atomic():
        if not _alone(row):
            raise Problem(409, "in_flight", headers={"Retry-After": "1"})
        same = KeptAnswer.objects.filter(owner_id=row.owner_id, caller=row.caller, key=row.key)
        same.filter(created_at__lt=timezone.now() - KEEP).delete()
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            return _again(same.get(), row.request_digest)
        response = act()
        if response.status_code >= 500:
            transaction.set_rollback(True)
        elif response.status_code >= 400:
            row.delete()
        else:
            row.answer = _written(response)
            row.save(update_fields=["answer"])
    return response


def _digest(*parts: Any) -> str:
    """Return what tells one request from another, and nothing to whoever reads the table."""
    whole = b"\0".join(part if isinstance(part, bytes) else str(part).encode() for part in parts)
    return salted_hmac(__name__, whole, algorithm="sha256").hexdigest()


def _alone(row: KeptAnswer) -> bool:
    """Say whether nobody else is at the same key now. On SQLite writers stand in line: the second finds the answer."""
    if connection.vendor != "postgresql":
        return True
    named = hashlib.sha256(f"{row.owner_id}|{row.caller}|{row.key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(named[:8], signed=True)])
        return bool(cursor.fetchone()[0])


def _written(response: HttpResponse) -> str:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    kept = {
        "status": response.status_code,
        "type": response.headers.get("Content-Type", ""),
        "headers": headers,
        "body": response.content.decode(),
    }
    return json.dumps(kept, ensure_ascii=False)


def _again(kept: KeptAnswer, request_digest: str) -> HttpResponse:
    if not constant_time_compare(kept.request_digest, request_digest):
        raise Problem(422, "key_reused")
    said = json.loads(kept.answer)
    headers = {**said["headers"], "Idempotency-Replayed": "true"}
    return HttpResponse(said["body"], status=said["status"], content_type=said["type"], headers=headers)


def forget(owner_id: int) -> int:
    """Delete every kept answer of somebody who leaves."""
    return KeptAnswer.objects.filter(owner_id=owner_id).delete()[0]


def forget_all() -> int:
    """Delete every kept answer: after a backup was put back, what they tell of may not have happened."""
    return KeptAnswer.objects.all().delete()[0]


@chores.each(chores.Rhythm.DAY)
def sweep() -> int:
    """Delete the answers that nobody asks for any more; return how many."""
    return KeptAnswer.objects.filter(created_at__lt=timezone.now() - KEEP).delete()[0]
