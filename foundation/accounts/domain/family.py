"""Asking, agreeing to, recording and ending that a relative does things for somebody (亲情代办; U2, DESIGN §3).

The proxy stays who she is: `request.user` is never the other one, so nothing of hers comes to light that the proxy
could not see anyway. Messages, diary, identity, money, roles and signing stay closed: while somebody acts for another,
a route takes changes only where it says so (`permit(…, for_another=True)`).
"""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import FamilyProxy, User
from foundation.accounts.models.family import MOST
from foundation.accounts.models.user import AgeBand
from foundation.accounts.permissions import AccountPermission
from foundation.core import notify
from foundation.core.access.limits import consume
from foundation.core.access.permissions import Refusal, Refused, has_permission, require
from foundation.core.flow import audit, chores
from foundation.core.flow.workflow import StepNotAllowed

# What ended is kept so long: whoever wonders who acted for her mother can still ask.
KEEP = timedelta(days=365)
# In a session: the public id of what lets its owner act for somebody.
ACTING = "acting_for"
MINORS = (AgeBand.UNDER_14, AgeBand.TEEN)


def _in_line(people: Iterable[User]) -> list[User]:
    """Lock both accounts, always in the same order, and return them as they are now, in the order given."""
    pks = [one.pk for one in people]
    found = User.objects.get_queryset().filter(pk__in=pks).select_related("place")
    rows = {row.pk: row for row in found.select_for_update(of=("self",), no_key=True).order_by("pk")}
    return [rows[pk] for pk in pks]


def _check_pair(principal: User, proxy: User) -> None:
    """Raise ValidationError where these two can't be resident and proxy."""
    if principal.pk == proxy.pk:
        raise ValidationError(_("请填写家人的账号，不是自己的。"))
    for one in (principal, proxy):
        if not one.is_verified or not one.is_active or one.is_suspended or one.leaves_at is not None:
            raise ValidationError(_("双方都要是完成实名认证的居民，并且账号正常。"))
    if proxy.age_band in MINORS:
        raise ValidationError(_("代办人要年满 18 岁。"))
    if FamilyProxy.objects.standing().filter(principal=principal, proxy=proxy).exists():
        raise ValidationError(_("这两位之间已经有亲情代办，或者正在等一方确认。"))


def _free_slot(principal: User) -> int:
    """Return a free place for a relative. Raises ValidationError where there is none."""
    taken = set(FamilyProxy.objects.filter(principal=principal).values_list("slot", flat=True))
    for slot in range(1, MOST + 1):
        if slot not in taken:
            return slot
    raise ValidationError(_("最多请两位家人代办。请先结束其中一位，再添加。"))


@transaction.atomic
def ask(person: User, *, as_proxy: bool, kinship: str, by: User) -> FamilyProxy:
    """Ask a relative to agree: `as_proxy` True, that one does things for her; False, that she does them for one.

    `kinship` is what the proxy is to the resident. Raises Refused, TooOften, ValidationError.
    """
    require(by, AccountPermission.KEEP_FAMILY)
    consume("family", by, rate=settings.RATES["family"])
    principal, proxy = _in_line((person, by) if as_proxy else (by, person))
    _check_pair(principal, proxy)
    _free_slot(principal)
    relation = FamilyProxy.objects.create(principal=principal, proxy=proxy, kinship=kinship, asked_by=by)
    audit.append("accounts.ask_family", by=by, obj=relation)
    notify.emit("family_asked", to=[person.pk], about=relation, by=by)
    return relation


@transaction.atomic
def agree(relation: FamilyProxy, *, by: User) -> None:
    """Agree to what the other one asked; again changes nothing. Raises Refused, StepNotAllowed, ValidationError."""
    require(by, AccountPermission.KEEP_FAMILY)
    if by.pk not in (relation.principal_id, relation.proxy_id) or by.pk == relation.asked_by_id:
        raise Refused(Refusal.FORBIDDEN)
    principal, _proxy = _in_line((relation.principal, relation.proxy))
    row = FamilyProxy.objects.select_for_update(of=("self",)).get(pk=relation.pk)
    if row.ended_at is not None:
        raise StepNotAllowed("agree", "ended")
    if row.is_agreed:
        return
    row.slot, row.agreed_at = _free_slot(principal), timezone.now()
    row.save(update_fields=["slot", "agreed_at"])
    audit.append("accounts.agree_family", by=by, obj=row)
    notify.settle("family_asked", about=row)
    notify.emit("family_agreed", to=[row.principal_id, row.proxy_id], about=row, by=by)


