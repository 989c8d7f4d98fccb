"""The demo's institutions: one that helps, one that waits in the inbox, one whose licence ran out (H2)."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from foundation.accounts.models import User
from foundation.core.models import Place
from foundation.moderation.domain import inbox
from foundation.moderation.models import ReviewItem
from linli.demo.content import picture, read
from organisations.domain import applying, members, offices, page, papers, suspending
from organisations.models import Institution

WORDS = ("introduction", "hours", "address", "contact_name", "contact_phone", "capacity")


def make_institutions(places: dict[str, Place]) -> None:
    """Let three apply as people do, and the office decide about two of them."""
    offices.make_offices()
    for row in read("institutions"):
        made = _applied(row, places)
        if row["state"] != "submitted":
            _admit(made)
        if row["state"] == "suspended":
            made.qualifications.update(valid_until=timezone.localdate() - timedelta(days=3))
    suspending.suspend_overdue()


def _who(name: str) -> User:
    """The account as a request of its own reads it: what somebody belongs to is read once."""
    return User.objects.get(username=name)


def _applied(row: dict[str, Any], places: dict[str, Place]) -> Institution:
    head = row["head"]
    made = applying.start(name=row["name"], code=row["code"], place=places["ginkgo"], by=_who(head))
    page.describe(
        made,
        words={name: row[name] for name in WORDS},
        groups=row["groups"],
        area=[places[slug] for slug in row["area"]],
        serves_children=row["serves_children"],
        slug=row["slug"],
        logo=picture(row["logo"]) if row["logo"] else None,
        by=_who(head),
    )
    for service in row["services"]:
        page.add_service(made, values=service, by=_who(head))
    today = timezone.localdate()
    for paper in row["papers"]:
        papers.add_paper(
            made,
            type=paper["type"],
            name=paper["name"],
            issuer=paper["issuer"],
            valid_until=today + timedelta(days=paper["days"]),
            picture=scan(),
            by=_who(head),
        )
    for name in row["members"]:
        checked_on = today - timedelta(days=40)
        asked = members.invite(made.organisation, _who(name), checked_on=checked_on, by=_who(head))
        members.answer(asked, accept=True, by=_who(name))
    if row["serves_children"]:
        papers.declare_check(made, _who(head), checked_on=today - timedelta(days=55), by=_who(head))
    applying.submit(made, by=_who(head))
    return made


def _admit(made: Institution) -> None:
    """Let the committee and, where children are served, the street look and agree."""
    item = ReviewItem.objects.open().get(kind="institution", object_id=str(made.pk))
    for name in ("staff", "staff2") if made.serves_children else ("staff",):
        inbox.decide(item, approved=True, details={"outcome": applying.RETURN}, by=_who(name))


def scan() -> SimpleUploadedFile:
    """A sheet that looks like a certificate from afar; nobody's."""
    sheet = Image.new("RGB", (1200, 850), "#fbf6e9")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((40, 40, 1160, 810), outline="#a33a2c", width=10)
    draw.rectangle((64, 64, 1136, 786), outline="#c9a24b", width=3)
    draw.rectangle((380, 130, 820, 190), fill="#a33a2c")
    for line in range(6):
        draw.rectangle((160, 280 + line * 62, 1040 - (line % 3) * 120, 296 + line * 62), fill="#b9ae98")
    draw.ellipse((840, 560, 1060, 780), outline="#c0392b", width=9)
    data = BytesIO()
    sheet.save(data, "PNG")
    return SimpleUploadedFile("paper.png", data.getvalue(), "image/png")
