"""A claim's way: draft at sign-up, waiting once the mail is answered, decided by staff (A2, A3)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.domain.verification import record_verification
from foundation.accounts.models import User
from foundation.accounts.models.user import AgeBand
from foundation.core import notify, reviews
from foundation.core.access.permissions import require
from foundation.core.crypto.rotation import index_of
from foundation.core.flow import chores, outbox
from foundation.core.flow.workflow import StepNotAllowed, Workflow
from foundation.core.models import Place
from foundation.moderation.domain.inbox import CannotBeCarriedOut
from identity.models import Claim
from identity.permissions import IdentityPermission
from identity.rules import Document, Verdict, age_on
from residents.domain.records import NUMBER_LABEL, Particulars, number_index, of_document, record_resident

CONSENT = "2026-11"
ERASE_AFTER = timedelta(days=30)
MINIMUM_AGE = 14
CLAIM = Workflow(
    "identity",
    ("submit", [Claim.State.DRAFT], Claim.State.WAITING, None),
    ("approve", [Claim.State.WAITING], Claim.State.APPROVED, IdentityPermission.DECIDE_CLAIM),
    ("refuse", [Claim.State.WAITING], Claim.State.REFUSED, IdentityPermission.DECIDE_CLAIM),
    ("lapse", [Claim.State.DRAFT], Claim.State.ABANDONED, None),
    ("abandon", [Claim.State.DRAFT, Claim.State.WAITING], Claim.State.ABANDONED, None),
)


class ClaimOpen(Exception):
    """The account already has a claim that waits."""


@dataclass(frozen=True, kw_only=True)
class SixItems:
    """姓名、性别、生日、证件类型及证件号码、手机号、电子邮件, checked by the form."""

    name: str
    gender: str
    birthday: date
    document: str
    number: str
    phone: str
    email: str

    @classmethod
    def of(cls, claim: Claim) -> "SixItems":
        """Open the items of a claim. Raises KeyError where they were erased."""
        values: dict[str, Any] = dict(claim.items)
        return cls(**{**values, "birthday": date.fromisoformat(values["birthday"])})


@index_of("identity.Claim", "number_index", label=NUMBER_LABEL)
def _documents(claims: Sequence[Claim]) -> Iterator[tuple[Any, str]]:
    return ((one.pk, of_document(one.items["document"], one.items["number"])) for one in claims if one.items)


def age_band(birthday: date, day: date) -> AgeBand:
    """Return the band that rules above ask for; it is written once, with the verification."""
    age = age_on(birthday, day)
    if age < MINIMUM_AGE:
        return AgeBand.UNDER_14
    if age < 18:
        return AgeBand.TEEN
    return AgeBand.ADULT if age < 60 else AgeBand.ELDER


def start_claim(*, by: User, items: SixItems, verdict: Verdict, place: Place) -> Claim:
    """Keep the items, sealed, until the account's mail is answered. Raises ClaimOpen, Refused."""
    require(by, IdentityPermission.CLAIM_IDENTITY)
    claim = Claim(
        user=by,
        place=place,
        number_index=number_index(items.document, items.number),
        warning="" if verdict is Verdict.OK else verdict.value,
        consent_version=CONSENT,
    )
    claim.items = {**asdict(items), "birthday": items.birthday.isoformat()}
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError:
        raise ClaimOpen from None
    return claim


@transaction.atomic
def submit_claim(claim: Claim, *, by: User) -> None:
    """Put a draft into the inbox of its place. Raises StepNotAllowed."""
    CLAIM.apply(claim, "submit", by=by, place_path=claim.place.path)
    reviews.submit(claim, by=by, place_path=claim.place.path)


@transaction.atomic
def file_claim(*, by: User, items: SixItems, verdict: Verdict, place: Place) -> Claim:
    """Start a claim of an activated account and put it into the inbox, both or neither.

    Raises ClaimOpen, Refused.
    """
    claim = start_claim(by=by, items=items, verdict=verdict, place=place)
    submit_claim(claim, by=by)
    return claim


def submit_drafts(user: User) -> None:
    """Submit what the account filled in at sign-up; called when its mail address is confirmed.

    Raises StepNotAllowed where somebody else is at it at the same moment.
    """
    for claim in Claim.objects.filter(user=user, state=Claim.State.DRAFT).select_related("place"):
        submit_claim(claim, by=user)


@transaction.atomic
def abandon_claim(claim: Claim, *, by: User) -> None:
    """Take the own claim back; its items are erased after 30 days. Raises StepNotAllowed."""
    if claim.user_id != by.pk:
        raise PermissionError("a claim is abandoned by its owner")
    # Out of the inbox first: whoever decides locks the inbox's row before the claim, and so does this.
    reviews.withdraw(claim, by=by)
    CLAIM.apply(claim, "abandon", by=by, place_path=claim.place.path, decided_at=timezone.now())
    _erase_later(claim)