@transaction.atomic
def record(principal: User, proxy: User, *, kinship: str, purpose: str, by: User) -> FamilyProxy:
    """Write down at the counter that both agreed; `purpose` says how staff saw it. Both are told.

    Raises Refused outside of `by`'s places and where she has a part in it herself; ValidationError.
    """
    principal, proxy = _in_line((principal, proxy))
    require(by, AccountPermission.RECORD_FAMILY, place_path=principal.place_path)
    if by.pk in (principal.pk, proxy.pk):
        raise Refused(Refusal.FORBIDDEN)
    _check_pair(principal, proxy)
    relation = FamilyProxy.objects.create(
        principal=principal,
        proxy=proxy,
        kinship=kinship,
        slot=_free_slot(principal),
        agreed_at=timezone.now(),
        recorded_by=by,
    )
    audit.append(
        "accounts.record_family", by=by, obj=relation, place_path=principal.place_path, purpose=purpose
    )
    notify.emit("family_recorded", to=[principal.pk, proxy.pk], about=relation, by=by)
    return relation


@transaction.atomic
def end(relation: FamilyProxy, *, purpose: str = "", by: User) -> None:
    """End it at once, or decline what was asked: either of the two alone, or staff who could record it.

    Both are told; ending again changes nothing. Raises Refused.
    """
    place_path = relation.principal.place_path
    part = by.pk in (relation.principal_id, relation.proxy_id)
    if not part and not has_permission(by, AccountPermission.RECORD_FAMILY, place_path=place_path):
        raise Refused(Refusal.FORBIDDEN)
    # As agreeing does: first the accounts, then the tie.
    _in_line((relation.principal, relation.proxy))
    ended = FamilyProxy.objects.standing().filter(pk=relation.pk)
    if not ended.update(ended_at=timezone.now(), ended_by=by, slot=None):
        return
    audit.append("accounts.end_family", by=by, obj=relation, place_path=place_path, purpose=purpose)
    notify.settle("family_asked", about=relation)
    # Both, also who did it: whoever used her open telephone does not end it unseen.
    notify.emit("family_ended", to=[relation.principal_id, relation.proxy_id], about=relation)


def of(user: User) -> QuerySet[FamilyProxy]:
    """Return what stands between `user` and her relatives, asked or agreed, the newest first."""
    found = FamilyProxy.objects.visible_to(user).standing()
    own = found.filter(Q(principal=user) | Q(proxy=user))
    return own.select_related("principal__place", "principal__avatar", "proxy__avatar").order_by(
        "-asked_at", "-pk"
    )


def relation_of(proxy: User, public_id: str) -> FamilyProxy | None:
    """Return what lets `proxy` act for somebody, as long as it is in force."""
    found = FamilyProxy.objects.in_force().filter(proxy=proxy, public_id=public_id)
    return found.select_related("principal__place", "principal__avatar").first()


@transaction.atomic
def begin(public_id: str, *, by: User) -> FamilyProxy:
    """Begin to act for a relative: written down, and both are told. Raises Refused where it is not in force."""
    require(by, AccountPermission.KEEP_FAMILY)
    relation = relation_of(by, public_id)
    if relation is None:
        raise Refused(Refusal.FORBIDDEN)
    audit.append("accounts.begin_proxy", by=by, obj=relation)
    notify.emit("family_begun", to=[relation.principal_id], about=relation, by=by)
    notify.emit("family_acting", to=[by.pk], about=relation)
    return relation


def erase_family(user: User) -> int:
    """Delete every tie of somebody who leaves; return how many."""
    return sum(FamilyProxy.objects.filter(**{side: user}).delete()[0] for side in ("principal", "proxy"))


@chores.each(chores.Rhythm.DAY)
def sweep() -> int:
    """Delete what ended a year ago, and what nobody answered for a month; return how many."""
    now = timezone.now()
    over = FamilyProxy.objects.filter(ended_at__lt=now - KEEP)
    unanswered = FamilyProxy.objects.standing().filter(
        agreed_at__isnull=True, asked_at__lt=now - timedelta(days=30)
    )
    return over.delete()[0] + unanswered.delete()[0]


def family_data(row: FamilyProxy) -> dict[str, object]:
    """What the own data of either side says of it."""
    return {
        "for": row.principal.display_name,
        "by": row.proxy.display_name,
        "kinship": row.get_kinship_display(),
        "asked_at": row.asked_at,
        "agreed_at": row.agreed_at,
        "ended_at": row.ended_at,
    }
