"""An institution in any state, with its people and papers."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from foundation.accounts.models import Membership, User
from foundation.messaging.models import Notification
from organisations import signals
from organisations.models import Institution

CODES = ["52110105500012345G", "51110105500054321J", "52110105500067890D", "91110000600037341L"]


def fresh(user: User) -> User:
    """The account as the next request reads it."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def head(person: Callable) -> User:
    return person("head", display="沈院长")


@pytest.fixture
def office(person: Callable) -> dict[str, User]:
    """Two of the committee, two of the street, one of another committee, the children's officer."""
    return {
        "staff": person("staff", display="小田", roles=("staff",)),
        "second": person("second", display="老郑", roles=("staff",)),
        # Of the street, for institutions of whichever committee.
        "street": person("street", roles=("staff",), place="wutong"),
        "street2": person("street2", roles=("staff",), place="wutong"),
        "elsewhere": person("elsewhere", roles=("staff",), place="bridge"),
        "officer": person("officer", roles=("childrens_officer",)),
    }


@pytest.fixture
def drafted(places: dict, picture: Callable, head: User) -> Callable[..., Institution]:
    """Fill in an application, whole unless said otherwise."""
    from organisations.domain import applying, page, papers

    def make(
        name: str = "阳光帮扶中心",
        *,
        by: User | None = None,
        code: str = CODES[0],
        children: bool = False,
        licence: bool = True,
        valid_until: date | None = None,
        place: str = "ginkgo",
    ) -> Institution:
        by = by or head
        made = applying.start(name=name, code=code, place=places[place], by=by)
        by = fresh(by)
        page.describe(
            made,
            words={"introduction": "陪伴老人，辅导孩子。", "contact_phone": "010-55550123"},
            groups=["elderly", *(["children"] if children else [])],
            area=[places[place]],
            serves_children=children,
            by=by,
        )
        service = {"name": "助餐陪伴", "matter": "care", "schedule": "周一至周五"}
        page.add_service(made, values=service, by=by)
        if licence:
            papers.add_paper(
                made,
                type="licence",
                name="民办非企业单位登记证书",
                issuer="民政局",
                valid_until=valid_until,
                picture=picture(size=(64, 48)),
                by=by,
            )
        if children:
            papers.declare_check(made, by, checked_on=timezone.localdate() - timedelta(days=3), by=by)
        return Institution.objects.get(pk=made.pk)

    return make


@pytest.fixture
def submitted(drafted: Callable, head: User) -> Callable[..., Institution]:
    from organisations.domain import applying

    def make(*args: Any, **how: Any) -> Institution:
        made = drafted(*args, **how)
        applying.submit(made, by=fresh(how.get("by") or head))
        return Institution.objects.get(pk=made.pk)

    return make


@pytest.fixture
def approved(submitted: Callable, office: dict[str, User]) -> Callable[..., Institution]:
    def make(*args: Any, **how: Any) -> Institution:
        made = submitted(*args, **how)
        decide(made, approved=True, by=office["street"])
        if how.get("children"):
            decide(made, approved=True, by=office["street2"])
        return Institution.objects.get(pk=made.pk)

    return make


@pytest.fixture
def helper(person: Callable) -> User:
    return person("helper", display="小周")


def join(institution: Institution, user: User, position: str = "member") -> Membership:
    """Make somebody a member as if she had accepted long ago."""
    return Membership.objects.create(organisation_id=institution.pk, user=user, position=position)


def item_of(obj: Any) -> Any:
    """What waits in the inbox for it."""
    from foundation.core import kinds
    from foundation.moderation.models import ReviewItem

    return ReviewItem.objects.open().get(kind=kinds.of(obj).key, object_id=str(obj.pk))


def version_of(obj: Any) -> str:
    """What the reviewer's page says that she saw."""
    from foundation.core import kinds

    return str(kinds.of(obj).review.version(obj))  # type: ignore[union-attr]


def decide(obj: Any, *, approved: bool, by: User, reason: str = "", outcome: str = "") -> None:
    """Decide as the inbox does."""
    from foundation.moderation.domain import inbox

    details = {"outcome": outcome or "return"} if isinstance(obj, Institution) else None
    inbox.decide(item_of(obj), approved=approved, reason=reason, details=details, by=by)


def suspend(institution: Institution, first: User, second: User, reason: str = "收到投诉") -> None:
    from organisations.domain import suspending

    asked = suspending.ask_suspension(institution, reason=reason, by=first)
    decide(asked, approved=True, by=second)
    institution.refresh_from_db()


def told(user: User, event: str) -> bool:
    return Notification.objects.filter(user=user, event=event).exists()


@pytest.fixture
def heard() -> Any:
    """Collects the signals that are sent."""
    caught: list[str] = []
    receivers = []
    for name in vars(signals):
        signal = getattr(signals, name)
        if isinstance(signal, signals.Signal):

            def receive(sender: Any, *, name: str = name, **_facts: Any) -> None:
                caught.append(name)

            signal.connect(receive)
            receivers.append((signal, receive))
    yield caught
    for signal, receive in receivers:
        signal.disconnect(receive)