@transaction.atomic
def decide_claim(claim: Claim, *, approved: bool, reason: str, by: Any) -> None:
    """Approve: write the resident's record and verify the account. Refuse: tell the person why.

    Raises StepNotAllowed, Refused, and CannotBeCarriedOut where the number already belongs to an account.
    """
    path = claim.place.path
    if not approved:
        CLAIM.apply(claim, "refuse", by=by, place_path=path, decided_at=timezone.now(), reason=reason)
        _erase_later(claim)
        notify.emit("claim_refused", to=[claim.user_id], about=claim, by=None, text=reason)
        return
    items = SixItems.of(claim)
    # The items leave the claim with the decision: from now on the number lives in the resident database alone.
    CLAIM.apply(claim, "approve", by=by, place_path=path, decided_at=timezone.now(), items={})
    _one_person_one_account(lambda: _write(claim, items, by))
    notify.emit("claim_approved", to=[claim.user_id], about=claim, by=None)


def _write(claim: Claim, items: SixItems, by: Any) -> None:
    particulars = Particulars(
        name=items.name,
        gender=items.gender,
        birthday=items.birthday,
        document=items.document,
        number=items.number,
        phone=items.phone,
        email=items.email,
        area_code=items.number[:6] if items.document in (Document.ID_CARD, Document.HMT_PERMIT) else "",
    )
    record_resident(particulars, place=claim.place, account=claim.user, by=by)
    record_verification(
        claim.user,
        method="staff",
        name=items.name,
        identity_index=number_index(items.document, items.number),
        age_band=age_band(items.birthday, timezone.localdate()),
        place=claim.place,
    )


def _one_person_one_account(write: Callable[[], None]) -> None:
    try:
        with transaction.atomic():
            write()
    except (IntegrityError, ValueError):
        raise CannotBeCarriedOut(
            _("这个证件号码已经用于另一个账号。请先与本人核对，再决定保留哪一个账号。")
        ) from None


def _erase_later(claim: Claim) -> None:
    outbox.enqueue("erase_claim", key=f"erase_claim:{claim.pk}", payload={"id": claim.pk}, after=ERASE_AFTER)


def items_again(claim: Claim | None) -> dict[str, Any]:
    """Return what a refused or abandoned claim holds until it is erased, for the form of the next one.

    Never the number: it is typed anew, so that nobody reads it off an open screen.
    """
    if claim is None or not claim.items:
        return {}
    kept = {name: claim.items[name] for name in ("gender", "birthday", "document", "phone")}
    return {**kept, "real_name": claim.items["name"], "place": claim.place_id}


@outbox.handler("erase_claim")
def erase_claim(key: str, payload: dict[str, Any]) -> None:
    """Erase the items of a claim that came to nothing, 30 days after."""
    claim = Claim.objects.filter(pk=payload["id"], state__in=["refused", "abandoned"]).first()
    if claim is not None:
        claim.items = {}
        claim.number_index = ""
        claim.save(update_fields=["items", "number_index"])


@chores.each(chores.Rhythm.DAY)
def lapse_drafts() -> int:
    """Abandon and erase the drafts that nobody sent in time; return how many.

    The items were typed for staff who never got them: the account, activated or not, loses nothing else by it.
    """
    old = Claim.objects.filter(state=Claim.State.DRAFT, created_at__lt=timezone.now() - ERASE_AFTER)
    return sum(_lapse(claim) for claim in old.select_related("place"))


def _lapse(claim: Claim) -> bool:
    """Erase one draft; say whether it was still one."""
    erased: dict[str, Any] = {"decided_at": timezone.now(), "items": {}, "number_index": ""}
    try:
        CLAIM.apply(claim, "lapse", by=None, place_path=claim.place.path, **erased)
    except (StepNotAllowed, Claim.DoesNotExist):
        # Sent, taken back or gone with its account since it was read.
        return False
    return True


def claim_data(claim: Claim) -> dict[str, Any]:
    """What she said of herself, as long as it is kept, and what became of it."""
    return {
        "items": dict(claim.items),
        "place": claim.place.name,
        "state": claim.state,
        "consent": claim.consent_version,
        "made_at": claim.created_at,
        "decided_at": claim.decided_at,
        "reason": claim.reason,
    }


def erase_claims(user: User) -> int:
    """Take what waits out of the inbox and delete every claim of somebody who leaves."""
    for waiting in Claim.objects.filter(user=user, state__in=["draft", "waiting"]).select_related("place"):
        reviews.withdraw(waiting, by=user)
    return Claim.objects.filter(user=user).delete()[0]
