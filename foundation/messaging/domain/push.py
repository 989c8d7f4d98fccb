"""Web push (S11): browsers that asked for it are woken through their makers' services.

RFC 8030 the protocol, RFC 8291 the sealing, by which the service reads nothing, RFC 8292 (VAPID) by which it knows us.
A message holds the sentence and the address, never what somebody wrote.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import Device
from foundation.accounts.signals import sessions_ended
from foundation.core.access.permissions import require
from foundation.core.crypto.keys import push_key
from foundation.core.crypto.rotation import index_of
from foundation.core.crypto.seal import blind_index, blind_indexes
from foundation.core.facets import Channel
from foundation.core.flow import calling, outbox
from foundation.messaging.domain.delivery import Parcel, carries
from foundation.messaging.domain.queries.words import in_words
from foundation.messaging.models import Notification, Subscription
from foundation.messaging.permissions import MessagingPermission

KEEP = timedelta(days=1)
SECONDS = 10
MOST_SUBSCRIPTIONS = 10
MOST_LINES = 5
LABEL = "messaging.subscription.endpoint"
GONE = {404, 410}


def public_key() -> str:
    """Return what a browser needs to subscribe: our key's public half, uncompressed, in URL-safe base64."""
    point = push_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def check_endpoint(endpoint: str) -> None:
    """Raise ValidationError unless the address is a known push service's: nothing else in the network is called."""
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise ValidationError(_("这个浏览器的推送服务不在允许的范围内。"), code="endpoint") from None
    if f"{parts.scheme}://{parts.netloc}" in settings.WEB_PUSH_TRUSTED:
        return
    known = any(host == name or host.endswith(f".{name}") for name in settings.WEB_PUSH_HOSTS)
    plain = parts.scheme == "https" and port in (None, 443) and "@" not in parts.netloc
    if not (known and plain and len(endpoint) <= 2000):
        raise ValidationError(_("这个浏览器的推送服务不在允许的范围内。"), code="endpoint")


def subscribe(
    *, endpoint: str, p256dh: str, auth: str, name: str, by: Any, device: int | None = None
) -> Subscription:
    """Let the browser behind `endpoint` be woken for `by`, and for nobody else any more, until it is signed out.

    `device` is the key of the one that the session is on.

    Raises Refused, and ValidationError for an unknown service, keys that are none, or too many subscriptions.
    """
    require(by, MessagingPermission.READ_NOTIFICATIONS)
    check_endpoint(endpoint)
    _check_keys(p256dh, auth)
    with transaction.atomic():
        Subscription.objects.filter(endpoint_index__in=blind_indexes(endpoint, label=LABEL)).delete()
        if Subscription.objects.filter(user_id=by.pk).count() >= MOST_SUBSCRIPTIONS:
            raise ValidationError(_("最多 10 台设备，请先移除不用的。"), code="many")
        return Subscription.objects.create(
            user_id=by.pk,
            device=Device.objects.filter(pk=device, user_id=by.pk).first() if device else None,
            name=name[:60] or _("浏览器"),
            endpoint=endpoint,
            endpoint_index=blind_index(endpoint, label=LABEL),
            p256dh=p256dh,
            auth=auth,
        )


@index_of("messaging.Subscription", "endpoint_index", label=LABEL)
def _endpoints(subscriptions: Sequence[Subscription]) -> Iterator[tuple[Any, str]]:
    return ((one.pk, one.endpoint) for one in subscriptions)


def remove(public_id: str, *, by: Any) -> bool:
    """Wake one of the own subscriptions no more; say whether there was such a one. Raises Refused."""
    require(by, MessagingPermission.READ_NOTIFICATIONS)
    return bool(Subscription.objects.filter(public_id=public_id, user_id=by.pk).delete()[0])


@receiver(sessions_ended, dispatch_uid="messaging.forget_browsers")
def forget_browsers(
    sender: Any, user: Any, devices: list[int] | None = None, kept: str | None = None, **_kwargs: Any
) -> None:
    """Wake no browser that was signed out: whoever has the device now would read on (A6)."""
    found = Subscription.objects.filter(user_id=user.pk)
    if devices is not None:
        found = found.filter(device__in=devices)
    elif kept is not None:
        found = found.exclude(device__session_key=kept)
    found.delete()


def forget_every_browser() -> int:
    """Wake no browser of anybody until it signs in again, after a backup was put back; return how many there were."""
    return Subscription.objects.all().delete()[0]


