"""How certificates end by themselves: run out, held by nobody, left behind; what is kept of them (电子签名法 24)."""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import Membership, User
from foundation.core import notify, reviews
from foundation.core.flow import chores
from foundation.core.flow.workflow import StepNotAllowed
from foundation.signing.domain.certificates import CERTIFICATE, State, revoke, withdraw
from foundation.signing.domain.letters import keep_letters
from foundation.signing.models import Certificate, DeviceTask, Signature

WARN_BEFORE = timedelta(days=30)
log = logging.getLogger("linli.signing")


@chores.each(chores.Rhythm.DAY)
def end_due() -> int:
    """Expire what has run out, warn of what will within thirty days, revoke what belongs to nobody; return how many."""
    now = timezone.now()
    done = 0
    valid = Certificate.objects.filter(state=State.VALID).select_related("organisation__place", "user")
    soon = valid.filter(valid_until__gt=now, valid_until__lte=now + WARN_BEFORE, warned_at=None)
    for act, rows in (
        (_expire, valid.filter(valid_until__lte=now)),
        (_warn, soon),
        (_end_without_member, valid.filter(user__isnull=False)),
    ):
        for one in rows.order_by("pk"):
            try:
                with transaction.atomic():
                    done += act(one)
            except Exception:
                # One that can't be ended keeps none of the others.
                log.exception("certificate %d could not be looked after", one.pk)
    return done


def _warn(certificate: Certificate) -> bool:
    Certificate.objects.filter(pk=certificate.pk).update(warned_at=timezone.now())
    if certificate.user_id is not None and certificate.valid_until is not None:
        day = timezone.localtime(certificate.valid_until).date().isoformat()
        notify.emit("certificate_expiring", to=[certificate.user_id], about=certificate, by=None, text=day)
    return True


def _end_without_member(certificate: Certificate) -> bool:
    members = Membership.objects.filter(
        organisation=certificate.organisation, user=certificate.user, until=None
    )
    if members.exists():
        return False
    try:
        revoke(certificate, reason=_("已不是这个组织的成员"), by=None)
    except StepNotAllowed:
        return False
    return True


def _expire(certificate: Certificate) -> bool:
    try:
        values: dict[str, Any] = {"ended_at": timezone.now(), "key": ""}
        place = certificate.organisation.place.path
        CERTIFICATE.apply(certificate, "expire", by=None, place_path=place, **values)
    except StepNotAllowed:
        # Revoked since it was read.
        return False
    if certificate.user_id is not None:
        notify.emit("certificate_expired", to=[certificate.user_id], about=certificate, by=None)
    return True


def own_data(certificate: Certificate) -> dict[str, Any]:
    """What somebody's copy of her data holds of a certificate."""
    return {
        "organisation": certificate.organisation.name,
        "backend": certificate.backend,
        "state": certificate.state,
        "name": certificate.name,
        "serial": certificate.serial,
        "fingerprint": certificate.fingerprint,
        "asked_at": certificate.asked_at,
        "valid_until": certificate.valid_until,
        "ended_at": certificate.ended_at,
        "reason": certificate.reason,
    }


def erase_certificates(user: User) -> int:
    """End what somebody who leaves could sign with; that she held it stays five years, with its letters (电子签名法 24)."""
    keep_letters(user)
    done = 0
    for one in Certificate.objects.filter(user=user).select_related("organisation__place"):
        if one.state == State.ASKED:
            reviews.withdraw(one, by=None)
            withdraw(one, by=None, reason=_("账号已注销"))
        elif one.state == State.VALID:
            revoke(one, reason=_("账号已注销"), by=None)
        done += 1
    return done


def signature_data(signature: Signature) -> dict[str, Any]:
    """What somebody's copy of her data holds of a signature of hers."""
    return {
        "number": signature.document.number,
        "title": signature.document.title,
        "signed_at": signature.signed_at,
        "certificate": signature.certificate.fingerprint,
        "ceremony": signature.ceremony,
    }


def drop_tasks(user: Any) -> int:
    """Forget the signatures on their way of somebody who leaves."""
    return DeviceTask.objects.filter(user=user).delete()[0]
