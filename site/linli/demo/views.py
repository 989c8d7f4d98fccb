"""The demo's outgoing post: a newcomer needs the activation mail (DESIGN §3)."""

import email
import email.policy
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.core.access.routes import open_to_all

SHOWN = 100
# Django's file backend draws this line after every mail.
LINE = b"-" * 79


@dataclass(frozen=True)
class Sent:
    channel: str
    to: str
    subject: str
    text: str
    at: datetime


@open_to_all("the demo holds invented people only, and a newcomer has to read the activation mail")
@never_cache
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Every mail and short message that "went out" of the demo, newest first; elsewhere the page is not there."""
    if not settings.DEMO:
        raise Http404
    sent = sorted(_mails() + _short_messages(), key=lambda one: one.at, reverse=True)[:SHOWN]
    return render(request, "demo/outbox.html", {"sent": sent})


def _newest(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.*"), key=lambda path: path.stat().st_mtime, reverse=True)[:SHOWN]


def _mails() -> list[Sent]:
    found = []
    gateway: Any = settings.MAILERS["gateway"]
    for path in _newest(Path(gateway["OPTIONS"]["file_path"])):
        for raw in path.read_bytes().split(LINE):
            if not raw.strip():
                continue
            message = email.message_from_bytes(raw.lstrip(), policy=email.policy.default)
            body = message.get_body(("plain",))
            at = (
                message["Date"].datetime
                if message["Date"]
                else datetime.fromtimestamp(path.stat().st_mtime, UTC)
            )
            found.append(
                Sent("mail", message["To"], message["Subject"], body.get_content() if body else "", at)
            )
    return found


def _short_messages() -> list[Sent]:
    found = []
    for path in _newest(settings.SMS_FOLDER):
        row = json.loads(path.read_text(encoding="utf-8"))
        found.append(
            Sent("sms", row["to"], "", row["text"], datetime.fromtimestamp(path.stat().st_mtime, UTC))
        )
    return found