def _check_keys(p256dh: str, auth: str) -> None:
    try:
        point, secret = (base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)) for word in (p256dh, auth))
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, binascii.Error):
        raise ValidationError(_("浏览器给出的密钥无效。"), code="keys") from None
    if len(secret) != 16:
        raise ValidationError(_("浏览器给出的密钥无效。"), code="keys")


@carries(Channel.PUSH)
def by_push(parcel: Parcel) -> bool:
    """Write one message for each subscription and line; of many lines one that counts them."""
    subscriptions = list(Subscription.objects.filter(user_id=parcel.user.pk).values_list("pk", flat=True))
    lines = parcel.told
    many = len(lines) + parcel.rest > MOST_LINES
    messages = [
        (
            f"{parcel.key}:{subscription}:{told.notification.pk}",
            {
                "subscription": subscription,
                "notification": told.notification.pk,
                "sentence": parcel.subject if many else told.sentence,
                "centre": many,
            },
        )
        for subscription in subscriptions
        for told in (lines[:1] if many else lines)
    ]
    outbox.enqueue_many("push", messages)
    return bool(messages)


@outbox.handler("push")
def send(key: str, payload: dict[str, Any]) -> None:
    """Wake one subscription, unless it is gone, or what it is about was read or hidden meanwhile.

    Raises Later where the service asks for patience, Hopeless where it refuses for good.
    """
    subscription = Subscription.objects.select_related("user").filter(pk=payload["subscription"]).first()
    row = Notification.objects.select_related("by", "user").filter(pk=payload["notification"]).first()
    if subscription is None or row is None or row.read_at is not None or subscription.user_id != row.user_id:
        return
    (told,) = in_words([row], row.user)
    if not told.url or not subscription.user.is_active or not settings.WEB_PUSH:
        return
    url = "/notifications/" if payload["centre"] else told.url
    _hand_over(subscription, {"title": payload["sentence"], "url": url}, topic=_topic(row))


def _topic(row: Notification) -> str:
    """Name a line, so that a newer message of it replaces one that still waits (RFC 8030, 5.4: 32 characters)."""
    digest = hashlib.sha256(f"{row.user_id}|{row.bundle}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def _hand_over(subscription: Subscription, message: dict[str, str], *, topic: str) -> None:
    # Only workers pay for these.
    import requests  # noqa: PLC0415
    from py_vapid import Vapid02  # noqa: PLC0415
    from pywebpush import WebPushException, webpush  # noqa: PLC0415

    _check_address(subscription.endpoint)
    with requests.Session() as session:
        session.trust_env = False
        # A service that leads elsewhere leads past the check of the address.
        session.post = partial(session.post, allow_redirects=False)  # type: ignore[method-assign]
        try:
            webpush(
                {
                    "endpoint": subscription.endpoint,
                    "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth},
                },
                json.dumps({**message, "tag": topic}, ensure_ascii=False),
                vapid_private_key=Vapid02(push_key()),
                vapid_claims={"sub": settings.WEB_PUSH_CONTACT},
                ttl=int(KEEP.total_seconds()),
                headers={"Topic": topic},
                timeout=SECONDS,
                requests_session=session,
            )
        except WebPushException as refusal:
            _refused(subscription, refusal.response)


def _check_address(endpoint: str) -> None:
    """Raise Hopeless where the address is none of a push service, or leads into our own network."""
    try:
        check_endpoint(endpoint)
    except ValidationError:
        raise outbox.Hopeless("not a known push service") from None
    parts = urlsplit(endpoint)
    if f"{parts.scheme}://{parts.netloc}" in settings.WEB_PUSH_TRUSTED:
        return
    try:
        calling.check_public(parts.hostname or "")
    except calling.AddressRefused:
        raise outbox.Hopeless("the push service has no public address") from None


def _refused(subscription: Subscription, answer: Any) -> None:
    status = 0 if answer is None else answer.status_code
    if status in GONE:
        subscription.delete()
        return
    if status == 429 or (status == 503 and answer.headers.get("Retry-After")):
        raise outbox.Later(_patience(answer.headers.get("Retry-After", "")))
    if 300 <= status < 500:
        raise outbox.Hopeless(f"the push service answered {status}")
    raise OSError(f"the push service answered {status}")


def _patience(said: str) -> timedelta:
    """Read Retry-After, seconds or a date (RFC 9110, 10.2.3); a minute where it says nothing clear."""
    try:
        return timedelta(seconds=int(said))
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(said) - timezone.now()
    except (ValueError, TypeError):
        return timedelta(minutes=1)
