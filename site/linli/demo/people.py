"""The demo's places and people, verified as if their claims had been decided."""

from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from foundation.accounts.domain.roles import give_role
from foundation.accounts.domain.verification import record_verification
from foundation.accounts.models import Profile, User
from foundation.core.access.roles import Role
from foundation.core.models import Place
from foundation.social.models import Follow
from identity.domain import claims
from identity.domain.claims import SixItems, age_band
from identity.rules import Verdict, check_number
from linli.demo.accounts import PASSWORD
from linli.demo.content import read
from residents.domain.records import Particulars, number_index, record_resident


def make_places() -> dict[str, Place]:
    """Plant the tree of places."""
    found: dict[str, Place] = {}
    for row in read("places"):
        fields = {"name": row["name"], "slug": row["slug"], "level": row["level"]}
        # Read again: treebeard counts a parent's children on the object it is given.
        parent = Place.objects.get(pk=found[row["parent"]].pk) if row["parent"] else None
        found[row["slug"]] = parent.add_child(**fields) if parent else Place.add_root(**fields)
    return found


def make_people(places: dict[str, Place]) -> dict[str, User]:
    """Make the accounts with profile, role, verification and resident's record. All share one password."""
    password = make_password(PASSWORD)
    people: dict[str, User] = {}
    for row in read("people"):
        joined = timezone.now() - timedelta(days=row["joined_days_ago"])
        user = User(
            username=row["username"],
            display_name=row["display_name"],
            email=row["email"],
            password=password,
            date_joined=joined,
        )
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if row["verified"]:
            _verify(user, row, places[row["place"]])
            Profile.objects.create(user=user, levels=row["levels"], **row["profile"])
        for held in row["roles"]:
            give_role(
                user, Role(held["role"]), place=places[held["place"]] if held["place"] else None, by=None
            )
        people[user.username] = User.objects.get(pk=user.pk)
    return people


def _verify(user: User, row: dict[str, Any], place: Place) -> None:
    birthday = date.fromisoformat(row["birthday"])
    particulars = Particulars(
        name=row["real_name"],
        gender=row["sex"],
        birthday=birthday,
        document="id_card",
        number=row["number"],
        phone=row["phone"],
        email=row["email"],
        area_code=row["number"][:6],
    )
    record_resident(particulars, place=place, account=user, by=None)
    record_verification(
        user,
        method="staff",
        name=row["real_name"],
        identity_index=number_index("id_card", row["number"]),
        age_band=age_band(birthday, timezone.localdate()),
        place=place,
    )


def make_follows(people: dict[str, User]) -> None:
    """Let people follow each other, marking who does so mutually."""
    pairs = {(follower, followed) for follower, followed in read("follows")}
    Follow.objects.bulk_create(
        [
            Follow(follower=people[one], followed=people[other], mutual=(other, one) in pairs)
            for one, other in sorted(pairs)
        ]
    )


def make_claims(people: dict[str, User], community: Place) -> None:
    """Put the claims of those who are not verified yet into the inbox."""
    rows = {row["username"]: row for row in read("people")}
    for row in read("claims"):
        who, user = rows[row["username"]], people[row["username"]]
        birthday = date.fromisoformat(who["birthday"])
        checked = check_number(
            row["document"], row["number"], birthday=birthday, gender=who["sex"], today=timezone.localdate()
        )
        items = SixItems(
            name=who["real_name"],
            gender=who["sex"],
            birthday=birthday,
            document=row["document"],
            number=checked.number,
            phone=who["phone"],
            email=who["email"],
        )
        claim = claims.start_claim(by=user, items=items, verdict=Verdict(checked.verdict), place=community)
        claims.submit_claim(claim, by=user)
